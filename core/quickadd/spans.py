"""Weeks, months, quarters and years that something lies in: `january`, `march 2027`, `the month`, `q3`, `3 months`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from core.quickadd.match import either, led, literal, maybe, then, word
from core.quickadd.numbers import cardinal
from core.quickadd.numbers import year as year_number
from core.quickadd.periods import period
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, Context, Day, Grain, Level, add, monday
from core.quickadd.words import MONTH, MONTHS, QUARTER, WEEK, YEAR

Span = tuple[Day, int]
"""The first day of a span of time, with its grain, and the index after it."""


def span_at(ts: Tokens, i: int, cx: Context) -> Span | None:
    """A week, month, quarter or year: `january`, `march 2027`, `the month`, `next week`, `2027`, `q3`, `3 months`."""
    return next((hit for read in _SPANS if (hit := read(ts, i, cx)) is not None), None)


def current(name: str, cx: Context) -> Day:
    """The present week, month, quarter or year."""
    today = cx.today
    if name in WEEK:
        return Day(monday(today), Grain.WEEK)
    if name in YEAR:
        return Day(dt.date(today.year, 1, 1), Grain.YEAR)
    if name in QUARTER:
        return Day(dt.date(today.year, today.month - (today.month - 1) % 3, 1), Grain.QUARTER)
    return Day(today.replace(day=1), Grain.MONTH)


def _after_the(ts: Tokens, i: int) -> int:
    return i + 1 if ts.words[i] == "the" else i


def _named_month(ts: Tokens, i: int, cx: Context) -> Span | None:
    """`january`, `dec.`, `march 2027`, `march of next year`."""
    words, j = ts.words, _after_the(ts, i)
    month = MONTHS.get(words[j])
    if month is None:
        return None
    k = j + 2 if words[j + 1] == "." and ts.glued(j + 1) else j + 1
    y = k + 1 if words[k] in (",", "of", "in") else k
    if number := year_number(ts, y):
        return Day(dt.date(number[0], month, 1), Grain.MONTH, Level.FAIR), number[1]
    if words[y] in ("next", "this") and words[y + 1] == "year":
        return Day(dt.date(cx.today.year + (words[y] == "next"), month, 1), Grain.MONTH, Level.FAIR), y + 2
    return Day(dt.date(cx.today.year + (month < cx.today.month), month, 1), Grain.MONTH, Level.WEAK), k


_AHEAD: Final = then(led(maybe(either(literal("month in"), word(("in",)))), cardinal), word(MONTH))


def _months_ahead(ts: Tokens, i: int, cx: Context) -> Span | None:
    """`3 months`, `month in 3 months`: the month that begins so many months from this one."""
    hit = _AHEAD(ts, i)
    if hit is None or not 1 <= hit[0][0] <= 1200:
        return None
    first = cx.today.replace(day=1)
    return Day(add(first, Amount(months=hit[0][0])), Grain.MONTH), hit[1]


def _present(ts: Tokens, i: int, cx: Context) -> Span | None:
    """`the month`, `week`."""
    j = _after_the(ts, i)
    name = ts.words[j]
    if name in WEEK | MONTH | YEAR | QUARTER and (j > i or len(name) > 2):
        return current(name, cx), j + 1
    return None


def _quarter(ts: Tokens, i: int, cx: Context) -> Span | None:
    """`q3`, `q1 2027`."""
    j = _after_the(ts, i)
    number = ts.nums[j + 1]
    if ts.words[j] != "q" or not 1 <= number <= 4 or not ts.glued(j + 1):
        return None
    year = year_number(ts, j + 2)
    in_year = year[0] if year else cx.today.year + (3 * number < cx.today.month)
    return Day(dt.date(in_year, 3 * number - 2, 1), Grain.QUARTER, Level.WEAK), year[1] if year else j + 2


def _year(ts: Tokens, i: int, _: Context) -> Span | None:
    """`2027`."""
    j = _after_the(ts, i)
    year = year_number(ts, j) if ts.nums[j] >= 2000 else None
    return (Day(dt.date(year[0], 1, 1), Grain.YEAR), year[1]) if year else None


def _period(ts: Tokens, i: int, cx: Context) -> Span | None:
    """`next week`, `the month after next`."""
    hit = period(ts, i, cx)
    if hit and isinstance(hit[0], Day) and hit[0].grain is not Grain.DAY and not hit[0].past:
        return hit[0], hit[1]
    return None


_SPANS: Final[tuple[Callable[[Tokens, int, Context], Span | None], ...]] = (
    _months_ahead, _named_month, _present, _quarter, _year, _period,
)  # fmt: skip
