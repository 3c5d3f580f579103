"""Every change can be taken back, in bulk too, and any sequence of them gives the first state back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tasks
from core.chat import Author, Due, Task
from core.errors import Conflict, NotFound
from core.tasks import Change, NewTask, TaskChanges
from core.users import identify
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand

BERLIN = "Europe/Berlin"
TODAY = Due(dt.date(2026, 11, 23), dt.time(9), BERLIN)
FRIDAY = Due(dt.date(2026, 11, 27), None, BERLIN)

Operation = Callable[[Hand], Awaitable[Change]]

OPERATIONS: dict[str, Operation] = {
    "add": lambda hand: hand.add("New", NewTask("Series", due=TODAY, recurrence="FREQ=DAILY;COUNT=3")),
    "rename": lambda hand: hand.do(tasks.update, [TaskChanges(1, title="Renamed", notes="n")], now=hand.now),
    "clear": lambda hand: hand.do(
        tasks.update, [TaskChanges(1, notes=None), TaskChanges(3, due=None, tags=None)], now=hand.now
    ),
    "move": lambda hand: hand.do(tasks.update, [TaskChanges(2, due=FRIDAY), TaskChanges(3, due=FRIDAY)], now=hand.now),
    "repeat": lambda hand: hand.do(tasks.update, [TaskChanges(1, recurrence="FREQ=WEEKLY")], now=hand.now),
    "complete": lambda hand: hand.do(tasks.complete, [1, 3], now=hand.now),
    "complete one": lambda hand: hand.do(tasks.complete, [2], now=hand.now),
    "reopen": lambda hand: hand.do(tasks.reopen, [1, 2, 3], now=hand.now),
    "delete": lambda hand: hand.do(tasks.delete, [2, 3], now=hand.now),
    "prioritise": lambda hand: hand.do(tasks.prioritise, [1, 2, 3], 1, now=hand.now),
    "tag": lambda hand: hand.do(tasks.tag, [1, 2], add=["x"], remove=["home"], now=hand.now),
    "snooze": lambda hand: hand.do(tasks.snooze, [1, 3], hand.later(hours=2).now, now=hand.now),
}


@pytest.fixture
async def full(ana: Hand) -> Hand:
    """Three tasks: a plain one, one with a date, a series."""
    await ana.add(
        NewTask("Plain", notes="Notes", tags=("home",)),
        NewTask("Dated", due=TODAY, priority=2),
        NewTask("Series", due=TODAY, recurrence="FREQ=DAILY\nEXDATE:20261125", tags=("home", "daily")),
    )
    return ana


async def _undo(hand: Hand, change: int | None = None) -> Change:
    return await hand.do(tasks.undo, change, now=hand.now)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "reopen"])
async def test_an_operation_can_be_undone(full: Hand, name: str) -> None:
    """Whatever it did, to however many tasks, the tasks are as before; in two statements."""
    before = await full.all()
    change = await OPERATIONS[name](full)
    assert await full.all() != before
    with counted(full.database) as statements:
        undone = await _undo(full, change.change)
    assert len(statements) == 2
    assert (undone.action, undone.change) == ("undone", None)
    assert [task.number for task in undone.tasks] == sorted(task.number for task in change.tasks)
    assert await full.all() == before


async def test_undoing_an_addition_deletes_the_tasks(full: Hand) -> None:
    """The receipt shows which, as deleted."""
    undone = await _undo(full)
    assert [(task.number, task.deleted_at is not None) for task in undone.tasks] == [(1, True), (2, True), (3, True)]
    assert await full.all() == ()


async def test_undo_without_an_id_takes_the_newest_change_that_stands(full: Hand) -> None:
    """Again and again, to the beginning; then there is nothing left."""
    await full.do(tasks.prioritise, [1], 1, now=full.now)
    await full.do(tasks.prioritise, [2], 1, now=full.now)
    assert [task.number for task in (await _undo(full)).tasks] == [2]
    assert [task.number for task in (await _undo(full)).tasks] == [1]
    assert [task.number for task in (await _undo(full)).tasks] == [1, 2, 3]
    with pytest.raises(NotFound, match="There is nothing to undo"):
        await _undo(full)


async def test_a_change_is_undone_once(full: Hand) -> None:
    """The second click says so; so does an id that never was, or is no id."""
    change = await full.do(tasks.prioritise, [1], 1, now=full.now)
    await _undo(full, change.change)
    for wrong in (change.change, 10**6, 10**12, 10**30, 0, -1):
        with pytest.raises(NotFound, match="nothing left to undo of change"):
            await _undo(full, wrong)


async def test_a_change_that_was_built_upon_is_not_undone_by_itself(full: Hand) -> None:
    """It would take the later change back too; the sentence names that one, and nothing is half undone."""
    first = await full.do(tasks.prioritise, [1, 2], 1, now=full.now)
    second = await full.do(tasks.prioritise, [2], 3, now=full.now)
    before = await full.all()
    with pytest.raises(Conflict, match=f"#2 was changed again since, by change {second.change}. Undo that one first"):
        await _undo(full, first.change)
    assert await full.all() == before
    await _undo(full, second.change)
    assert [task.number for task in (await _undo(full, first.change)).tasks] == [1, 2]


async def test_changes_of_different_tasks_can_be_undone_in_any_order(full: Hand) -> None:
    """An old receipt's button still works."""
    first = await full.do(tasks.prioritise, [1], 1, now=full.now)
    await full.do(tasks.prioritise, [2], 1, now=full.now)
    await _undo(full, first.change)
    assert [task.priority for task in await full.all()] == [1, 4, 4]


async def test_undo_is_ones_own(full: Hand, ben: Hand) -> None:
    """Another account's change is none to be undone, with or without its id."""
    change = await full.do(tasks.prioritise, [1], 1, now=full.now)
    before = await full.all()
    for wrong in (change.change, None):
        with pytest.raises(NotFound):
            await _undo(ben, wrong)
    assert await full.all() == before


async def test_only_so_many_changes_of_a_task_can_be_undone(full: Hand) -> None:
    """Fifty of each; the fifty-first says so and does nothing."""
    for index in range(60):
        await full.do(tasks.update, [TaskChanges(1, title=f"Title {index}")], now=full.now)
    for _ in range(50):
        await _undo(full)
    assert (await full.one(1)).title == "Title 9"
    undone = await _undo(full)
    assert [task.number for task in undone.tasks] == [2, 3]
    assert (await full.one(1)).title == "Title 9"


def _seen(found: tuple[Task, ...]) -> list[Task]:
    return sorted(found, key=lambda task: task.number)


@given(names=st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=1, max_size=9), data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_sequence_of_operations_undone_gives_the_first_state_back(
    ana: Hand, names: list[str], data: st.DataObject
) -> None:
    """State by state, with undos in between, and by id as well as without."""
    account = await _someone(ana)
    states: list[list[Task]] = []
    changes: list[int] = []
    for step, name in enumerate(names):
        state = _seen(await account.all())
        change = await OPERATIONS[name](account.later(minutes=step))
        if change.change is not None:
            states.append(state)
            changes.append(change.change)
        if data.draw(st.booleans(), label="undo one") and changes:
            await _undo(account, changes.pop())
            assert _seen(await account.all()) == states.pop()
    while changes:
        newest, by_id = changes.pop(), data.draw(st.booleans(), label="by id")
        await _undo(account, newest if by_id else None)
        assert _seen(await account.all()) == states.pop()


async def _someone(hand: Hand) -> Hand:
    """A new person with three tasks."""
    author = Author("console", "", uuid.uuid4().hex, "Someone", timezone=BERLIN)
    async with hand.database.transaction() as session:
        someone = dataclasses.replace(hand, actor=await identify(session, author, "UTC"))
    series = NewTask("Series", due=TODAY, recurrence="FREQ=DAILY", tags=("home",))
    await someone.add(NewTask("Plain", notes="Notes"), NewTask("Dated", due=TODAY), series)
    return someone
