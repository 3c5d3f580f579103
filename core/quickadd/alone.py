"""What a text means that is nothing but a date, in forms that beside other words would be words: `mond`, `evening`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from core.quickadd import times
from core.quickadd.anchored import Items
from core.quickadd.match import closed, either, led, literal, lookup, text_end, then, word
from core.quickadd.numbers import cardinal, century, day_number, digits
from core.quickadd.numeric import impossible
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Context, Day, DayOfMonth, Grain, Level, MonthDay, Part, Weekday
from core.quickadd.words import MONTH_NAMES, MONTHS, WEEKDAYS

_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_DAY, _SHORTEST_MONTH = 2, 3
_LAST_DAY: Final = 31


def alone(ts: Tokens, i: int, cx: Context) -> Items | None:
    """The pieces of a moment that all of a text is, from a token on."""
    for read in _READERS:
        items = read(ts, i, cx)
        if items and text_end(ts, items[1]):
            return items
    return None


def _part(ts: Tokens, i: int, _: Context) -> Items | None:
    """`evening`, `in the morning`."""
    hit = times.part(ts, i)
    return ((hit[0],), hit[1]) if hit and isinstance(hit[0], Part) else None


def _weekday(ts: Tokens, i: int, _: Context) -> Items | None:
    """`mond`, `su`: the beginning of one weekday's name."""
    name = ts.words[i]
    index = WEEKDAYS.get(name)
    if index is None and len(name) >= _SHORTEST_DAY:
        begun = [index for index, day in enumerate(_DAY_NAMES) if day.startswith(name)]
        index = begun[0] if len(begun) == 1 else None
    return None if index is None else ((Weekday(index),), i + 1)


def _month(ts: Tokens, i: int, cx: Context) -> Items | None:
    """`march`, `novem`: a month's name, or the beginning of one."""
    name = ts.words[i]
    month = MONTHS.get(name)
    if month is None and len(name) >= _SHORTEST_MONTH:
        begun = [index for index, known in enumerate(MONTH_NAMES, 1) if known.lower().startswith(name)]
        month = begun[0] if len(begun) == 1 else None
    if month is None:
        return None
    year = cx.today.year + (dt.date(cx.today.year, month, 1) < cx.today)
    return (Day(dt.date(year, month, 1), Grain.MONTH, Level.WEAK),), i + 1


def _digits(ts: Tokens, i: int, _: Context) -> Items | None:
    """`1730`, unless it may be a year."""
    hour, minute = divmod(ts.nums[i], 100)
    if ts.width(i) != 4 or not (0 <= hour <= 23 and minute <= 59) or 1900 <= ts.nums[i] <= 2100:
        return None
    return (Clock(hour, minute, True, Level.WEAK),), i + 1


def _day_at_clock(ts: Tokens, i: int, _: Context) -> Items | None:
    """`15 at 8:00`."""
    day = then(day_number, word(("at", "@")))(ts, i) if ts.nums[i] >= 0 else None
    clock = times.clock(ts, day[1]) if day else None
    if day is None or clock is None or not isinstance(clock[0], Clock):
        return None
    return (DayOfMonth(day[0][0]), clock[0]), clock[1]


def _the_number(ts: Tokens, i: int, _: Context) -> Items | None:
    """`the thirty`."""
    number = closed(led(literal("the"), cardinal), text_end)(ts, i)
    return ((DayOfMonth(number[0]),), number[1]) if number and 1 <= number[0] <= _LAST_DAY else None


_LONE_MONTH: Final = led(either(literal("in a"), literal("in an")), lookup(MONTHS))


def _some_month(ts: Tokens, i: int, cx: Context) -> Items | None:
    """`in a september`."""
    hit = _LONE_MONTH(ts, i)
    return _month(ts, hit[1] - 1, cx) if hit else None


_SHORT_DATE: Final = then(then(day_number, lookup(MONTHS)), digits)


def _short_year(ts: Tokens, i: int, _: Context) -> Items | None:
    """`3 jan 10`: a year of two digits."""
    hit = _SHORT_DATE(ts, i)
    if hit is None or ts.width(hit[1] - 1) != 2:
        return None
    (day, month), year = hit[0]
    return (impossible(month, day, century(year)) or MonthDay(month, day, century(year)),), hit[1]


_READERS: Final[tuple[Callable[[Tokens, int, Context], Items | None], ...]] = (
    _part, _weekday, _month, _digits, _day_at_clock, _the_number, _some_month, _short_year,
)  # fmt: skip
