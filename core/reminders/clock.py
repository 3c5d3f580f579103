"""What time it is: the database says so, in each statement that decides. A process only counts the seconds since.

Wall clocks of processes differ, and jump; none of them decides anything. One that jumps is a sign all the same: a
machine that was asleep may not have counted its seconds. Then the database is asked again.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

NOW = "COALESCE(CAST(:now AS timestamptz), statement_timestamp())"
"""The instant of a statement; its parameter `now` is `Clock.put`."""

EVER = dt.datetime.min.replace(tzinfo=dt.UTC)
"""An instant that has passed, whatever time it is."""
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
"""One that comes after all others."""

_JUMP = 2.0
"""Seconds by which a wall clock may differ from what was counted: it is adjusted now and then, by less."""


@dataclass(frozen=True, slots=True)
class _Reading:
    at: dt.datetime
    counted: float
    wall: float


class Clock:
    """The database's clock as a process knows it between two statements: never ahead of it, but for drift."""

    def __init__(
        self,
        put: Callable[[], dt.datetime] | None = None,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`put` stands in for the database's clock, where time is put by hand or made to run; aware instants."""
        self._put = put
        self._wall = wall
        self._monotonic = monotonic
        self._reading: _Reading | None = None

    @property
    def put(self) -> dt.datetime | None:
        """The parameter of `NOW`: None, for the database's own clock."""
        return self._put() if self._put else None

    def read(self, at: dt.datetime) -> None:
        """Take note of what a statement has told just now."""
        self._reading = _Reading(at, self._monotonic(), self._wall())

    @property
    def now(self) -> dt.datetime | None:
        """About what the database's clock shows; None before it was read. Good for waiting, not for deciding."""
        if self._reading is None or self._put:
            return self.put
        return self._reading.at + dt.timedelta(seconds=self._monotonic() - self._reading.counted)

    def passed(self, at: dt.datetime | None) -> bool:
        """Whether it is worth asking for what is due at that instant; before the clock was read it always is."""
        return at is not None and ((now := self.now) is None or at <= now)

    @property
    def jumped(self) -> bool:
        """Whether the wall clock has moved by something else than the seconds that were counted since the reading."""
        if self._reading is None or self._put:
            return False
        counted = self._monotonic() - self._reading.counted
        return abs(self._wall() - self._reading.wall - counted) > _JUMP
