"""Who delivers what: claims that are taken, kept, given back and lost."""

from __future__ import annotations

import datetime as dt

import psycopg

from core.chat import ActionName
from core.reminders.claims import Batch, claim, record, release
from core.tasks import NewTask
from tests.core.reminders.conftest import Home

EXPIRED = -1.0
"""Seconds of a lease that is over at once."""


async def _claim(home: Home, *, lease: float = 60.0) -> list[Batch]:
    async with home.database.transaction() as session:
        return await claim(session, "chat", people=20, lease=lease, now=home.at, default_zone="UTC")


def _numbers(batches: list[Batch]) -> list[list[int]]:
    return [[task.row.number for task in batch.due] for batch in batches]


async def _due(home: Home, count: int) -> None:
    await home.new(*(NewTask(f"Task {number}", remind_at=home.at + dt.timedelta(minutes=1)) for number in range(count)))
    home.at += dt.timedelta(minutes=1)


async def test_what_is_claimed_is_nobody_elses(home: Home) -> None:
    """Until it is given back."""
    await _due(home, 3)
    batches = await _claim(home)
    assert _numbers(batches) == [[1, 2, 3]]
    assert await _claim(home) == []
    async with home.database.transaction() as session:
        await release(session, batches)
    (again,) = await _claim(home)
    assert not again.again


async def test_after_a_crash_the_same_message_is_claimed_again(home: Home) -> None:
    """Under its key; what has come due since is another message."""
    await _due(home, 2)
    (first,) = await _claim(home, lease=EXPIRED)
    await _due(home, 1)
    batches = await _claim(home)
    assert sorted(_numbers(batches)) == [[1, 2], [3]]
    again = next(batch for batch in batches if batch.again)
    assert (again.key, _numbers([again])) == (first.key, [[1, 2]])


async def test_a_message_tried_again_is_whole_or_waits(home: Home, database_url: str) -> None:
    """While one of its tasks is being changed; else that one would be taken for told under the key of the others."""
    await _due(home, 3)
    (first,) = await _claim(home, lease=EXPIRED)
    with psycopg.connect(database_url) as busy:
        busy.execute("SELECT FROM tasks WHERE number = 2 FOR UPDATE")
        assert await _claim(home) == []
        busy.rollback()
    (again,) = await _claim(home)
    assert (again.key, _numbers([again])) == (first.key, [[1, 2, 3]])


async def test_a_new_message_does_not_wait_for_a_task_that_is_being_changed(home: Home, database_url: str) -> None:
    """That one comes by itself."""
    await _due(home, 2)
    with psycopg.connect(database_url) as busy:
        busy.execute("SELECT FROM tasks WHERE number = 2 FOR UPDATE")
        assert _numbers(await _claim(home)) == [[1]]
        busy.rollback()
    assert _numbers(await _claim(home)) == [[2]]


async def test_what_a_person_changes_meanwhile_stays_as_they_left_it(home: Home) -> None:
    """The record of the old reminder passes it by."""
    await _due(home, 2)
    (batch,) = await _claim(home)
    await home.press(ActionName.SNOOZE, 1, fields={"until": "in 2 hours"})
    async with home.database.transaction() as session:
        await record(session, batch)
    first, second = [await home.task(number) for number in (1, 2)]
    assert first.next_reminder == home.at + dt.timedelta(hours=2)
    assert second.next_reminder is None
