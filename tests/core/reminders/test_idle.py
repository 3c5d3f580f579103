"""Idle costs nothing: between reminders no process asks the database anything, and none of them is missed for that."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import psycopg
import pytest

from core.database import Database
from core.reminders import Reminders
from core.service import Service
from tests.core.statements import counted
from tests.fakes.chat import ANA, Chat

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@dataclass(slots=True)
class Time:
    """A clock that is put, and tells how often it was looked at."""

    at: dt.datetime = NOON
    looks: int = 0
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self) -> dt.datetime:
        """The instant it shows."""
        self.looks += 1
        self.looked.set()
        return self.at

    async def seen(self, times: int) -> None:
        """Wait until it was looked at so often."""
        until = self.looks + times
        async with asyncio.timeout(20):
            while self.looks < until:
                self.looked.clear()
                await self.looked.wait()


class Process:
    """One process: a core with its reminders, on a platform that all of them share."""

    def __init__(self, database: Database, chat: Chat, time: Time) -> None:
        self.database = database
        self.reminders = Reminders(
            database, chat, default_zone="UTC", clock=time, posted=lambda thread: None, nap=0.001
        )
        self.core = Service(
            database,
            {chat.name: chat},
            None,
            default_zone="UTC",
            clock=time,
            changed=lambda receipt, who: self.reminders.changed(receipt),
            expect=self.reminders.expect,
        )
        self._running: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Come in, see to what is due, and sleep."""
        await self.core.join()
        self._running = asyncio.create_task(self.reminders.run())
        await self.asleep()

    async def asleep(self) -> None:
        """Until it has seen to all that is due."""
        async with asyncio.timeout(20):
            await self.reminders.asleep.wait()

    async def die(self) -> None:
        """End without a word."""
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])
        await self.core.close()


Start = Callable[[], Process]


@pytest.fixture
def time() -> Time:
    """What time it is for all."""
    return Time()


@pytest.fixture
def chat() -> Chat:
    """The platform."""
    return Chat()


@pytest.fixture
async def start(database_url: str, chat: Chat, time: Time) -> AsyncIterator[Start]:
    """Make another process."""
    async with AsyncExitStack() as stack:

        def started() -> Process:
            process = Process(Database(database_url), chat, time)
            stack.push_async_callback(process.database.close)
            stack.push_async_callback(process.die)
            return process

        yield started


async def _cut(url: str) -> None:
    """The database closes all sessions, as one does that goes to sleep."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


async def test_between_reminders_nobody_asks_the_database(start: Start, chat: Chat, time: Time) -> None:
    """Hours pass, full and half ones too, in two processes: no statement, until the reminder is due."""
    ana, ben = start(), start()
    await ana.run()
    await ben.run()
    await chat.command(ana.core, "add Call Ben at 22:30")
    await ana.asleep()
    with counted(ana.database) as one, counted(ben.database) as other:
        for hours in range(1, 9):
            time.at = NOON + dt.timedelta(hours=hours)
            await time.seen(8)
        assert (one, other) == ([], [])
        time.at = NOON + dt.timedelta(hours=11)
        await chat.posted(1)


async def test_a_reminder_of_a_process_that_died_is_told_by_one_that_was_idle(
    start: Start, chat: Chat, time: Time
) -> None:
    """It knew of nothing to come; the other's word is enough."""
    ana, ben = start(), start()
    await ana.run()
    await ben.run()
    await chat.command(ana.core, "add Call Ben at 14:00")
    await ana.core.idle()
    await ana.die()
    time.at = NOON + dt.timedelta(hours=3)
    (post,) = await chat.posted(1)
    assert post.answer.receipts[0].tasks[0].title == "Call Ben"


async def test_a_process_that_could_not_hear_looks_when_it_can_again(start: Start, chat: Chat, time: Time) -> None:
    """Its session was cut, by a database that went to sleep, and what another one made meanwhile was told to nobody."""
    ana, ben = start(), start()
    await ana.run()
    await ben.run()
    await _cut(ana.database.url.set(drivername="postgresql").render_as_string(hide_password=False))
    await chat.command(ana.core, "add Call Ben at 14:00")
    await ana.core.idle()
    await ana.die()
    # the next message that comes to it wakes the database in any case
    await chat.say(ben.core, "list", thread=chat.private(ANA))
    async with ben.core.claim(chat.thread(), "m", NOON.timestamp()) as claim:
        await claim.granted()
    time.at = NOON + dt.timedelta(hours=3)
    await chat.posted(1)


async def test_a_process_that_starts_looks_at_once(start: Start, chat: Chat, time: Time) -> None:
    """Whoever made it, and however long ago."""
    ana = start()
    await ana.run()
    await chat.command(ana.core, "add Call Ben at 14:00")
    await ana.die()
    time.at = NOON + dt.timedelta(days=3)
    await start().run()
    await chat.posted(1)
