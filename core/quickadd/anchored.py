"""Dates reckoned from other dates: `third tuesday after christmas`, `2 weeks from monday`, `an hour before friday`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from core.quickadd import times
from core.quickadd.match import either, literal, lookup, mapped, maybe, then, word
from core.quickadd.numbers import cardinal, ordinal
from core.quickadd.periods import last_day
from core.quickadd.relative import amount, unit
from core.quickadd.spans import span_at
from core.quickadd.tokens import Tokens
from core.quickadd.values import (
    Amount,
    Clock,
    Context,
    Day,
    Grain,
    Hit,
    Item,
    Level,
    add,
    nth_weekday,
)
from core.quickadd.words import DAY, MONTH, MONTHS, WEEK, WEEKDAY_PLURALS, WEEKDAYS, WEEKEND, YEAR

DayAt = Callable[[Tokens, int, Context], tuple[dt.date, int] | None]
"""Reads the date at a place, without a time."""
Items = tuple[tuple[Item, ...], int]
"""Pieces of a moment, and the index of the token after them."""

_AFTER: Final = {"after": 1, "following": 1, "from": 1, "past": 1, "before": -1, "preceding": -1, "prior": -1}
_WORKDAY: Final = "workday"
_MOST_DAYS: Final = 31
_MOST_WEEKS: Final = 520
_MOST_WEEKDAYS: Final = 5
"""Of a month."""


def anchored(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Items | None:
    """A date counted from another one."""
    for production in (_nth, _neighbour, _closest, _weekdays_from):
        hit = production(ts, i, cx, day_at)
        if hit:
            return (hit[0],), hit[1]
    return _from(ts, i, cx, day_at)


def _nth(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`the 3rd Thursday of January`, `last day of the month`, `third tuesday after christmas 2014`."""
    counted = _count(ts, i)
    noun = _noun(ts, counted[1]) if counted else None
    if counted is None or noun is None:
        return None
    (n, _), (name, k) = counted, noun
    if ts.words[k] in ("after", "before", "following"):
        base = day_at(ts, k + 1, cx)
        if base and name in WEEKDAYS and n > 0:
            step = _step(base[0], WEEKDAYS[name], n if ts.words[k] != "before" else -n)
            return Day(step, level=Level.STRONG), base[1]
        return None
    j = k + 1 if ts.words[k] in ("of", "in", ",", "on") else k
    j = j + 1 if ts.words[j] == "of" else j
    return _in_span(ts, j, cx, name, n) or _of_this_month(ts, i, k, cx, name, n)


def _of_this_month(ts: Tokens, i: int, k: int, cx: Context, name: str, n: int) -> Hit | None:
    """`the 3rd friday`, of this month or the next that has one; not `the 3rd, friday`."""
    if ts.words[i] != "the" or name not in WEEKDAYS or not 1 <= n <= _MOST_WEEKDAYS:
        return None
    first = cx.today.replace(day=1)
    months = (add(first, Amount(months=ahead)) for ahead in range(4))
    days = (nth_weekday(month.year, month.month, WEEKDAYS[name], n) for month in months)
    return next(((Day(day, level=Level.FAIR), k) for day in days if day and day >= cx.today), None)


_FROM_END: Final = either(
    mapped(word(("last", "final")), lambda _: -1),
    mapped(either(literal("penultimate"), literal("next to last"), literal("last but one")), lambda _: -2),
)
_TO_LAST: Final = either(literal("to last"), literal("to the last"), literal("from last"), literal("last"))


_FROM_THE_END: Final = frozenset(WEEKDAYS) | DAY | WEEKEND


def _count(ts: Tokens, i: int) -> tuple[int, int] | None:
    """`3rd`, `last`, `third last`: the number, negative from the end, and the index after it."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    if back := _FROM_END(ts, j):
        return back
    number = ordinal(ts, j)
    if number is None or not 1 <= number[0] <= _MOST_DAYS:
        return None
    n, j = number
    last = _TO_LAST(ts, j)
    return (-n, last[1]) if last and ts.words[last[1]] in _FROM_THE_END else (n, j)


def _noun(ts: Tokens, j: int) -> tuple[str, int] | None:
    """What is counted: a weekday, a working day, days, weeks or weekends."""
    words = ts.words
    if words[j] in ("business", "working", "work") and words[j + 1] in DAY:
        return _WORKDAY, j + 2
    if words[j] in ("weekday", "workday"):
        return _WORKDAY, j + 1
    known = words[j] in WEEKDAYS or words[j] in DAY or words[j] in WEEK or words[j] in WEEKEND
    return (words[j], j + 1) if known else None


def _in_span(ts: Tokens, k: int, cx: Context, name: str, n: int) -> Hit | None:
    """The n-th day, weekday or week of the span at a place; of the next one where it is over and may be meant."""
    span = span_at(ts, k, cx)
    if span is None:
        return None
    later = _later(span[0], ts, k)
    for attempt in (span[0], *later):
        day = _within(attempt, name, n)
        if day is not None and (day >= cx.today or attempt is not span[0] or not later):
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


def _within(span: Day, name: str, n: int) -> dt.date | None:
    """The n-th day, weekday or week of a month, a week or a year."""
    first = span.date
    if span.grain is Grain.WEEK:
        if name in WEEKDAYS:
            return first + dt.timedelta(days=WEEKDAYS[name]) if n in (1, -1) else None
        return first + dt.timedelta(days=n - 1 if n > 0 else 6) if name in DAY and n <= 7 else None
    last = last_day(span)
    if name == _WORKDAY:
        day = add(first - dt.timedelta(days=1), Amount(workdays=n)) if n > 0 else _weekday_upto(last)
    elif name in DAY:
        day = first + dt.timedelta(days=n - 1) if n > 0 else last + dt.timedelta(days=n + 1)
    elif name in WEEKEND | WEEK:
        weekday = 5 if name in WEEKEND else 0
        return _step(first - dt.timedelta(days=1), weekday, n) if n > 0 else _step(last + dt.timedelta(1), weekday, n)
    else:
        return _weekday_within(span, last, WEEKDAYS[name], n)
    return day if first <= day <= last else None


def _weekday_within(span: Day, last: dt.date, weekday: int, n: int) -> dt.date | None:
    if span.grain is Grain.MONTH:
        return nth_weekday(span.date.year, span.date.month, weekday, n)
    if n > 0:
        return _step(span.date - dt.timedelta(days=1), weekday, n)
    return _step(last + dt.timedelta(days=1), weekday, n)


def _weekday_upto(day: dt.date) -> dt.date:
    """The day itself, or the Friday before its weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def _from(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Items | None:
    """`3 days from tuesday`, `two weeks after christmas`, `a week on friday`, `a week today`."""
    words = ts.words
    length = amount(ts, i + 1 if words[i] == "in" else i)
    if length is None:
        return None
    step, j = length
    sign = _AFTER.get(words[j])
    if step.seconds:
        return _hours_from(ts, j + 1, cx, day_at, step, sign) if sign else None
    if sign is None and not (step.days and step.days % 7 == 0):
        return None
    j = j + 1 if sign or words[j] == "on" else j
    j = j + 1 if words[j - 1] == "prior" and words[j] == "to" else j
    day = day_at(ts, j, cx) if words[j] != "now" else None
    if day is None:
        return None
    return (Day(add(day[0], _signed(step, sign or 1)), level=Level.STRONG),), day[1]


def _signed(step: Amount, sign: int) -> Amount:
    return Amount(sign * step.months, sign * step.days, 0, sign * step.workdays)


def _hours_from(ts: Tokens, j: int, cx: Context, day_at: DayAt, step: Amount, sign: int) -> Items | None:
    """`two hours before noon`, `an hour before thursday`, which begins at midnight."""
    if not ts.words[j] or step.days or step.months:
        return None
    minutes = sign * step.seconds // 60
    base = times.clock(ts, j)
    if base is not None:
        if not isinstance(base[0], Clock):
            return None
        return (replace(base[0], shift=base[0].shift + minutes, level=Level.FAIR),), base[1]
    day = day_at(ts, j, cx) if ts.words[j] != "now" else None
    return _hours_from_day(ts, day, minutes) if day else None


def _hours_from_day(ts: Tokens, day: tuple[dt.date, int], minutes: int) -> Items:
    """`7 hours before tomorrow at midnight`, `2 hours from tomorrow afternoon at 2`, `an hour before thursday`."""
    date, end = day
    part = times.part(ts, end)
    end = part[1] if part else end
    at = end + 1 if ts.words[end] in ("at", "@", ",") else end
    hour = times.clock(ts, at)
    has_hour = hour is not None and isinstance(hour[0], Clock)
    base, end = (hour[0], hour[1]) if hour and has_hour else (Clock(0, 0, True, Level.FAIR), end)
    assert isinstance(base, Clock)
    moved = replace(base, shift=base.shift + minutes)
    pieces: tuple[Item, ...] = (Day(date, level=Level.STRONG), moved)
    return (*pieces, part[0]) if part and has_hour else pieces, end


def _neighbour(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`the day after tomorrow`, `the monday before easter`, `the week after christmas`, `the week of 7 december`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    if words[j] == "week" and words[j + 1] == "of" and (week := day_at(ts, j + 2, cx)):
        return Day(week[0]), week[1]
    sign = _AFTER.get(words[j + 1])
    if sign is None or (words[j + 1] == "from" and (words[j] not in ("week", "fortnight", "month", "year"))):
        return None
    index = WEEKDAYS.get(words[j], 5 if words[j] in WEEKEND else None)
    one = unit(ts, j) if index is None else None
    if index is None and (one is None or one[0].seconds or len(words[j]) < 3):
        return None
    day = day_at(ts, j + 2, cx)
    if day is None:
        return None
    base, end = day
    date = _step(base, index, sign) if index is not None else add(base, _signed(one[0] if one else Amount(), sign))
    return Day(date, level=Level.STRONG), end


_WEEKDAYS: Final = then(then(cardinal, lookup({**WEEKDAYS, **WEEKDAY_PLURALS})), lookup(_AFTER))


def _weekdays_from(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`3 sundays after christmas`: the third one."""
    hit = _WEEKDAYS(ts, i)
    day = day_at(ts, hit[1], cx) if hit and ts.words[hit[1]] not in ("now", "today") else None
    if hit is None or day is None:
        return None
    ((number, weekday), sign), _ = hit
    if not 1 <= number <= _MOST_WEEKS:
        return None
    return Day(_step(day[0], weekday, sign * number), level=Level.STRONG), day[1]


_CLOSEST: Final = then(
    then(maybe(word(("the",))), word(("closest", "nearest"))), then(lookup(WEEKDAYS), word(("to", "after", "before")))
)


def _closest(ts: Tokens, i: int, cx: Context, day_at: DayAt) -> Hit | None:
    """`the closest monday to 5 october`."""
    hit = _CLOSEST(ts, i)
    day = day_at(ts, hit[1], cx) if hit else None
    if hit is None or day is None:
        return None
    weekday, joint = hit[0][1]
    date, end = day
    ahead = (weekday - date.weekday()) % 7
    if joint == "to":
        return Day(date + dt.timedelta(days=ahead if ahead < 4 else ahead - 7), level=Level.STRONG), end
    return Day(_step(date, weekday, 1 if joint == "after" else -1), level=Level.STRONG), end
