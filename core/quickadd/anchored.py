"""Dates reckoned from other dates: `third tuesday after christmas`, `2 weeks from monday`, `end of next month`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from core.quickadd.numbers import ordinal
from core.quickadd.numbers import year as year_number
from core.quickadd.periods import last_day, period
from core.quickadd.relative import amount, unit
from core.quickadd.times import clock
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, Clock, Context, Day, Grain, Hit, Level, add, monday, nth_weekday
from core.quickadd.words import DAY, MONTH, MONTHS, QUARTER, WEEK, WEEKDAYS, WEEKEND, YEAR

DayAt = Callable[[Tokens, int, Context], tuple[dt.date, int] | None]
"""Reads the date at a place, without a time."""

_AFTER = {"after": 1, "following": 1, "from": 1, "past": 1, "before": -1, "preceding": -1, "prior": -1}
_END = frozenset({"end", "ending", "close"})
_START = frozenset({"beginning", "begin", "start", "first"})
_MIDDLE = frozenset({"middle", "mid", "midpoint"})
_SHORT_ENDS = {"eom": "month", "eow": "week", "eoy": "year", "eoq": "quarter"}
LAST_MINUTE = Clock(23, 59, True, Level.FAIR)


def anchored(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """A date counted from another one."""
    return _nth(ts, i, cx, day_at) or _from(ts, i, cx, day_at) or _neighbour(ts, i, cx, day_at)


def _nth(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`the 3rd Thursday of January`, `last day of the month`, `third tuesday after christmas 2014`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    if words[j] in ("last", "final"):
        n, j = -1, j + 1
    else:
        found = ordinal(ts, j)
        if found is None or not 1 <= found[0] <= 31:
            return None
        n, j = found
    if n > 0 and words[j] == "last" and words[j + 1] in WEEKDAYS:
        n, j = -n, j + 1
    if words[j] in ("business", "working", "work") and words[j + 1] in DAY:
        j += 1
        word = "workday"
    else:
        word = "workday" if words[j] in ("weekday", "workday") else words[j]
    if word not in WEEKDAYS and word != "workday" and word not in DAY and word not in WEEK and word not in WEEKEND:
        return None
    k = j + 1
    if words[k] in ("after", "before", "following"):
        base = day_at(ts, k + 1, cx)
        if base and word in WEEKDAYS and n > 0:
            return Day(_step(base[0], WEEKDAYS[word], n if words[k] != "before" else -n), level=Level.STRONG), base[1]
        return None
    k = k + 1 if words[k] in ("of", "in", ",", "on") else k
    k = k + 1 if words[k] == "of" else k
    span = span_at(ts, k, cx)
    if span is None:
        return None
    for attempt in (span[0], *_later(span[0], ts, k)):
        day = _within(attempt, word, n)
        if day is not None and (day >= cx.today or attempt is not span[0] or not _later(span[0], ts, k)):
            return Day(day, level=Level.STRONG), span[1]
    return None


def _later(span: Day, ts: Tokens, k: int) -> list[Day]:
    """The months or years after, where no more was said than a month's name, `the month` or `the year`."""
    named = ts.words[k + 1] if ts.words[k] == "the" else ts.words[k]
    if named in MONTH or named in YEAR:
        months = 1 if named in MONTH else 12
        return [replace(span, date=add(span.date, Amount(months=months * ahead))) for ahead in (1, 2, 3)]
    if ts.words[k] not in MONTHS or span.level is Level.FAIR:
        return []
    return [replace(span, date=span.date.replace(year=span.date.year + ahead)) for ahead in (1, 2, 3, 4)]


def _step(base: dt.date, weekday: int, n: int) -> dt.date:
    """The n-th such weekday strictly after a date, or before it when negative."""
    if n > 0:
        return base + dt.timedelta(days=(weekday - base.weekday() - 1) % 7 + 1 + 7 * (n - 1))
    return base - dt.timedelta(days=(base.weekday() - weekday - 1) % 7 + 1 + 7 * (-n - 1))


def _within(span: Day, word: str, n: int) -> dt.date | None:
    """The n-th day, weekday or week of a month, a week or a year."""
    first = span.date
    if span.grain is Grain.WEEK:
        if word in WEEKDAYS:
            return first + dt.timedelta(days=WEEKDAYS[word]) if n in (1, -1) else None
        return first + dt.timedelta(days=n - 1 if n > 0 else 6) if word in DAY and n <= 7 else None
    last = last_day(span)
    if word == "workday":
        day = add(first - dt.timedelta(days=1), Amount(workdays=n)) if n > 0 else _weekday_upto(last)
        return day if first <= day <= last else None
    if word in DAY:
        day = first + dt.timedelta(days=n - 1) if n > 0 else last
        return day if day <= last else None
    if word in WEEKEND:
        return _step(first - dt.timedelta(days=1), 5, n) if n > 0 else _step(last + dt.timedelta(days=1), 5, -1)
    if word in WEEK:
        return _step(first - dt.timedelta(days=1), 0, n) if n > 0 else monday(last)
    if span.grain is Grain.MONTH:
        return nth_weekday(first.year, first.month, WEEKDAYS[word], n)
    step = _step(first - dt.timedelta(days=1), WEEKDAYS[word], n) if n > 0 else None
    return step or _step(last + dt.timedelta(days=1), WEEKDAYS[word], n)


def _weekday_upto(day: dt.date) -> dt.date:
    """The day itself, or the Friday before its weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def span_at(ts: Tokens, i: int, cx: Context) -> tuple[Day, int] | None:
    """A week, month, quarter or year: `january`, `march 2027`, `the month`, `next week`, `2027`, `q3`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    word = words[j]
    if word in MONTHS:
        k = j + 2 if words[j + 1] == "." and ts.glued(j + 1) else j + 1
        y = k + 1 if words[k] in (",", "of", "in") else k
        said = year_number(ts, y)
        if said:
            return Day(dt.date(said[0], MONTHS[word], 1), Grain.MONTH, Level.FAIR), said[1]
        if words[y] in ("next", "this") and words[y + 1] == "year":
            ahead = words[y] == "next"
            return Day(dt.date(cx.today.year + ahead, MONTHS[word], 1), Grain.MONTH, Level.FAIR), y + 2
        this_year = MONTHS[word] >= cx.today.month
        return Day(dt.date(cx.today.year + (not this_year), MONTHS[word], 1), Grain.MONTH, Level.WEAK), k
    if word in WEEK | MONTH | YEAR | QUARTER and (j > i or len(word) > 2):
        return _current(word, cx), j + 1
    if word == "q" and 1 <= ts.nums[j + 1] <= 4 and ts.glued(j + 1):
        said = year_number(ts, j + 2)
        over = 3 * ts.nums[j + 1] < cx.today.month
        year = said[0] if said else cx.today.year + over
        return Day(dt.date(year, 3 * ts.nums[j + 1] - 2, 1), Grain.QUARTER, Level.WEAK), said[1] if said else j + 2
    if ts.nums[j] >= 2000 and (said := year_number(ts, j)):
        return Day(dt.date(said[0], 1, 1), Grain.YEAR), said[1]
    found = period(ts, i, cx)
    if found and isinstance(found[0], Day) and found[0].grain is not Grain.DAY and not found[0].past:
        return found[0], found[1]
    return None


def _current(word: str, cx: Context) -> Day:
    today = cx.today
    if word in WEEK:
        return Day(monday(today), Grain.WEEK)
    if word in YEAR:
        return Day(dt.date(today.year, 1, 1), Grain.YEAR)
    if word in QUARTER:
        return Day(dt.date(today.year, today.month - (today.month - 1) % 3, 1), Grain.QUARTER)
    return Day(today.replace(day=1), Grain.MONTH)


def _from(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`3 days from tuesday`, `two weeks after christmas`, `a week on friday`, `a week today`."""
    words = ts.words
    k = i + 1 if words[i] == "in" else i
    found = amount(ts, k)
    if found is None:
        return None
    length, j = found
    sign = _AFTER.get(words[j])
    if length.seconds:
        base = clock(ts, j + 1) if sign and words[j + 1] else None
        if base is None or not isinstance(base[0], Clock) or not sign or length.days or length.months:
            return None
        moved = replace(base[0], shift=base[0].shift + sign * length.seconds // 60, level=Level.FAIR)
        return moved, base[1]
    if sign is None and not (length.days and length.days % 7 == 0):
        return None
    j = j + 1 if sign or words[j] == "on" else j
    j = j + 1 if words[j - 1] == "prior" and words[j] == "to" else j
    if words[j] == "now" or (sign and words[j] == "today"):
        return None
    day = day_at(ts, j, cx)
    if day is None:
        return None
    step = sign or 1
    moved_by = Amount(step * length.months, step * length.days, 0, step * length.workdays)
    return Day(add(day[0], moved_by), level=Level.STRONG), day[1]


def _neighbour(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`the day after tomorrow`, `the monday before easter`, `the week after christmas`, `the week of 7 december`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    if words[j] == "week" and words[j + 1] == "of" and (week := day_at(ts, j + 2, cx)):
        return Day(week[0]), week[1]
    sign = _AFTER.get(words[j + 1])
    if sign is None or (words[j + 1] == "from" and (words[j] not in ("week", "fortnight", "month", "year"))):
        return None
    index = WEEKDAYS.get(words[j])
    one = unit(ts, j) if index is None else None
    weekend = words[j] in WEEKEND
    if index is None and not weekend and (one is None or one[0].seconds or len(words[j]) < 3):
        return None
    day = day_at(ts, j + 2, cx)
    if day is None:
        return None
    base, end = day
    if one:
        length = one[0]
        moved = add(base, Amount(sign * length.months, sign * length.days, 0, sign * length.workdays))
        return Day(moved, level=Level.STRONG), end
    return Day(_step(base, 5 if index is None else index, sign), level=Level.STRONG), end


def edge(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> tuple[tuple[Day | Clock, ...], int] | None:
    """`end of month`, `the end of today`, `start of next week`, `mid-march`, `eod`, `close of business`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    word = words[j]
    if word in ("eod", "cob"):
        return _close(ts, j + 1, cx, day_at, LAST_MINUTE if word == "eod" else _BUSINESS)
    if word in _SHORT_ENDS:
        return (replace(_end_of(_current(_SHORT_ENDS[word], cx), cx), level=Level.STRONG),), j + 1
    if word in ("month", "year", "quarter", "week") and words[j + 1] in ("-", "end"):
        k = j + 2 if words[j + 1] == "-" else j + 1
        return (_end_of(_current(word, cx), cx),), k + 1
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
    found = day_at(ts, k + 1 if ts.words[k] in ("on", "of") else k, cx)
    day, end = found or (cx.today, k)
    return (Day(day, level=Level.STRONG, today=day == cx.today), hour), end


_BUSINESS = Clock(17, 0, True, Level.FAIR)


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
    found = day_at(ts, k, cx)
    if found is None:
        return None
    day, end = found
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
    elif date < cx.today and span.date == _current("month", cx).date:
        date = add(date, Amount(months=1))
    return Day(date, level=Level.STRONG)
