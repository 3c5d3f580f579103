"""Dates in digits: `2026-12-01T09:00`, `15/3/2027`, `5.12`, `20200701`, `15-Mar-27`."""

from __future__ import annotations

import datetime as dt
import re

from core.quickadd.beside import part_follows
from core.quickadd.numbers import century
from core.quickadd.numbers import year as year_number
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Context, Day, Hit, Impossible, Level, MonthDay, month_length
from core.quickadd.words import MEASURES, MONTH_LENGTHS, MONTH_NAMES, MONTHS

_SIGNS = frozenset({"/", "-", ".", "–"})
_ISO = re.compile(
    r"(?:\d{8}T\d{4}(?:\d\d)?Z?"
    r"|\d{4}-\d\d-\d\d[Tt]\d\d:?\d\d(?::?\d\d(?:\.\d{1,6})?)?(?:Z|z|[+-]\d\d(?::?\d\d)?)?)(?![\w:])"
)


def impossible(month: int, day: int, year: int | None = None) -> Impossible | None:
    """The sentence for a day that its month does not have, or None where it has it."""
    longest = month_length(year, month) if year else MONTH_LENGTHS[month - 1]
    if 1 <= day <= longest:
        return None
    name = MONTH_NAMES[month - 1]
    where = f"{name} {year}" if year else name
    return Impossible(f"There is no {day} {where}: it has {longest} days; write a day from 1 to {longest}.")


def whole_date(year: int, month: int, day: int) -> Day | Impossible:
    """A date given in full, or what is wrong with it."""
    if not 1 <= month <= 12:
        return Impossible(
            f"{year}-{month:02}-{day:02} is not a date: there is no month {month}; write one from 1 to 12.",
            Level.STRONG,
        )
    wrong = impossible(month, day, year)
    return wrong if wrong else Day(dt.date(year, month, day), level=Level.STRONG)


def numeric(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """A date that starts with a digit and holds no spelled-out word."""
    width = ts.width(i)
    if width == 8:
        return _compact(ts, i)
    if width not in (1, 2, 4) or not _is_joined(ts, i):
        return None
    if ts.nums[i + 2] < 0:
        return _with_month_name(ts, i)
    if ts.width(i + 2) > 2:
        return _month_year(ts, i)
    third_at = i + 4
    third = ts.nums[third_at] if ts.words[i + 3] in _SIGNS and ts.gaps[third_at] == ts.gaps[i + 1] else -1
    if width == 4:
        return _year_first(ts, i) if third >= 0 else None
    if third >= 0 and ts.width(third_at) in (2, 4) and ts.words[i + 3] == ts.words[i + 1]:
        return _in_full(ts, i, cx)
    runs_on = ts.words[i + 3] in _SIGNS and ts.glued(i + 3) and ts.glued(i + 4) and ts.words[i + 4]
    return None if third >= 0 or runs_on else _pair(ts, i, cx)


def _is_joined(ts: Tokens, i: int) -> bool:
    """Whether a sign joins this number to what follows, without spaces, or with one on both sides of a slash."""
    sign, spaced = ts.words[i + 1], not ts.glued(i + 1)
    if sign not in _SIGNS:
        return False
    return (sign == "/" and not ts.glued(i + 2)) if spaced else ts.glued(i + 2)


def _year_first(ts: Tokens, i: int) -> Hit | None:
    """`2026-12-01`, and `2026/30/11`, whose second number can be no month."""
    year, month, day = (ts.nums[i + step] for step in (0, 2, 4))
    if ts.width(i + 4) > 2 or not 1900 <= year <= 2199:
        return None
    if month > 12 >= day and ts.words[i + 1] == "/" and ts.width(i + 4) == 2:
        month, day = day, month
    return whole_date(year, month, day), _iso_end(ts, i + 5)


def _in_full(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`15/3/2027`, `25.12.26`."""
    third = ts.nums[i + 4]
    year = third if ts.width(i + 4) == 4 else century(third)
    if not 1900 <= year <= 2199:
        return None
    day_first = cx.day_first or ts.words[i + 1] == "."
    return _in_order(ts.nums[i], ts.nums[i + 2], year, i + 5, day_first=day_first)


def _pair(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`15/3`, `5.12`, and `8.5.`, whose last dot stands where the day comes first."""
    first, sign, second = ts.nums[i], ts.words[i + 1], ts.nums[i + 2]
    if sign in ("-", "–") and first <= 12 and second <= 12 and not _weekday_before(ts, i):
        return None
    after = ts.words[i + 3]
    if after in MONTHS or after in MEASURES or (sign == "." and ts.words[i - 1] in ("at", "@")):
        return None
    if sign != "/" and (after in ("am", "pm", "a", "p") or part_follows(ts, i + 3)):
        return None
    dotted = sign == "." == after and ts.glued(i + 3)
    closed = dotted and ts.width(i + 2) == 1  # 12.25. may end a sentence
    return _in_order(first, second, None, i + 4 if dotted else i + 3, day_first=cx.day_first or closed)


def iso_datetime(ts: Tokens, i: int) -> tuple[tuple[Day, Clock], int] | None:
    """`2026-12-01T09:00`, with seconds and an offset if they follow (ISO 8601)."""
    match = _ISO.match(ts.text, ts.starts[i]) if ts.nums[i] > 999 else None
    if match is None:
        return None
    try:
        when = dt.datetime.fromisoformat(match.group())
    except ValueError:
        return None  # the parts are read one by one, and what is wrong with them is said there
    end = i
    while ts.ends[end] < match.end():
        end += 1
    clock = Clock(when.hour, when.minute, True, Level.FAIR, zone=when.tzinfo)
    return (Day(when.date(), level=Level.STRONG), clock), end + 1


def _weekday_before(ts: Tokens, i: int) -> bool:
    return ts.words[i - 1] in ("on", "by", "due", ",") or ts.words[i - 1][:3] in (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    )


def _in_order(first: int, second: int, year: int | None, end: int, *, day_first: bool) -> Hit | None:
    """Two numbers as a day and a month, in the order given, or in the only one that can be.

    With dots between them, a date in full has its day first in every country that writes it so.
    """
    orders = ((second, first), (first, second)) if day_first else ((first, second), (second, first))
    level = Level.WEAK if year is None else Level.STRONG
    for month, day in orders:
        if 1 <= month <= 12 and impossible(month, day, year) is None:
            return MonthDay(month, day, year, level), end
    for month, day in orders:
        if 1 <= month <= 12 and 1 <= day <= 31 and year is not None:
            wrong = impossible(month, day, year)
            return (wrong, end) if wrong else None
    return None


def _compact(ts: Tokens, i: int) -> Hit | None:
    """`20200701`, and `20200701T0900` up to its T."""
    text = ts.words[i]
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if not (1900 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        return None
    return Day(dt.date(year, month, day), level=Level.WEAK), _iso_end(ts, i + 1)


def _iso_end(ts: Tokens, i: int) -> int:
    """The index after an ISO date's `T`, where a time follows it."""
    return i + 1 if ts.words[i] == "t" and ts.glued(i) and ts.nums[i + 1] >= 0 and ts.glued(i + 1) else i


def _month_year(ts: Tokens, i: int) -> Hit | None:
    """`03/2027`."""
    month, year = ts.nums[i], ts.nums[i + 2]
    if ts.words[i + 1] == "/" and 1 <= month <= 12 and 1900 <= year <= 2199:
        return Day(dt.date(year, month, 1), level=Level.WEAK), i + 3
    return None


def _with_month_name(ts: Tokens, i: int) -> Hit | None:
    """`15-Mar-2027`, `15/mar`, `15-march 2027`."""
    month = MONTHS.get(ts.words[i + 2])
    if month is None or not 1 <= ts.nums[i] <= 31:
        return None
    year, end = None, i + 3
    if ts.words[end] == ts.words[i + 1] and ts.glued(end) and ts.nums[end + 1] >= 0 and ts.glued(end + 1):
        number, width = ts.nums[end + 1], ts.width(end + 1)
        if width not in (2, 4):
            return None
        year, end = (number if width == 4 else century(number)), end + 2
        if not 1900 <= year <= 2199:
            return None
    elif spaced := year_number(ts, end):
        year, end = spaced
    wrong = impossible(month, ts.nums[i], year)
    return (wrong or MonthDay(month, ts.nums[i], year)), end
