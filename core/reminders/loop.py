"""Speaking up on time: one loop a platform, in as many processes as there are.

A round claims what is due, delivers it and records that; then the loop sleeps until the next thing is due, and asks
nothing meanwhile: a database that sleeps when nobody asks is let sleep. It is woken by changes that are made in this
process, and by the word of another one that made some, which may have died when they come due (`core.peers`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import structlog

from core.chat import Platform, Reach, Receipt, Thread
from core.database import Database
from core.errors import DatabaseUnavailable
from core.model import Outcome
from core.reminders.clock import EVER, NEVER, Clock
from core.reminders.delivery import ReminderBox
from core.reminders.digests import DigestBox
from core.reminders.pace import Pace
from core.reminders.peek import Next, peek
from core.reminders.round import deliver_round
from core.reminders.sender import Sender

log = structlog.get_logger()

LEASE = 120.0
"""Seconds for which a claim holds: after a crash somebody else delivers it then."""
_NAP = 30.0
"""Seconds after which the clocks are looked at again, since machines sleep."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_SOON = dt.timedelta(seconds=0.05)
_ANYTHING = Next(EVER, EVER)
"""What may come next where nobody knows."""


class Reminders:
    """Delivers the reminders and digests of one platform, until cancelled; then it finishes what it has begun."""

    def __init__(
        self,
        database: Database,
        platform: Platform,
        *,
        default_zone: str,
        posted: Callable[[Thread], None],
        clock: Clock | Callable[[], dt.datetime] | None = None,
        lease: float = LEASE,
        recheck: dt.timedelta | None = None,
        nap: float = _NAP,
        reach: Reach | None = None,
    ) -> None:
        """`posted` is told of threads in which something was said; `recheck`: how often to ask in any case.

        `reach`: where the platform can speak. What is due is due by the database's clock; a function that gives aware
        instants may stand in for it.
        """
        self._database = database
        self._platform = platform
        self._clock = clock if isinstance(clock, Clock) else Clock(clock)
        self._lease = lease
        self._recheck = recheck
        self._nap = nap
        self._pace = Pace(platform.unasked_a_second)
        self._reach = reach or Reach()
        self._reach.watch(lambda: self._wake(EVER))
        sender = Sender(platform, database, self._clock, lease, posted, self._reach)
        self._reminders = ReminderBox(sender, default_zone)
        self._digests = DigestBox(sender, default_zone)
        self._news = asyncio.Event()
        self._sooner: dt.datetime | None = None
        self.asleep = asyncio.Event()
        """Set while it sleeps: all that was due has been seen to."""

    def changed(self, receipt: Receipt) -> None:
        """A change was made in this process: see to it that the reminders it brings are not slept through."""
        if receipt.action == Outcome.PREFERENCES:
            self._wake(EVER)
        for task in receipt.tasks:
            if task.next_reminder is not None:
                self._wake(task.next_reminder)

    def expect(self, at: dt.datetime | None) -> None:
        """Another process has told that something comes at that instant; None: something may have come by now."""
        self._wake(at or EVER)

    async def run(self) -> None:
        """Deliver what is due, sleep until the next, for ever."""
        self.asleep.clear()
        await self._platform.connected.wait()
        following, wait = _ANYTHING, _FIRST_WAIT
        while True:
            try:
                following = await self._round(following)
            except DatabaseUnavailable:
                log.warning("reminders.database_away", platform=self._platform.name)
            except Exception:
                log.exception("reminders.failed", platform=self._platform.name)
            else:
                wait = _FIRST_WAIT
                if not await self._sleep(self._until(following)):
                    following = _ANYTHING
                continue
            following = _ANYTHING
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    async def _round(self, following: Next) -> Next:
        """Deliver what is due by now, and look what comes next."""
        passed = self._clock.passed
        more = following.leased is not None
        if more or passed(self._sooner) or passed(following.reminder):
            more = await deliver_round(self._reminders, self._pace, self._lease)
        if following.leased is not None or passed(following.digest):
            more |= await deliver_round(self._digests, self._pace, self._lease)
        if more:
            return Next(EVER, following.digest)
        self._sooner = None  # whatever was changed until here is in what is read now
        reach = self._reach.workspaces
        return await self._database.read(lambda session: peek(session, self._platform.name, self._clock, reach))

    def _until(self, following: Next) -> dt.datetime:
        """When to be up again: something is due, a lease ends that a crashed process may have left, or a recheck."""
        now = self._clock.now
        if now is None:
            return EVER
        found = [NEVER, *(at for at in (following.reminder, following.digest) if at is not None)]
        if self._recheck is not None:
            step = self._recheck.total_seconds()
            # all loops of all processes wake the database together
            found.append(dt.datetime.fromtimestamp((now.timestamp() // step + 1) * step, dt.UTC))
        if following.leased is not None:
            found.append(now + max(_SOON, dt.timedelta(seconds=following.leased)))
        return min(found)

    def _wake(self, at: dt.datetime) -> None:
        if self._sooner is None or at < self._sooner:
            self._sooner = at
            self._news.set()

    async def _sleep(self, until: dt.datetime) -> bool:
        """Sleep until then; False where the clock has jumped, and so it may be any time."""
        while True:
            self._news.clear()
            earliest = min(until, self._sooner) if self._sooner else until
            now = self._clock.now
            left = (earliest - now).total_seconds() if now else 0.0
            if left <= 0 or self._clock.jumped:
                self.asleep.clear()
                return left <= 0
            self.asleep.set()
            try:
                async with asyncio.timeout(min(left, self._nap)):
                    await self._news.wait()
            except TimeoutError:
                continue
