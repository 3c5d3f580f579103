"""Saying something unasked: refusals told apart from delays, and what was said surely recorded."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from core.chat import Author, Platform, PostDelayed, PostRefused, Reach, Reply, Thread
from core.chat.metrics import LATE_SECONDS, LATENESS, NOTICES, NOTICES_DUE, TAKEN_OVER, Delivery, Notice
from core.database import Database, Session
from core.errors import DatabaseUnavailable
from core.reminders.clock import Clock

log = structlog.get_logger()

START_SHARE, POST_SHARE, RECORD_SHARE = 0.25, 0.5, 0.25
"""Parts of a lease: to begin with a message in, for the platform to take it, and to record that. Together one lease, so
that nobody else has begun with the message before the last of them is over."""
_FIRST_WAIT = 0.25
_SLOWER = 2.0
_SHARE_OF_LATENESS = 0.5
_LONGEST_WAIT = 3600.0
GIVEN_UP = dt.timedelta(days=1)
"""After so long what could not be said for sure is kept for the person's next contact."""

Write = Callable[[Session], Awaitable[None]]


class Claimed(Protocol):
    """Something to be said that was claimed."""

    @property
    def again(self) -> bool:
        """Whether somebody has tried to send it before."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """A platform to speak on, with the database, its clock, and the seconds of a lease."""

    platform: Platform
    database: Database
    clock: Clock
    lease: float
    posted: Callable[[Thread], None]
    """Told of the thread in which replies to a message will come."""
    reach: Reach = field(default_factory=Reach)

    async def say(
        self, to: Author | Thread, reply: Reply, key: str, *, again: bool, mention: Author | None = None
    ) -> bool:
        """Post something; False when the platform refuses. Raises what else `Platform.post` raises."""
        try:
            thread = await self.platform.post(to, reply, key=key, again=again, mention=mention)
        except PostRefused as refusal:
            log.info("post.refused", platform=self.platform.name, reason=str(refusal))
            return False
        if thread:
            self.posted(thread)
        return True

    def note(self, kind: Notice, outcome: Delivery) -> None:
        """Count what became of something said unasked."""
        NOTICES.add(platform=self.platform.name, kind=kind, outcome=outcome)

    def claimed(self, kind: Notice, batches: Sequence[Claimed]) -> None:
        """Count what is due."""
        NOTICES_DUE.add(len(batches), platform=self.platform.name, kind=kind)
        TAKEN_OVER.add(sum(batch.again for batch in batches), kind=kind)

    def sent(self, kind: Notice, at: dt.datetime) -> None:
        """Count what was said, and how late, by the database's clock."""
        late = max(0.0, ((self.clock.now or at) - at).total_seconds())
        LATENESS.record(late, platform=self.platform.name, kind=kind)
        self.note(kind, Delivery.SENT_LATE if late > LATE_SECONDS else Delivery.SENT)

    async def attempt(
        self,
        kind: Notice,
        tell: Callable[[], Awaitable[Write]],
        release: Write,
        uncertain: Write,
        later: Callable[[float], Write],
    ) -> float:
        """Tell something and record it by what `tell` returns; the seconds the platform asks to wait, mostly 0.

        What was surely not posted is released; where only its own workspace has to wait, `later` keeps it for so many
        seconds, and nobody else waits. Of what may have been, `uncertain` writes when somebody tries again,
        under the same key: see `patience`.
        """
        try:
            async with asyncio.timeout(self.lease * POST_SHARE):
                record = await tell()
        except PostDelayed as delay:
            self.note(kind, Delivery.DELAYED)
            if delay.alone:
                await self._surely(later(delay.seconds))
                return 0.0
            await self._surely(release)
            return delay.seconds
        except Exception:
            log.exception("post.uncertain", platform=self.platform.name)
            self.note(kind, Delivery.UNCERTAIN)
            await self._surely(uncertain)
            return 0.0
        await self._surely(record)
        return 0.0

    def patience(self, late: dt.timedelta) -> float:
        """Seconds until what is so late is tried again, after it may have been posted or not: ever longer ones."""
        return min(_LONGEST_WAIT, max(self.lease, late.total_seconds() * _SHARE_OF_LATENESS))

    async def _surely(self, write: Write) -> None:
        """Write, and again while the database is away, for as long as the lease holds: the message was sent."""
        wait = _FIRST_WAIT
        try:
            async with asyncio.timeout(self.lease * RECORD_SHARE):
                while True:
                    try:
                        await self.database.write(write)
                    except DatabaseUnavailable:
                        log.warning("post.unrecorded", platform=self.platform.name)
                    else:
                        return
                    await asyncio.sleep(wait)
                    wait *= _SLOWER
        except TimeoutError:
            log.error("post.will_repeat", platform=self.platform.name)
