"""How many turns with a model one person gets: a burst, then some a minute, so that nobody takes them from others."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache

_MOST = 50_000
"""People who are kept in mind; who was away for longer has the whole burst again."""


@dataclass(slots=True)
class _Purse:
    left: float
    at: float
    told: bool = False


class Allowance:
    """Counts turns by person, in this process alone."""

    def __init__(self, burst: int, a_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._a_second = a_minute / 60
        self._clock = clock
        self._purses: LRUCache[Hashable, _Purse] = LRUCache(_MOST)

    def take(self, person: Hashable) -> bool:
        """Take one turn, if there is one."""
        purse = self._purse(person)
        if purse.left < 1:
            return False
        purse.left -= 1
        purse.told = False
        return True

    def tells(self, person: Hashable) -> bool:
        """Whether to tell the person that there is none: once, until there was one again."""
        purse = self._purse(person)
        told, purse.told = purse.told, True
        return not told

    def _purse(self, person: Hashable) -> _Purse:
        now = self._clock()
        purse = self._purses.get(person)
        if purse is None:
            purse = self._purses[person] = _Purse(self._burst, now)
        purse.left = min(float(self._burst), purse.left + (now - purse.at) * self._a_second)
        purse.at = now
        return purse
