"""Completing, reopening, deleting; recurring tasks move on, once."""

from __future__ import annotations

import datetime as dt

import pytest

from core import tasks
from core.chat import Due, Status
from core.errors import NotFound
from core.tasks import NewTask, TaskChanges
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand

BERLIN = "Europe/Berlin"
TODAY = Due(dt.date(2026, 11, 23), dt.time(9), BERLIN)


async def test_a_completed_task_says_when(ana: Hand) -> None:
    """And is no longer open or overdue; two statements for any number of tasks."""
    await ana.add(NewTask("One", due=Due(dt.date(2026, 11, 1), None, BERLIN)), "Two", "Three")
    with counted(ana.database) as statements:
        change = await ana.do(tasks.complete, [3, 1], now=ana.now)
    assert len(statements) == 2
    assert (change.action, [task.number for task in change.tasks]) == ("completed", [3, 1])
    assert [(task.completed_at, task.overdue) for task in change.tasks] == [(ana.now, False)] * 2
    assert await ana.numbers() == [2]


async def test_completing_again_changes_nothing_and_says_so(ana: Hand) -> None:
    """A double click is no second change, nor the end of the first one's undo."""
    await ana.add("One", "Two")
    first = await ana.do(tasks.complete, [1], now=ana.now)
    again = await ana.later(hours=1).do(tasks.complete, [1], now=ana.later(hours=1).now)
    assert (again.action, again.change, again.unchanged) == ("already completed", None, (1,))
    assert again.tasks == first.tasks
    both = await ana.do(tasks.complete, [1, 2], now=ana.now)
    assert (both.action, both.unchanged, len(both.tasks)) == ("completed", (1,), 2)


async def test_reopening_takes_the_completion_back(ana: Hand) -> None:
    """Of what is open already it changes nothing."""
    await ana.add("One")
    before = await ana.one(1)
    await ana.do(tasks.complete, [1], now=ana.now)
    change = await ana.do(tasks.reopen, [1], now=ana.now)
    assert (change.action, change.tasks) == ("reopened", (before,))
    again = await ana.do(tasks.reopen, [1], now=ana.now)
    assert (again.action, again.change, again.tasks) == ("already open", None, (before,))


async def test_a_deleted_task_is_not_found_by_anything(ana: Hand) -> None:
    """Until its deletion is undone."""
    await ana.add("One")
    change = await ana.do(tasks.delete, [1], now=ana.now)
    assert (change.action, change.tasks[0].deleted_at) == ("deleted", ana.now)
    for operation in (tasks.complete, tasks.reopen, tasks.delete):
        gone = await ana.do(operation, [1], now=ana.now)
        assert (gone.tasks, gone.missing) == ((), (1,))
    assert (await ana.do(tasks.update, [TaskChanges(1, title="Two")], now=ana.now)).missing == (1,)
    assert await ana.numbers(status=Status.ALL) == []
    assert await ana.do(tasks.match, "one", status=Status.ALL, now=ana.now) == ()
    await ana.do(tasks.undo, change.change, now=ana.now)
    assert (await ana.one(1)).deleted_at is None


async def test_another_accounts_task_is_not_found(ana: Hand, ben: Hand) -> None:
    """By any operation, and it stays as it is."""
    await ben.add("Zero", "One", "Two")
    added = await ben.add("Ben's")
    before = await ben.all()
    for operation in (tasks.complete, tasks.reopen, tasks.delete):
        change = await ana.do(operation, [4], now=ana.now)
        assert (change.tasks, change.missing, change.change) == ((), (4,), None)
    assert await ana.do(tasks.get, [4], now=ana.now) == ()
    assert await ana.do(tasks.match, "Ben's", now=ana.now) == ()
    assert (await ana.do(tasks.snooze, [4], ana.later(hours=1).now, now=ana.now)).missing == (4,)
    assert (await ana.do(tasks.tag, [4], add=["x"], now=ana.now)).missing == (4,)
    with pytest.raises(NotFound):
        await ana.do(tasks.undo, added.change, now=ana.now)
    assert await ben.all() == before


async def test_a_recurring_task_moves_on_instead(ana: Hand) -> None:
    """It stays open, at its next date, with no reminder left of the old one."""
    await ana.add(NewTask("Stand-up", due=TODAY, recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"))
    await ana.do(tasks.snooze, [1], ana.later(hours=1).now, now=ana.now)
    change = await ana.do(tasks.complete, [1], now=ana.now)
    (task,) = change.tasks
    assert (change.action, task.done, task.remind_at) == ("moved on", False, None)
    assert str(task.due) == "2026-11-24T09:00"


async def test_a_late_recurring_task_does_not_pile_up(ana: Hand) -> None:
    """Three weeks late, completed once, and nothing is overdue."""
    await ana.add(NewTask("Stand-up", due=Due(dt.date(2026, 11, 2), None, BERLIN), recurrence="FREQ=DAILY"))
    (task,) = (await ana.do(tasks.complete, [1], now=ana.now)).tasks
    assert (str(task.due), task.overdue) == ("2026-11-24", False)


async def test_a_series_that_ends_is_completed_for_good(ana: Hand) -> None:
    """Its last date counts; reopened, it is that date again."""
    await ana.add(NewTask("Pills", due=TODAY, recurrence="FREQ=DAILY;COUNT=2"))
    moved = await ana.do(tasks.complete, [1], now=ana.now)
    assert (moved.action, moved.tasks[0].recurrence) == ("moved on", "FREQ=DAILY;COUNT=1")
    tomorrow = ana.later(days=1)
    done = await tomorrow.do(tasks.complete, [1], now=tomorrow.now)
    assert (done.action, done.tasks[0].completed_at) == ("completed", tomorrow.now)
    (task,) = (await tomorrow.do(tasks.reopen, [1], now=tomorrow.now)).tasks
    assert (str(task.due), task.recurrence) == ("2026-11-24T09:00", "FREQ=DAILY;COUNT=1")


async def test_a_series_from_completion_counts_from_the_day_it_was_done(ana: Hand) -> None:
    """Nine days late, every three days: three days from today."""
    late = Due(dt.date(2026, 11, 14), None, BERLIN)
    await ana.add(NewTask("Cactus", due=late, recurrence="FREQ=DAILY;INTERVAL=3", recurs_from_completion=True))
    (task,) = (await ana.do(tasks.complete, [1], now=ana.now)).tasks
    assert str(task.due) == "2026-11-26"


async def test_a_completion_that_is_sent_twice_moves_a_series_once(ana: Hand) -> None:
    """A second click within seconds; later it is meant, and so it is after an undo."""
    await ana.add(NewTask("Stand-up", due=TODAY, recurrence="FREQ=DAILY"))
    first = await ana.do(tasks.complete, [1], now=ana.now)
    twice = await ana.do(tasks.complete, [1], now=ana.later(seconds=9).now)
    assert (twice.action, twice.change, twice.tasks, twice.unchanged) == ("already completed", None, first.tasks, (1,))
    await ana.do(tasks.undo, now=ana.now)
    again = await ana.do(tasks.complete, [1], now=ana.later(seconds=9).now)
    assert str(again.tasks[0].due) == "2026-11-24T09:00"
    meant = await ana.do(tasks.complete, [1], now=ana.later(seconds=19).now)
    assert str(meant.tasks[0].due) == "2026-11-25T09:00"


async def test_nine_in_the_morning_stays_nine_when_the_clocks_change(ana: Hand) -> None:
    """From summer time to winter time, in the database's own instants."""
    await ana.add(NewTask("Stand-up", due=Due(dt.date(2026, 10, 24), dt.time(9), BERLIN), recurrence="FREQ=DAILY"))
    summer = (await ana.one(1)).due
    await ana.do(tasks.complete, [1], now=dt.datetime(2026, 10, 24, 8, tzinfo=dt.UTC))
    winter = (await ana.one(1)).due
    assert summer is not None
    assert winter is not None
    assert [f"{due.at.astimezone(dt.UTC):%H:%M}" for due in (summer, winter)] == ["07:00", "08:00"]
