"""Whose clock decides: the database's. Processes whose own clocks are wrong, or jump, speak up at the right time."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from core.database import Database
from core.reminders import Reminders
from core.reminders.clock import Clock
from tests.core.statements import counted
from tests.fakes.chat import Chat

HOUR = 3600.0


class Wrong:
    """A clock that goes wrong by so many seconds."""

    def __init__(self, by: float = 0.0) -> None:
        self.by = by

    def __call__(self) -> float:
        """What it shows, in seconds since 1970."""
        return time.time() + self.by


class Row:
    """Ana's one row, read and written as it is."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self.run(
            """INSERT INTO users (id, account_id, platform, workspace, external_id, name, timezone, next_number)
               OVERRIDING SYSTEM VALUE VALUES (1, 1, 'chat', 'acme', 'U1', 'Ana', 'UTC', 2)"""
        )

    def run(self, sql: str) -> None:
        """Change something."""
        self._connection.execute(sql)

    def value(self, sql: str) -> object:
        """Read something."""
        row = self._connection.execute(sql).fetchone()
        assert row
        return row[0]

    def daily(self, *, due: str) -> None:
        """A task of every day, whose reminder of today is due so long from now (an SQL interval)."""
        self.run(
            f"""INSERT INTO tasks (account_id, number, title, due_date, due_time, due_zone, recurrence,
                                   next_reminder_at)
                SELECT 1, 1, 'Water the plants', wall::date, wall::time, 'UTC', 'FREQ=DAILY', wall AT TIME ZONE 'UTC'
                FROM (SELECT date_trunc('minute', now() AT TIME ZONE 'UTC' + interval '{due}') AS wall) AS at"""
        )

    def close(self) -> None:
        """Done."""
        self._connection.close()


@pytest.fixture
def row(database_url: str) -> Iterator[Row]:
    """Ana, in the database."""
    there = Row(database_url)
    yield there
    there.close()


def _process(database: Database, chat: Chat, wall: Wrong) -> Reminders:
    """A process with its own clock; it looks at that often."""
    return Reminders(
        database,
        chat,
        default_zone="UTC",
        clock=Clock(wall=wall),
        posted=lambda thread: None,
        nap=0.02,
    )


@asynccontextmanager
async def _running(*processes: Reminders) -> AsyncIterator[None]:
    """They run meanwhile, and have seen to all that is due by now."""
    running = [asyncio.create_task(one.run()) for one in processes]
    try:
        await _asleep(*processes)
        yield
    finally:
        for one in running:
            one.cancel()
        for one in running:
            with suppress(asyncio.CancelledError):
                await one


async def _asleep(*processes: Reminders) -> None:
    """Wait until they have seen to all that is due by now."""
    async with asyncio.timeout(20):
        for one in processes:
            await one.asleep.wait()


WRONG = pytest.mark.parametrize("wrong", [HOUR, -HOUR, 5 * 24 * HOUR])
"""Seconds that one of two processes is ahead, or behind."""


@WRONG
async def test_a_process_whose_clock_is_wrong_says_nothing_early(database: Database, row: Row, wrong: float) -> None:
    """Nor does the other one."""
    chat = Chat()
    row.daily(due="40 minutes")
    before = row.value("SELECT next_reminder_at FROM tasks")
    async with _running(_process(database, chat, Wrong(wrong)), _process(database, chat, Wrong())):
        assert chat.posts == []
    assert row.value("SELECT next_reminder_at FROM tasks") == before


@WRONG
async def test_a_process_whose_clock_is_wrong_is_on_time(database: Database, row: Row, wrong: float) -> None:
    """Whichever of the two it is that speaks: once, without an apology, and the next is tomorrow's."""
    chat = Chat()
    row.daily(due="0 minutes")
    row.run("UPDATE tasks SET next_reminder_at = now() + interval '1 second'")
    processes = [_process(database, chat, Wrong(wrong)) for _ in range(2)]
    async with _running(*processes):
        (post,) = await chat.posted(1)
        await _asleep(*processes)
    assert len(chat.posts) == 1
    assert post.answer.receipts[0].detail is None
    assert row.value("SELECT reminded_at BETWEEN now() - interval '1 minute' AND now() FROM tasks") is True
    assert row.value("SELECT next_reminder_at - now() BETWEEN '23 hours' AND '24 hours' FROM tasks") is True


async def test_a_clock_that_jumps_and_comes_back_moves_nothing(database: Database, row: Row) -> None:
    """Days ahead and back again: the process looks what is due each time, and a task of every day stays today's."""
    chat, wall = Chat(), Wrong()
    row.daily(due="40 minutes")
    before = row.value("SELECT next_reminder_at FROM tasks")
    process = _process(database, chat, wall)
    with counted(database) as statements:
        async with _running(process):
            for by in (5 * 24 * HOUR, 0.0):
                asked = len(statements)
                wall.by = by
                async with asyncio.timeout(20):
                    while len(statements) == asked:
                        await process.asleep.wait()
                        await asyncio.sleep(0)
                await _asleep(process)
    assert chat.posts == []
    assert row.value("SELECT next_reminder_at FROM tasks") == before


async def test_a_machine_that_was_asleep_is_on_time_after_it(database: Database, row: Row) -> None:
    """It has not counted the seconds it slept: that its wall clock has moved without them makes it ask."""
    chat = Chat()
    row.daily(due="0 minutes")
    row.run("UPDATE tasks SET next_reminder_at = now() + interval '3 seconds'")
    clock = Clock(monotonic=lambda: 0.0)
    asleep = Reminders(database, chat, default_zone="UTC", clock=clock, posted=lambda thread: None, nap=0.02)
    async with _running(asleep):
        assert chat.posts == []
        await chat.posted(1)


@WRONG
async def test_a_digest_is_of_the_databases_morning(database: Database, row: Row, wrong: float) -> None:
    """One of later isn't sent, one that is due is, and the next is of the next morning."""
    chat = Chat()
    row.daily(due="-2 days")
    row.run("UPDATE tasks SET next_reminder_at = NULL")
    row.run(
        """UPDATE users SET digest = true, morning = (now() AT TIME ZONE 'UTC' + interval '30 minutes')::time,
                            next_digest_at = now() + interval '30 minutes'"""
    )
    async with _running(_process(database, chat, Wrong(wrong))):
        assert chat.posts == []
    row.run(
        """UPDATE users SET next_digest_at = now() - interval '1 second',
                            morning = (now() AT TIME ZONE 'UTC' - interval '1 second')::time"""
    )
    async with _running(_process(database, chat, Wrong(wrong))):
        (post,) = chat.posts
    assert f"{dt.datetime.now(dt.UTC):%A}" in post.answer.text
    assert row.value("SELECT next_digest_at - now() BETWEEN '23 hours' AND '24 hours' FROM users") is True


async def test_what_a_wrong_clock_has_recorded_silences_nothing(database: Database, row: Row) -> None:
    """That a reminder was told in the future is no fact, so the task isn't silent until then."""
    chat = Chat()
    row.daily(due="0 minutes")
    row.run("UPDATE tasks SET reminded_at = now() + interval '5 days'")
    async with _running(_process(database, chat, Wrong())):
        assert len(chat.posts) == 1
