"""The first, the middle and the last day of something: `end of next month`, `mid-march`, `eod`, `close of business`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from core.quickadd.anchored import DayAt
from core.quickadd.periods import last_day
from core.quickadd.spans import current, span_at
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, Clock, Context, Day, Grain, Level, add
from core.quickadd.words import DAY, MONTHS

_END: Final = frozenset({"end", "ending", "close"})
_START: Final = frozenset({"beginning", "begin", "start", "first"})
_MIDDLE: Final = frozenset({"middle", "mid", "midpoint"})
_SHORT_ENDS: Final = {"eom": "month", "eow": "week", "eoy": "year", "eoq": "quarter"}
LAST_MINUTE: Final = Clock(23, 59, True, Level.FAIR)
_BUSINESS: Final = Clock(17, 0, True, Level.FAIR)


def edge(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> tuple[tuple[Day | Clock, ...], int] | None:
    """`end of month`, `the end of today`, `start of next week`, `mid-march`, `eod`, `close of business`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    word = words[j]
    if word in ("eod", "cob"):
        return _close(ts, j + 1, cx, day_at, LAST_MINUTE if word == "eod" else _BUSINESS)
    if word in _SHORT_ENDS:
        return (replace(_end_of(current(_SHORT_ENDS[word], cx), cx), level=Level.STRONG),), j + 1
    if word in ("month", "year", "quarter", "week") and words[j + 1] in ("-", "end"):
        k = j + 2 if words[j + 1] == "-" else j + 1
        return (_end_of(current(word, cx), cx),), k + 1
    if word in ("mid", "early", "late") and (j == i or words[i] == "the"):
        k = j + 2 if words[j + 1] == "-" else j + 1
        span = span_at(ts, k, cx) if words[k] in MONTHS or words[k] in ("next", "this") else None
        if span is None or span[0].grain is not Grain.MONTH:
            return None
        return (_part_of(span[0], {"mid": 15, "early": 1, "late": 25}[word], cx),), span[1]
    if word not in _END and word not in _START and word not in _MIDDLE:
        return None
    if words[j + 1] != "of":
        return None
    if word == "close" and words[j + 2] in ("business", "play", "day"):
        return _close(ts, j + 3, cx, day_at, _BUSINESS)
    return _edge_of(ts, j + 2, word, cx, day_at)


def _close(ts: Tokens, k: int, cx: Context, day_at: DayAt, hour: Clock) -> tuple[tuple[Day | Clock, ...], int]:
    """The end of today, or of the day that follows: `eod friday`, `end of business on monday`."""
    hit = day_at(ts, k + 1 if ts.words[k] in ("on", "of") else k, cx)
    day, end = hit or (cx.today, k)
    return (Day(day, level=Level.STRONG, today=day == cx.today), hour), end


def _edge_of(ts: Tokens, k: int, word: str, cx: Context, day_at: DayAt) -> tuple[tuple[Day | Clock, ...], int] | None:
    words = ts.words
    span = span_at(ts, k, cx)
    if span:
        if word in _END:
            return (_end_of(span[0], cx),), span[1]
        return (_part_of(span[0], 15 if word in _MIDDLE else 1, cx),), span[1]
    k = k + 1 if words[k] == "the" else k
    if words[k] in ("business", "work", "working"):
        k = k + 2 if words[k + 1] in DAY else k + 1
        return _close(ts, k, cx, day_at, _BUSINESS) if word in _END else None
    if words[k] in DAY:
        return _close(ts, k + 1, cx, day_at, LAST_MINUTE) if word in _END else None
    hit = day_at(ts, k, cx)
    if hit is None:
        return None
    day, end = hit
    hour = {True: LAST_MINUTE}.get(word in _END) or Clock(12 if word in _MIDDLE else 9, 0, True, Level.FAIR)
    return (Day(day, level=Level.STRONG, today=day == cx.today), hour), end


def _end_of(span: Day, cx: Context) -> Day:
    """The last day of a month or a year; of a week its Friday, or its Sunday once Friday is over."""
    if span.grain is Grain.WEEK:
        friday = span.date + dt.timedelta(days=4)
        return Day(friday if friday >= cx.today else friday + dt.timedelta(days=2), level=Level.STRONG)
    return Day(last_day(span), level=Level.STRONG)


def _part_of(span: Day, day: int, cx: Context) -> Day:
    """A day inside a month, week or year, of the next one where it is over."""
    if span.grain is Grain.WEEK:
        date = span.date + dt.timedelta(days=2 if day == 15 else 0)
        return Day(date if date >= cx.today else date + dt.timedelta(days=7), level=Level.STRONG)
    date = span.date.replace(month=7, day=1) if span.grain is Grain.YEAR and day == 15 else span.date.replace(day=day)
    if date < cx.today and (span.level is Level.WEAK or span.grain is Grain.YEAR):
        date = date.replace(year=date.year + 1)
    elif date < cx.today and span.date == current("month", cx).date:
        date = add(date, Amount(months=1))
    return Day(date, level=Level.STRONG)
