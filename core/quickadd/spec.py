"""The parts of a rule, as they are read or handed in (RFC 5545, section 3.3.10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from core.quickadd.values import Amount

FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a rule leaves out: days in a row or one time on them, months, weekdays, hours, or another rule."""

    date: dt.date | None = None
    last: dt.date | None = None
    """Of several days in a row, the last one."""
    time: dt.time | None = None
    month: int | None = None
    weekdays: frozenset[int] = frozenset()
    rule: Spec | None = None


@dataclass(slots=True)
class Spec:
    """The parts of a rule as they are read."""

    freq: str | None = None
    interval: int = 1
    months: list[int] = field(default_factory=list)
    month_days: list[int] = field(default_factory=list)
    year_days: list[int] = field(default_factory=list)
    weekdays: list[tuple[int, int]] = field(default_factory=list)
    """(n, weekday); n is 0 for every one."""
    hours: list[int] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    count: int | None = None
    until: dt.date | None = None
    length: Amount | None = None
    """`for the next 3 years`: the end, reckoned from the start."""
    start: dt.date | None = None
    start_time: dt.time | None = None
    from_completion: bool = False
    exclusions: list[Exclusion] = field(default_factory=list)

    @property
    def time(self) -> dt.time | None:
        """The first time of day said, or None."""
        if self.hours and self.minutes:
            return dt.time(min(self.hours), min(self.minutes))
        return self.start_time

    @property
    def timed(self) -> bool:
        """Whether occurrences have a time of day."""
        return self.time is not None or self.freq in ("HOURLY", "MINUTELY", "SECONDLY")
