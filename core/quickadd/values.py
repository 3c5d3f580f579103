"""What the productions of the grammar give: pieces of a date or a time, not yet put together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction


class Level(IntEnum):
    """How surely a piece is a date or a time, wherever it stands."""

    WEAK = 0
    """Only where a date is expected: `sat`, `5.12`, a bare `at 6`."""
    FAIR = 1
    """Not where a noun follows: `5pm`, `15 March`, `next friday`."""
    STRONG = 2
    """Anywhere: `tomorrow`, `in 20 minutes`, `2027-03-15`."""


class Grain(StrEnum):
    """How wide a day piece is; a wide one may be narrowed by a weekday or a day of the month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Context:
    """What a phrase is read against."""

    now: dt.datetime
    """Aware, in the user's own zone."""
    day_first: bool
    """Whether 5/6 is 5 June."""
    morning: dt.time = dt.time(9)
    """When the user's morning begins."""

    @property
    def today(self) -> dt.date:
        """The user's own date."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Amount:
    """A length of time, kept by kind, since months and days have no fixed length."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    workdays: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.months + other.months,
            self.days + other.days,
            self.seconds + other.seconds,
            self.workdays + other.workdays,
        )

    def times(self, count: Fraction) -> Amount:
        """The amount so many times; parts of a month are 30ths, parts of a day seconds."""
        if count.denominator == 1:
            whole = int(count)
            return Amount(self.months * whole, self.days * whole, self.seconds * whole, self.workdays * whole)
        months = self.months * count
        days = self.days * count + (months - int(months)) * 30
        seconds = self.seconds * count
        if self.months:
            days = Fraction(round(days))
        seconds += (days - int(days)) * 86_400
        return Amount(int(months), int(days), round(seconds), int(self.workdays * count))


@dataclass(frozen=True, slots=True)
class Day:
    """A date, resolved; `soft` ones (this morning) may give way to tomorrow when the time has passed."""

    date: dt.date
    grain: Grain = Grain.DAY
    level: Level = Level.FAIR
    soft: bool = False
    today: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week: the next one, or the one so many ISO weeks from this week."""

    index: int
    week: int | None = None
    level: Level = Level.WEAK
    past: bool = False


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month, of a year or of the next year that has it."""

    month: int
    day: int
    year: int | None = None
    level: Level = Level.FAIR


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """The 21st."""

    day: int
    level: Level = Level.WEAK


@dataclass(frozen=True, slots=True)
class Shift:
    """So long from now."""

    amount: Amount
    level: Level = Level.STRONG

    @property
    def years(self) -> int:
        """How many whole years it is; 0 where it is any other length."""
        length = self.amount
        return 0 if length.days or length.seconds or length.workdays or length.months % 12 else length.months // 12


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; without `sure` the hour may still mean either half of the day."""

    hour: int
    minute: int
    sure: bool
    level: Level = Level.FAIR
    zone: dt.tzinfo | None = None
    midnight: bool = False
    shift: int = 0
    """Minutes to add: `ten to five` is 5:00 and -10."""


@dataclass(frozen=True, slots=True)
class Part:
    """Morning, afternoon, evening or night."""

    name: str
    level: Level = Level.WEAK


@dataclass(frozen=True, slots=True)
class Impossible:
    """A date or a time that cannot be, with the sentence that says so."""

    message: str
    level: Level = Level.FAIR


Item = Day | Weekday | MonthDay | DayOfMonth | Shift | Clock | Part | Impossible
Hit = tuple[Item, int]
"""A piece, and the index of the token after it."""


def monday(day: dt.date) -> dt.date:
    """The Monday of the day's ISO week. Raises OverflowError near year 1."""
    return day - dt.timedelta(days=day.weekday())


def add(day: dt.date, amount: Amount) -> dt.date:
    """The day so many months, days and working days later. Raises OverflowError or ValueError outside the calendar."""
    if amount.months:
        index = day.year * 12 + day.month - 1 + amount.months
        year, month = divmod(index, 12)
        day = dt.date(year, month + 1, min(day.day, month_length(year, month + 1)))
    day += dt.timedelta(days=amount.days)
    if amount.workdays:
        step = 1 if amount.workdays > 0 else -1
        weeks, rest = divmod(abs(amount.workdays), 5)
        while day.weekday() > 4:
            day -= dt.timedelta(days=step)
        day += dt.timedelta(weeks=weeks * step)
        while rest:
            day += dt.timedelta(days=step)
            rest -= day.weekday() < 5
    return day


def month_length(year: int, month: int) -> int:
    """The number of days in a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def nth_weekday(year: int, month: int, weekday: int, n: int) -> dt.date | None:
    """The n-th such weekday of a month (from its end when negative), or None where it has no such day."""
    if n > 0:
        first = dt.date(year, month, 1)
        day = 1 + (weekday - first.weekday()) % 7 + 7 * (n - 1)
    else:
        last = dt.date(year, month, month_length(year, month))
        day = last.day - (last.weekday() - weekday) % 7 + 7 * (n + 1)
    return dt.date(year, month, day) if 1 <= day <= month_length(year, month) else None
