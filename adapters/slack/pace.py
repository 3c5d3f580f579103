"""How often a method may be called: Slack counts a minute's calls of each method in a workspace.

See https://docs.slack.dev/apis/web-api/rate-limits and each method's page for its tier.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MINUTE = 60.0
_LOOK = 0.5
"""Seconds after which somebody in no hurry looks again."""
_SHARE = 0.9
"""Part of the published allowance that is used, so that clocks that differ don't cost a refusal."""


class Budget:
    """So many calls in any 60 seconds."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._most = int(a_minute * _SHARE)
        self._taken: deque[float] = deque()
        self._shut_until = 0.0

    @property
    def apart(self) -> float:
        """Seconds between calls that never use the budget up."""
        return _MINUTE / self._most

    def take(self, calls: int = 1, *, spare: int = 0) -> bool:
        """Take so many calls, if there are as many, and `spare` more for what is more urgent."""
        if self.wait() > 0 or len(self._taken) + calls > max(1, self._most - spare):
            return False
        self._taken.extend([self._clock()] * calls)
        return True

    def give_back(self) -> None:
        """A call that was taken is not needed after all."""
        if self._taken:
            self._taken.pop()

    async def taken(self, *, spare: int = 0) -> None:
        """Take one call as soon as there is one, and `spare` more."""
        while not self.take(spare=spare):  # noqa: ASYNC110 - it is time that has to pass
            await asyncio.sleep(max(self.wait(), _LOOK if spare else 0.0))

    def wait(self) -> float:
        """Seconds until there is a call to take."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - _MINUTE:
            self._taken.popleft()
        full = self._taken[0] + _MINUTE - now if len(self._taken) >= self._most else 0.0
        return max(full, self._shut_until - now)

    def refused(self, seconds: float = _MINUTE / 4) -> None:
        """Slack says it was too much: take none for a while."""
        self._shut_until = self._clock() + seconds


@dataclass(slots=True)
class Pace:
    """The budgets of the methods that a busy workspace could use up."""

    start: Budget = field(default_factory=lambda: Budget(20))
    """`chat.startStream`, tier 2."""
    append: Budget = field(default_factory=lambda: Budget(100))
    """`chat.appendStream`, tier 4."""
    replies: Budget = field(default_factory=lambda: Budget(50))
    """`conversations.replies`, tier 3, for what threads tell."""
    history: Budget = field(default_factory=lambda: Budget(40))
    """`conversations.history`, tier 3, for what was said before a thread was begun."""
    people: Budget = field(default_factory=lambda: Budget(100))
    """`users.info`, tier 4."""
    update: Budget = field(default_factory=lambda: Budget(30))
    """`chat.update`, tier 3, for what is changed in the background; the rest of it is for what people press."""
    session: Budget = field(default_factory=lambda: Budget(50))
    """`agents.sessions.setStatus`, tier 3."""
    streams: int = 0
    """How many streams are open, which share the appends."""
