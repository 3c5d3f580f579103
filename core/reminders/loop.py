"""The loop that speaks up: sleeps until something is due on a platform, claims it, delivers it.

Any number of processes may run it. When the database is away it waits; what came due meanwhile is told together.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import structlog

from core.chat import Platform, Thread
from core.database import Database
from core.errors import DatabaseUnavailable
from core.reminders.claims import claim
from core.reminders.delivery import Sender
from core.reminders.pace import Pace
from core.reminders.peek import Next, peek

log = structlog.get_logger()

LEASE = 120.0
"""Seconds for which a claim holds: after a crash somebody else delivers it then."""
LONGEST_SLEEP = 900.0
"""Seconds after which is looked again in any case: another process may have been told of something earlier."""
A_SECOND = 1.0
"""Messages a second on a platform: Slack takes about one in each channel, Discord a few."""
_AT_ONCE = 20
"""People whose reminders are claimed together."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0


class Reminders:
    """Delivers the reminders of one platform, until cancelled."""

    def __init__(
        self,
        database: Database,
        platform: Platform,
        *,
        default_zone: str,
        clock: Callable[[], dt.datetime],
        posted: Callable[[Thread], None],
        lease: float = LEASE,
        pace: float = A_SECOND,
        longest_sleep: float = LONGEST_SLEEP,
    ) -> None:
        self._database = database
        self._platform = platform
        self._default_zone = default_zone
        self._clock = clock
        self._lease = lease
        self._pace = Pace(pace)
        self._longest = longest_sleep
        self._sender = Sender(platform, database, clock, lease, posted)
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Something changed in this process: look again when the next reminder is."""
        self._news.set()

    async def run(self) -> None:
        """Deliver what is due, sleep until the next, for ever."""
        wait = _FIRST_WAIT
        while True:
            self._news.clear()
            try:
                delivered = await self.deliver()
                pause = 0.0 if delivered else await self._until_next()
            except DatabaseUnavailable:
                log.warning("reminders.database_away", platform=self._platform.name)
                pause, wait = wait, min(_LONGEST_WAIT, wait * 2)
            else:
                wait = _FIRST_WAIT
            await self._sleep(pause)

    async def deliver(self) -> int:
        """Deliver what is due by now, the longest waiting people first; returns how many messages."""
        async with self._database.transaction() as session:
            batches = await claim(
                session,
                self._platform.name,
                people=_AT_ONCE,
                lease=self._lease,
                now=self._clock(),
                default_zone=self._default_zone,
            )
        for batch in batches:
            await self._pace.turn()
            if held := await self._sender.deliver(batch):
                self._pace.hold(held)
        return len(batches)

    async def _until_next(self) -> float:
        """Seconds until something is due, or until a lease ends that a crashed process may have left."""
        now = self._clock()
        async with self._database.transaction() as session:
            following = await peek(session, self._platform.name, now=now)
        return min(self._longest, *_seconds(following, now))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


def _seconds(following: Next, now: dt.datetime) -> list[float]:
    found = [LONGEST_SLEEP]
    if following.reminder is not None:
        found.append(max(0.0, (following.reminder - now).total_seconds()))
    if following.leased is not None:
        found.append(max(0.05, following.leased))
    return found
