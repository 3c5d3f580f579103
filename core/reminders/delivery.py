"""One message from its claim to its record: to the person, else to where its tasks came from, else kept."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass

import structlog

from core.chat import Platform, PostDelayed, PostRefused, Reply, Thread
from core.database import Database
from core.errors import DatabaseUnavailable
from core.reminders.claims import Batch, DueTask, record, release
from core.reminders.messages import reminder, saying
from core.reminders.person import Person

log = structlog.get_logger()

POST_SHARE = 0.5
"""Part of a lease that the platform may take over a message; the rest is for recording it."""
_FIRST_WAIT = 0.25
_SLOWER = 2.0


@dataclass(frozen=True, slots=True)
class Sender:
    """A platform to deliver on, with the database, a clock, and the seconds of a lease."""

    platform: Platform
    database: Database
    clock: Callable[[], dt.datetime]
    lease: float
    posted: Callable[[Thread], None]
    """Told of the thread in which replies to a message will come."""

    async def deliver(self, batch: Batch) -> float:
        """Deliver one batch and record it; returns the seconds that the platform asks to wait, mostly 0.

        What went wrong without an answer keeps its lease: when that is over it is tried again, under the same key.
        """
        now = self.clock()
        due = [task for task in batch.due if not task.told]
        try:
            async with asyncio.timeout(self.lease * POST_SHARE):
                kept = await self._tell(batch, due, now) if due else ()
        except PostDelayed as delay:
            await self._surely(lambda: self._release(batch))
            return delay.seconds
        except Exception:
            log.exception("reminder.uncertain", platform=self.platform.name, claim=batch.claim)
            return 0.0
        await self._surely(lambda: self._record(batch, kept, now))
        log.info("reminder.delivered", platform=self.platform.name, tasks=len(due), kept=len(kept))
        return 0.0

    async def say(self, person: Person, reply: Reply, key: str, *, again: bool) -> bool:
        """Say something in a person's direct messages; False when the platform refuses. Raises what `post` raises."""
        try:
            thread = await self.platform.post(person.author, reply, key=key, again=again)
        except PostRefused as refusal:
            log.info("post.refused", platform=self.platform.name, reason=str(refusal))
            return False
        if thread:
            self.posted(thread)
        return True

    async def _tell(self, batch: Batch, due: Sequence[DueTask], now: dt.datetime) -> Sequence[DueTask]:
        """Tell of the tasks; returns those that nobody would take."""
        parts = reminder(due, batch.person.actor, now)
        if await self.say(batch.person, saying(parts), batch.key, again=batch.again):
            return ()
        kept: list[DueTask] = []
        for number, (thread, tasks) in enumerate(self._threads(due).items()):
            if thread is None or not await self._say_there(thread, batch, tasks, now, f"{batch.key}-{number}"):
                kept += tasks
        return kept

    def _threads(self, due: Sequence[DueTask]) -> Mapping[Thread | None, list[DueTask]]:
        """The tasks by the threads they came from."""
        found: dict[Thread | None, list[DueTask]] = {}
        for task in due:
            thread = self.platform.thread_at(task.row.source) if task.row.source else None
            found.setdefault(thread, []).append(task)
        return found

    async def _say_there(
        self, thread: Thread, batch: Batch, due: Sequence[DueTask], now: dt.datetime, key: str
    ) -> bool:
        parts = reminder(due, batch.person.actor, now, fallback=True)
        try:
            await self.platform.post(thread, saying(parts), key=key, again=batch.again, mention=batch.person.author)
        except PostRefused as refusal:
            log.info("post.refused", platform=self.platform.name, reason=str(refusal))
            return False
        return True

    async def _record(self, batch: Batch, kept: Sequence[DueTask], now: dt.datetime) -> None:
        async with self.database.transaction() as session:
            await record(session, batch, kept=kept, now=now)

    async def _release(self, batch: Batch) -> None:
        async with self.database.transaction() as session:
            await release(session, [batch])

    async def _surely(self, write: Callable[[], Coroutine[None, None, None]]) -> None:
        """Write, and again while the database is away, for as long as the lease holds: the message was sent."""
        wait = _FIRST_WAIT
        try:
            async with asyncio.timeout(self.lease * (1 - POST_SHARE)):
                while True:
                    try:
                        await write()
                    except DatabaseUnavailable:
                        log.warning("reminder.unrecorded", platform=self.platform.name)
                    else:
                        return
                    await asyncio.sleep(wait)
                    wait *= _SLOWER
        except TimeoutError:
            log.error("reminder.will_repeat", platform=self.platform.name)
