"""Changing tasks: any field, cleared fields, and what goes with a due date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core import tasks
from core.chat import Due
from core.errors import Invalid
from core.tasks import Change, NewTask, TaskChanges
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand

BERLIN = "Europe/Berlin"
FRIDAY = Due(dt.date(2026, 11, 27), dt.time(9), BERLIN)
SATURDAY = Due(dt.date(2026, 11, 28), None, BERLIN)


@pytest.fixture
async def full(ana: Hand) -> Hand:
    """One task with everything, one with nothing."""
    everything = NewTask(
        "Water the plants",
        notes="Not the cactus",
        due=FRIDAY,
        recurrence="FREQ=WEEKLY;BYDAY=FR",
        recurs_from_completion=True,
        priority=2,
        tags=("home",),
        remind_at=dt.datetime(2026, 11, 27, 7, tzinfo=dt.UTC),
    )
    await ana.add(everything, "Bare")
    return ana


async def _update(hand: Hand, *changes: TaskChanges) -> Change:
    return await hand.do(tasks.update, changes, now=hand.now)


async def test_fields_that_are_not_named_stay(full: Hand) -> None:
    """One field changes, the task is otherwise the same."""
    before = await full.one(1)
    change = await _update(full, TaskChanges(1, title="  Water\nthe cactus "))
    assert change.action == "updated"
    assert change.tasks == (replace(before, title="Water the cactus"),)
    assert await full.one(1) == change.tasks[0]


async def test_every_field_can_be_changed_at_once(full: Hand) -> None:
    """In two statements, however many tasks."""
    changes = TaskChanges(
        2,
        title="Call",
        notes="Soon",
        due=SATURDAY,
        recurrence="FREQ=DAILY",
        recurs_from_completion=True,
        priority=1,
        tags=("Phone",),
        remind_at=dt.datetime(2026, 11, 28, 7, tzinfo=dt.UTC),
    )
    with counted(full.database) as statements:
        change = await _update(full, changes, TaskChanges(1, priority=1))
    assert len(statements) == 2
    task = await full.one(2)
    assert (task.title, task.notes, task.due, task.recurrence) == ("Call", "Soon", SATURDAY, "FREQ=DAILY")
    assert (task.recurs_from_completion, task.priority, task.tags) == (True, 1, ("phone",))
    assert str(task.remind_at) == "2026-11-28 08:00:00+01:00"
    assert [one.number for one in change.tasks] == [2, 1]


async def test_every_field_but_the_title_can_be_cleared(full: Hand) -> None:
    """A task that is only a title is left; a priority goes back to none."""
    cleared = TaskChanges(1, notes=None, due=None, priority=None, tags=None, remind_at=None)
    (task,) = (await _update(full, cleared)).tasks
    (bare,) = (await _update(full, TaskChanges(2, title="Water the plants"))).tasks
    assert replace(task, number=2, id=bare.id) == bare


async def test_a_new_due_date_keeps_the_series_and_drops_the_old_reminder(full: Hand) -> None:
    """The rule counts on from the new date."""
    (task,) = (await _update(full, TaskChanges(1, due=SATURDAY))).tasks
    assert (task.due, task.recurrence, task.remind_at) == (SATURDAY, "FREQ=WEEKLY;BYDAY=FR", None)


async def test_clearing_the_due_date_ends_the_series(full: Hand) -> None:
    """Without a date there is nothing to count from."""
    (task,) = (await _update(full, TaskChanges(1, due=None))).tasks
    assert (task.due, task.recurrence, task.recurs_from_completion) == (None, None, False)


async def test_clearing_the_series_keeps_the_due_date(full: Hand) -> None:
    """It happens once more."""
    (task,) = (await _update(full, TaskChanges(1, recurrence=None))).tasks
    assert (task.due, task.recurrence, task.recurs_from_completion) == (FRIDAY, None, False)


async def test_a_series_for_a_task_without_a_date_starts_at_its_first(full: Hand) -> None:
    """From today on."""
    (task,) = (await _update(full, TaskChanges(2, recurrence="FREQ=WEEKLY;BYDAY=WE;BYHOUR=8"))).tasks
    assert (str(task.due), task.recurrence) == ("2026-11-25T08:00", "FREQ=WEEKLY;BYDAY=WE")


async def test_changes_of_one_task_follow_one_another(full: Hand) -> None:
    """And are one change, undone at once."""
    before = await full.one(2)
    change = await _update(full, TaskChanges(2, title="A", priority=1), TaskChanges(2, title="B"))
    assert [(task.title, task.priority) for task in change.tasks] == [("B", 1)]
    await full.do(tasks.undo, change.change, now=full.now)
    assert await full.one(2) == before


async def test_a_change_that_changes_nothing_is_none(full: Hand) -> None:
    """There is nothing to undo afterwards."""
    before = await full.one(1)
    change = await _update(full, TaskChanges(1, title="Water the plants", due=FRIDAY), TaskChanges(2))
    assert (change.action, change.change, change.unchanged) == ("unchanged", None, (1, 2))
    assert change.tasks[0] == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (TaskChanges(1, title="x" * 501), "at most 500 characters; this one has 501"),
        (TaskChanges(1, title=" "), "needs a title"),
        (TaskChanges(1, notes="x" * 4001), "at most 4,000"),
        (TaskChanges(1, priority=5), "A priority goes from"),
        (TaskChanges(1, tags=("#",)), "A tag needs"),
        (TaskChanges(1, recurrence="FREQ=NEVER"), "can't read the repeat rule"),
        (TaskChanges(1, due=Due(FRIDAY.date, None, "Nowhere")), "the time zone “Nowhere”"),
    ],
)
async def test_a_change_that_breaks_a_rule_changes_no_task_at_all(
    full: Hand, changes: TaskChanges, sentence: str
) -> None:
    """Neither this one nor the good ones beside it."""
    before = await full.all()
    with pytest.raises(Invalid, match=sentence):
        await _update(full, TaskChanges(2, title="Good"), changes)
    assert await full.all() == before


async def test_numbers_nobody_has_are_reported_and_the_others_acted_on(full: Hand, ben: Hand) -> None:
    """Zero, a negative one, one too large for the database, one of another account, one that was deleted."""
    await ben.add("Ben's 1", "Ben's 2", "Ben's 3")
    await full.add("To go")
    await full.do(tasks.delete, [3], now=full.now)
    change = await _update(full, *[TaskChanges(number, priority=1) for number in (0, 2, -3, 3, 10**12, 2**31)])
    assert [task.number for task in change.tasks] == [2]
    assert set(change.missing) == {0, -3, 3, 10**12, 2**31}
    assert [task.priority for task in await ben.all()] == [4, 4, 4]
    nothing = await full.do(tasks.prioritise, [0, 99], 2, now=full.now)
    assert (nothing.tasks, nothing.change, set(nothing.missing)) == ((), None, {0, 99})


async def test_more_than_a_hundred_tasks_at_once_are_refused(full: Hand) -> None:
    """Before any is looked for."""
    with pytest.raises(Invalid, match="at most 100 tasks at once; these are 101"):
        await full.do(tasks.complete, range(1, 102), now=full.now)


async def test_priority_of_many(full: Hand) -> None:
    """Those that had it already are unchanged."""
    change = await full.do(tasks.prioritise, [1, 2], 2, now=full.now)
    assert (change.action, change.unchanged, [task.priority for task in change.tasks]) == ("updated", (1,), [2, 2])
    with pytest.raises(Invalid):
        await full.do(tasks.prioritise, [1], 9, now=full.now)


async def test_tags_are_added_and_taken_off(full: Hand) -> None:
    """In any case; what is there stays once."""
    change = await full.do(tasks.tag, [1, 2], add=["#Now", "HOME"], remove=["nothing"], now=full.now)
    assert [task.tags for task in change.tasks] == [("home", "now"), ("now", "home")]
    change = await full.do(tasks.tag, [1], remove=["home"], now=full.now)
    assert change.tasks[0].tags == ("now",)
    with pytest.raises(Invalid, match="at most 20 tags"):
        await full.do(tasks.tag, [1], add=map(str, range(20)), now=full.now)


async def test_snoozing_moves_the_reminder_alone(full: Hand) -> None:
    """Neither the due date nor the series, and only of what is open."""
    await full.do(tasks.complete, [2], now=full.now)
    before = await full.one(1)
    until = full.now + dt.timedelta(hours=3)
    change = await full.do(tasks.snooze, [1, 2], until, now=full.now)
    assert (change.action, change.unchanged) == ("snoozed", (2,))
    assert change.tasks[0] == replace(before, remind_at=until, next_reminder=until)


@pytest.mark.parametrize("minutes", [0, -1])
async def test_snoozing_into_the_past_is_refused(full: Hand, minutes: int) -> None:
    """It would remind at once, or never."""
    with pytest.raises(Invalid, match="has passed"):
        await full.do(tasks.snooze, [1], full.now + dt.timedelta(minutes=minutes), now=full.now)
