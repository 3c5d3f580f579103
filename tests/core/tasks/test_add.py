"""Adding tasks: what is kept, what is refused, and numbers that are never used twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from core import tasks
from core.chat import Due, DueGroup, Task
from core.errors import Invalid
from core.tasks import NewTask
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand

FRIDAY = Due(dt.date(2026, 11, 27), dt.time(9), "Europe/Berlin")


async def test_a_task_is_kept_as_it_was_given(ana: Hand) -> None:
    """Every field, and instants in the reader's zone."""
    change = await ana.add(
        NewTask(
            title="Send Ana the contract",
            notes="Two copies.\n\tSigned.",
            due=FRIDAY,
            recurrence="FREQ=WEEKLY",
            recurs_from_completion=True,
            priority=1,
            tags=("work", "Ana"),
            remind_at=dt.datetime(2026, 11, 27, 7, 30, tzinfo=dt.UTC),
            source="https://chat.example.org/p1",
        )
    )
    (task,) = change.tasks
    assert change.action == "added"
    assert task.id > 0
    assert task == Task(
        number=1,
        id=task.id,
        title="Send Ana the contract",
        notes="Two copies.\n\tSigned.",
        due=FRIDAY,
        due_words="Fri 27 Nov 09:00",
        group=DueGroup.WEEK,
        recurrence="FREQ=WEEKLY",
        repeats="every week after it is done",
        recurs_from_completion=True,
        priority=1,
        tags=("work", "ana"),
        remind_at=dt.datetime(2026, 11, 27, 8, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        next_reminder=dt.datetime(2026, 11, 27, 8, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        source="https://chat.example.org/p1",
        created_at=ana.now,
    )
    assert task.remind_at is not None
    assert str(task.remind_at) == "2026-11-27 08:30:00+01:00"
    assert await ana.one(1) == task


async def test_many_tasks_are_one_change_and_one_statement(ana: Hand) -> None:
    """Numbered in the order given."""
    with counted(ana.database) as statements:
        change = await ana.add("One", "Two", "Three")
    assert [(task.number, task.title) for task in change.tasks] == [(1, "One"), (2, "Two"), (3, "Three")]
    assert len(statements) == 1
    assert (await ana.add("Four")).tasks[0].number == 4


async def test_every_account_counts_for_itself(ana: Hand, ben: Hand) -> None:
    """Both have a task #1, and neither sees the other's."""
    await ana.add("Ana's")
    await ben.add("Ben's")
    assert [(task.number, task.title) for task in await ana.all()] == [(1, "Ana's")]
    assert [(task.number, task.title) for task in await ben.all()] == [(1, "Ben's")]


async def test_a_number_is_never_used_again(ana: Hand) -> None:
    """Not when its task was deleted, and not when its adding was undone."""
    await ana.add("One", "Two")
    await ana.do(tasks.delete, [2], now=ana.now)
    await ana.add("Three")
    await ana.do(tasks.undo, now=ana.now)
    assert (await ana.add("Four")).tasks[0].number == 4


async def test_a_series_without_a_due_date_starts_at_its_first_date(ana: Hand) -> None:
    """In the actor's zone; the due date takes the rule's time of day."""
    change = await ana.add(
        NewTask("Stretch", recurrence="FREQ=DAILY"), NewTask("Plan", recurrence="RRULE:FREQ=WEEKLY;BYDAY=FR;BYHOUR=9")
    )
    assert [str(task.due) for task in change.tasks] == ["2026-11-23", "2026-11-27T09:00"]
    assert [task.recurrence for task in change.tasks] == ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=FR"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Buy\n\tmilk  ", "Buy milk"),
        ("Buy\x00 mi\x1b[31mlk\ud83d", "Buy mi[31mlk"),
        ("🎉", "🎉"),
        ("👩‍👩‍👧 lunch", "👩‍👩‍👧 lunch"),
        ("לקנות חלב", "לקנות חלב"),
        ("'); DROP TABLE tasks; --", "'); DROP TABLE tasks; --"),
        ("100% :done \\ %s %(x)s $1", "100% :done \\ %s %(x)s $1"),
        ("é" * 500, "é" * 500),
        ("🎉" * 500, "🎉" * 500),
    ],
)
async def test_a_title_is_one_line_of_what_was_written(ana: Hand, written: str, kept: str) -> None:
    """Without what can't be stored or would confuse a terminal, and with everything else."""
    assert (await ana.add(written)).tasks[0].title == kept
    assert (await ana.one(1)).title == kept


async def test_notes_keep_their_lines(ana: Hand) -> None:
    """Line ends of every kind; nothing but white space is no notes."""
    change = await ana.add(NewTask("One", notes="a\r\nb\rc\u2028d\x00\n"), NewTask("Two", notes=" \n "))
    assert [task.notes for task in change.tasks] == ["a\nb\nc\nd", None]


async def test_tags_are_kept_in_lower_case_once_each(ana: Hand) -> None:
    """As one word, without the sign."""
    change = await ana.add(NewTask("One", tags=("#Home", "home", "Not Now", "Größe")))
    assert change.tasks[0].tags == ("home", "not-now", "größe")


async def test_a_link_that_is_too_long_is_left_out(ana: Hand) -> None:
    """Nobody typed it, so nobody is told."""
    change = await ana.add(NewTask("One", source="https://" + "x" * 2000))
    assert change.tasks[0].source is None


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (lambda: NewTask("x" * 501), "A title may have at most 500 characters; this one has 501. Put the rest in the"),
        (lambda: NewTask("x" * 100_000), "this one has 100,000"),
        (lambda: NewTask(""), "A task needs a title"),
        (lambda: NewTask(" \n\x00\u200b"), "A task needs a title"),
        (lambda: NewTask("One", notes="x" * 4001), "Notes may have at most 4,000 characters; these have 4,001"),
        (lambda: NewTask("One", priority=0), "A priority goes from 1 (urgent) to 4 (none); 0"),
        (lambda: NewTask("One", priority=10**12), "A priority goes from 1"),
        (lambda: NewTask("One", tags=("",)), "A tag needs at least one letter"),
        (lambda: NewTask("One", tags=("x" * 51,)), "A tag may have at most 50 characters"),
        (lambda: NewTask("One", tags=tuple(map(str, range(21)))), "at most 20 tags"),
        (lambda: NewTask("One", due=Due(dt.date(2026, 1, 1), None, "Mars/Olympus")), "the time zone “Mars/Olympus”"),
        (lambda: NewTask("One", due=Due(dt.date(9999, 1, 1), None, "UTC")), "The year 9999 is out of"),
        (lambda: NewTask("One", recurrence="every day"), "I can't read the repeat rule “every day”"),
        (lambda: NewTask("One", remind_at=dt.datetime(2026, 1, 1)), "needs a zone"),  # noqa: DTZ001 - that is the point
    ],
)
async def test_what_breaks_a_rule_is_a_sentence_and_adds_nothing(
    ana: Hand, new: Callable[[], NewTask], sentence: str
) -> None:
    """Not even the good tasks beside it, whose numbers stay free."""
    with pytest.raises(Invalid) as caught:
        await ana.add(NewTask("Good"), new())
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250
    assert (await ana.add("Next")).tasks[0].number == 1


@pytest.mark.parametrize(
    ("count", "sentence"), [(101, "at most 100 tasks at once; these are 101"), (0, "no task to add")]
)
async def test_too_many_tasks_and_none_are_refused(ana: Hand, count: int, sentence: str) -> None:
    """A hundred are taken."""
    with pytest.raises(Invalid, match=sentence):
        await ana.add(*["Task"] * count)
    assert len((await ana.add(*["Task"] * 100)).tasks) == 100


ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Antarctica/Troll",
    "Asia/Kathmandu",
]


@pytest.mark.parametrize("zone", ZONES)
async def test_the_database_and_the_clock_agree_on_every_instant(ana: Hand, zone: str) -> None:
    """Every half hour of the days around both clock changes, and a day without a time."""
    starts = [dt.datetime(2026, month, day) for month, day in ((3, 28), (4, 4), (10, 3), (10, 24), (10, 31))]  # noqa: DTZ001
    walls = [start + dt.timedelta(minutes=30 * step) for start in starts for step in range(0, 96, 1)]
    dues = [Due(wall.date(), wall.time(), zone) for wall in walls] + [Due(start.date(), None, zone) for start in starts]
    for begin in range(0, len(dues), 100):
        await ana.add(*[NewTask(str(due), due=due) for due in dues[begin : begin + 100]])
    async with ana.database.transaction() as session:
        rows = await session.execute("SELECT due_at FROM tasks ORDER BY number")
        instants = [at.astimezone(dt.UTC) for at in rows.scalars()]
    assert instants == [due.at.astimezone(dt.UTC) for due in dues]
