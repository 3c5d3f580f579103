"""A bot that speaks up in a test: a real database, a chat that outlives it, and a clock that is put where we want."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import pytest

from core import tasks
from core.chat import Action, ActionName, Author, Receipt, Task, Thread
from core.commands.run import run
from core.database import Database
from core.intents.request import Request
from core.reminders import Reminders
from core.service import Service
from core.tasks import NewTask
from core.users import Actor, identify
from core.when import resolve
from tests.fakes.chat import ANA, Answer, Chat, Post


@dataclasses.dataclass
class Home:
    """One process with its reminders, in a chat."""

    database: Database
    chat: Chat
    at: dt.datetime
    lease: float = 120.0

    def __post_init__(self) -> None:
        self.reminders = self.process()
        self.core = Service(
            self.database,
            {self.chat.name: self.chat},
            None,
            default_zone="UTC",
            clock=self.clock,
            changed=self._changed,
        )
        self.reminders = self.process()

    def process(self) -> Reminders:
        """The reminders of a process; of another one each time."""
        return Reminders(
            self.database,
            self.chat,
            default_zone="UTC",
            clock=self.clock,
            posted=lambda thread: self.core.posted(thread),
            lease=self.lease,
            nap=0.02,
        )

    def clock(self) -> dt.datetime:
        """What time it is."""
        return self.at

    async def until(self, phrase: str) -> None:
        """Let time pass, in one jump."""
        due = resolve(phrase, now=self.at, locale="en-GB").due
        assert due
        self.at = due.at

    @asynccontextmanager
    async def speaking(self, *more: Reminders) -> AsyncIterator[None]:
        """The reminders run meanwhile."""
        self.reminders.asleep.clear()
        running = [asyncio.create_task(one.run()) for one in (self.reminders, *more)]
        try:
            yield
        finally:
            for one in running:
                one.cancel()
            for one in running:
                with suppress(asyncio.CancelledError):
                    await one

    async def posted(self, count: int = 1) -> list[Post]:
        """Run the reminders until so many messages have been posted in all and recorded."""
        async with self.speaking():
            posts = await self.chat.posted(count)
            await self.asleep()
        assert len(posts) == count
        return posts

    async def quiet(self) -> list[Post]:
        """Run one round, and return what has been posted until then."""
        async with self.speaking():
            await self.asleep()
        return self.chat.posts

    async def asleep(self) -> None:
        """Wait until all that is due has been seen to."""
        async with asyncio.timeout(20):
            await self.reminders.asleep.wait()

    async def add(self, text: str, *, who: Author = ANA, link: str | None = None) -> Task:
        """Somebody adds a task; where there is a link, they say it openly there."""
        actor = await self.actor(who)
        parts = await run(
            Request(self.database, actor, self.at.astimezone(actor.timezone), link, link is not None),
            text,
            adds_plain_text=True,
        )
        (receipt,) = [part for part in parts if isinstance(part, Receipt)]
        self._changed(receipt, who)
        return receipt.tasks[0]

    async def press(
        self, name: ActionName, *numbers: int, who: Author = ANA, fields: Mapping[str, str] | None = None
    ) -> Answer:
        """Somebody presses a button."""
        pressed = Action(who, name, numbers, fields=fields or {})
        return await self.chat.collect(self.core.act(pressed), self.chat.thread("x"))

    async def says(self, text: str, *, who: Author = ANA, thread: Thread | None = None) -> Answer:
        """Somebody writes, in their direct messages if nothing else is said."""
        return await self.chat.say(self.core, text, author=who, thread=thread or self.chat.private(who))

    async def task(self, number: int, who: Author = ANA) -> Task:
        """One task as it is."""
        actor = await self.actor(who)
        async with self.database.transaction() as session:
            (task,) = await tasks.get(session, actor, [number], now=self.at)
        return task

    async def new(self, *new: NewTask, who: Author = ANA) -> tuple[Task, ...]:
        """Add tasks as they are."""
        actor = await self.actor(who)
        async with self.database.transaction() as session:
            return (await tasks.add(session, actor, new, now=self.at)).tasks

    async def actor(self, who: Author = ANA) -> Actor:
        """The actor somebody is."""
        async with self.database.transaction() as session:
            return await identify(session, who, "UTC")

    async def value(self, sql: str) -> object:
        """What the database says."""
        rows = await self.database.read(lambda session: session.execute(sql))
        return rows.scalars()[0] if rows else None

    async def run(self, sql: str) -> None:
        """Change what the database says."""
        await self.database.write(lambda session: session.execute(sql))

    def _changed(self, receipt: Receipt, who: Author) -> None:
        self.reminders.changed(receipt)


TOLD = dataclasses.replace(ANA, locale=None)
"""Ana as the core addresses her: her locale isn't kept."""


@pytest.fixture
def home(database: Database, now: dt.datetime) -> Home:
    """Ana's and Ben's bot, on a Monday at nine in Berlin."""
    return Home(database, Chat(), now)
