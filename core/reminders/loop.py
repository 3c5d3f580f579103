"""Speaking up on time: one loop a platform, in as many processes as there are.

A round claims what is due, delivers it and records that; then the loop sleeps until the next thing is due. It is woken
by changes that are made in this process, and looks again now and then for those that another one made and left behind.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import structlog

from core.chat import Platform, Receipt, Thread
from core.database import Database
from core.errors import DatabaseUnavailable
from core.reminders.delivery import ReminderBox
from core.reminders.digests import DigestBox
from core.reminders.pace import Pace
from core.reminders.peek import Next, peek
from core.reminders.round import deliver_round
from core.reminders.sender import Sender

log = structlog.get_logger()

LEASE = 120.0
"""Seconds for which a claim holds: after a crash somebody else delivers it then."""
RECHECK = dt.timedelta(minutes=30)
"""How often the database is asked in any case, at full and half hours: all loops of all processes wake it together."""
_NAP = 30.0
"""Seconds after which the clock is looked at again, since clocks jump."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_SOON = dt.timedelta(seconds=0.05)


class Reminders:
    """Delivers the reminders and digests of one platform, until cancelled; then it finishes what it has begun."""

    def __init__(
        self,
        database: Database,
        platform: Platform,
        *,
        default_zone: str,
        clock: Callable[[], dt.datetime],
        posted: Callable[[Thread], None],
        lease: float = LEASE,
        recheck: dt.timedelta = RECHECK,
        nap: float = _NAP,
    ) -> None:
        """`posted` is told of threads in which something was said, `clock` gives aware instants."""
        self._database = database
        self._platform = platform
        self._clock = clock
        self._lease = lease
        self._recheck = recheck
        self._nap = nap
        self._pace = Pace(platform.unasked_a_second)
        sender = Sender(platform, database, clock, lease, posted)
        self._reminders = ReminderBox(sender, default_zone)
        self._digests = DigestBox(sender, default_zone)
        self._news = asyncio.Event()
        self._sooner: dt.datetime | None = None
        self.asleep = asyncio.Event()
        """Set while it sleeps: all that was due has been seen to."""

    def changed(self, receipt: Receipt) -> None:
        """A change was made in this process: see to it that the reminders it brings are not slept through."""
        if receipt.action == "preferences":
            self._wake(self._clock())
        for task in receipt.tasks:
            if task.next_reminder is not None:
                self._wake(task.next_reminder)

    async def run(self) -> None:
        """Deliver what is due, sleep until the next, for ever."""
        self.asleep.clear()
        await self._platform.connected.wait()
        now = self._clock()
        following, wait = Next(now, now), _FIRST_WAIT
        while True:
            try:
                following = await self._round(following)
            except DatabaseUnavailable:
                log.warning("reminders.database_away", platform=self._platform.name)
            except Exception:
                log.exception("reminders.failed", platform=self._platform.name)
            else:
                wait = _FIRST_WAIT
                await self._sleep(self._until(following))
                continue
            now = self._clock()
            following = Next(now, now)
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    async def _round(self, following: Next) -> Next:
        """Deliver what is due by now, and look what comes next."""
        now = self._clock()
        sooner = self._sooner is not None and self._sooner <= now
        more = following.leased is not None
        if more or sooner or _is_due(following.reminder, now):
            more = await deliver_round(self._reminders, self._pace, self._lease)
        if following.leased is not None or _is_due(following.digest, now):
            more |= await deliver_round(self._digests, self._pace, self._lease)
        if more:
            return Next(self._clock(), following.digest)
        self._sooner = None  # whatever was changed until here is in what is read now
        async with self._database.transaction() as session:
            return await peek(session, self._platform.name, now=self._clock())

    def _until(self, following: Next) -> dt.datetime:
        """When to be up again: something is due, a lease ends that a crashed process may have left, or a recheck."""
        now = self._clock()
        step = self._recheck.total_seconds()
        found = [dt.datetime.fromtimestamp((now.timestamp() // step + 1) * step, dt.UTC)]
        found += [at for at in (following.reminder, following.digest) if at is not None]
        if following.leased is not None:
            found.append(now + max(_SOON, dt.timedelta(seconds=following.leased)))
        return min(found)

    def _wake(self, at: dt.datetime) -> None:
        if self._sooner is None or at < self._sooner:
            self._sooner = at
            self._news.set()

    async def _sleep(self, until: dt.datetime) -> None:
        while True:
            self._news.clear()
            earliest = min(until, self._sooner) if self._sooner else until
            left = (earliest - self._clock()).total_seconds()
            if left <= 0:
                self.asleep.clear()
                return
            self.asleep.set()
            try:
                async with asyncio.timeout(min(left, self._nap)):
                    await self._news.wait()
            except TimeoutError:
                continue


def _is_due(at: dt.datetime | None, now: dt.datetime) -> bool:
    return at is not None and at <= now
