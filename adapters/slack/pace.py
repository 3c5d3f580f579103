"""How often a method may be called: Slack counts a minute's calls of each method in a workspace.

See https://docs.slack.dev/apis/web-api/rate-limits and each method's page for its tier.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

_SHARE = 0.9
"""Part of the published allowance that is used, so that clocks that differ don't cost a refusal."""


class Budget:
    """A bucket of calls that fills evenly, up to a minute's allowance."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._most = a_minute * _SHARE
        self._a_second = self._most / 60
        self._left = self._most
        self._at = clock()

    def take(self) -> bool:
        """Take one call, if there is one."""
        self._fill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def wait(self) -> float:
        """Seconds until there is a call to take."""
        self._fill()
        return max(0.0, (1 - self._left) / self._a_second)

    def refused(self) -> None:
        """Slack says it was too much: begin from nothing."""
        self._left = 0
        self._at = self._clock()

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second)
        self._at = now


@dataclass(frozen=True, slots=True)
class Pace:
    """The budgets of the methods that a busy workspace could use up."""

    start: Budget = field(default_factory=lambda: Budget(20))
    """`chat.startStream`, tier 2."""
    append: Budget = field(default_factory=lambda: Budget(100))
    """`chat.appendStream`, tier 4."""
    look: Budget = field(default_factory=lambda: Budget(25))
    """`conversations.replies`, tier 3, for threads that are probably other people's; the rest of it is for our own."""
    session: Budget = field(default_factory=lambda: Budget(50))
    """`agents.sessions.setStatus`, tier 3."""
