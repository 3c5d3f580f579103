"""Lengths of time and what is reckoned from now: `in 20 minutes`, `2 weeks from now`, `three fridays from now`."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Final

from core.quickadd.match import closed, either, led, literal, lookup, mapped, maybe, then, word
from core.quickadd.numbers import cardinal, quantity
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, Context, Day, Hit, Level, Part, Shift, add
from core.quickadd.words import (
    DAY,
    DECADE,
    FORTNIGHT,
    HOUR,
    MINUTE,
    MONTH,
    PARTS,
    QUARTER,
    SECOND,
    WEEK,
    WEEKDAY_PLURALS,
    WEEKDAYS,
    WEEKEND,
    WORKDAY,
    YEAR,
)

_ONE: dict[str, Amount] = {
    **dict.fromkeys(SECOND, Amount(seconds=1)),
    **dict.fromkeys(("moment", "moments"), Amount(seconds=1)),
    **dict.fromkeys(MINUTE, Amount(seconds=60)),
    **dict.fromkeys(HOUR, Amount(seconds=3600)),
    **dict.fromkeys(DAY | {"night", "nights"}, Amount(days=1)),
    **dict.fromkeys(WEEK, Amount(days=7)),
    **dict.fromkeys(FORTNIGHT, Amount(days=14)),
    **dict.fromkeys(MONTH, Amount(months=1)),
    **dict.fromkeys(QUARTER, Amount(months=3)),
    **dict.fromkeys(YEAR, Amount(months=12)),
    **dict.fromkeys(DECADE, Amount(months=120)),
    **dict.fromkeys(WORKDAY, Amount(workdays=1)),
}
_MORE = frozenset({"more", "additional", "extra", "upcoming", "full", "whole", "further"})
_LATER = frozenset({"later", "hence", "ahead"})
_MOST_WEEKS: Final = 520
_MOST_YEARS: Final = 100


def unit(ts: Tokens, i: int) -> tuple[Amount, int] | None:
    """One unit of time, `working day` included."""
    word = ts.words[i]
    if word == "'" and ts.glued(i) and i and ts.nums[i - 1] >= 0:
        return Amount(seconds=60), i + 1
    if word in ("business", "working", "work") and ts.words[i + 1] in DAY:
        return Amount(workdays=1), i + 2
    one = _ONE.get(word.removesuffix("'s").removesuffix("'") if "'" in word else word)
    return (one, i + 1) if one else None


def amount(ts: Tokens, i: int) -> tuple[Amount, int] | None:
    """A length of time: `3 days`, `2h30`, `an hour and a half`, `1 week and 2 days`, `half an hour`."""
    total: Amount | None = None
    j = i
    for _ in range(4):
        k = j
        if total is not None:
            k = j + 1 if ts.words[k] in (",", "and", "&") else j
            k = k + 1 if ts.words[k] == "and" else k
            if ts.words[k] in ("a", "half") and ts.words[k + (ts.words[k] == "a")] == "half":
                break
        one = _one_amount(ts, k)
        if one is None:
            break
        total, j = (one[0] if total is None else total + one[0]), one[1]
    if total is None:
        return None
    if ts.nums[j] >= 0 and ts.glued(j) and ts.nums[j] < 60 and ts.words[j - 1] == "h":
        return total + Amount(seconds=60 * ts.nums[j]), j + 1
    return total, j


def _one_amount(ts: Tokens, i: int) -> tuple[Amount, int] | None:
    count = quantity(ts, i)
    if count is None:
        return None
    number, j = count
    if ts.words[j] in _MORE:
        j += 1
    if ts.words[j] == "-":
        j += 1
    one = unit(ts, j)
    if one is None or number > 9999 or (ts.words[j] == "s" and ts.gaps[j] and number >= 100):
        return None  # `in 1990 s.` is a decade
    value, j = one
    words = ts.words
    if words[j] == "and" and words[j + 1] in ("a", "one") and words[j + 2] in ("half", "quarter"):
        number += Fraction(1, 2 if words[j + 2] == "half" else 4)
        j += 3
    return value.times(number), j


def relative(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """What is reckoned from now."""
    return next((hit for read in _READERS if (hit := read(ts, i, cx)) is not None), None)


def _now(ts: Tokens, i: int, _: Context) -> Hit | None:
    """`now`, `right now`, `now + 40 minutes`."""
    words = ts.words
    just = words[i] in ("right", "just")
    if words[i + just] != "now":
        return None
    end = i + just + 1
    if words[end] == "+" and (ahead := amount(ts, end + 1)):
        return Shift(ahead[0]), ahead[1]
    return Shift(Amount(), Level.FAIR if just else Level.WEAK), end


def _added(ts: Tokens, i: int, _: Context) -> Hit | None:
    """`+3 days`, as it may follow a time."""
    ahead = amount(ts, i + 1) if ts.words[i] == "+" and ts.nums[i + 1] >= 0 and ts.glued(i + 1) else None
    return (Shift(ahead[0], Level.FAIR), ahead[1]) if ahead else None


def _coming(ts: Tokens, i: int, _: Context) -> Hit | None:
    """`next 3 weeks`, `the upcoming two months`: when they are over."""
    j = i + 1 if ts.words[i] == "the" else i
    if ts.words[j] not in ("next", "upcoming") and (j > i or ts.words[j] != "coming"):
        return None
    ahead = amount(ts, j + 1)
    if ahead is None or ahead[0].seconds or not ts.words[ahead[1] - 1].endswith("s"):
        return None
    return Shift(ahead[0], Level.WEAK), ahead[1]


_FROM_NOW: Final = either(
    word(_LATER),
    literal("from now"), literal("from this"), literal("from today"), literal("from tod"), literal("after now"),
    literal("after this"),
)  # fmt: skip


def _counted(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`3 days from now`, `two weeks hence`, `5 minutes ago`."""
    hit = amount(ts, i)
    if hit is None or ts.words[i] in ("in", "within", "after"):
        return None
    length, j = hit
    if ts.words[j - 2] == "upcoming" or ts.words[i] == "upcoming":
        return Shift(length, Level.FAIR), j
    if later := _FROM_NOW(ts, j):
        return Shift(length), later[1]
    return _ago(length, j + 1, cx) if ts.words[j] == "ago" else None


def _in(ts: Tokens, i: int, cx: Context) -> Hit | None:
    words = ts.words
    if words[i] not in ("in", "within", "after"):
        return None
    if words[i] == "in" and (mondays := _weekdays_ahead(ts, i + 1, cx)):
        return mondays
    j = i + 1
    if words[j] == "the" and words[j + 1] == "next":
        j += 2
    elif words[j] in ("about", "around", "approximately", "exactly", "roughly", "another", "just", "next"):
        j += 1
    if words[i] == "in" and words[j] in ("another", "an") and words[j + 1] == "another":
        j += 1
    hit = amount(ts, j)
    if hit is None:
        return None
    length, end = hit
    if words[end] == "time":
        end += 1
    elif words[end] == "from" and words[end + 1] in ("now", "today"):
        end += 2
    last = ts.raw(end - 1)
    if last[:1].isupper() and not last.isupper() and ts.raw(i)[0].islower():
        return None  # a title's capital: Around the World in 80 Days
    level = Level.STRONG if words[i] != "after" else Level.WEAK
    return Shift(length, level), end


def _ago(length: Amount, end: int, cx: Context) -> Hit | None:
    """A time in the past; found so that its words are not read as something else."""
    back = Amount(-length.months, -length.days, -length.seconds, -length.workdays)
    try:
        day = add(
            (cx.now - dt.timedelta(seconds=length.seconds)).date(), Amount(back.months, back.days, 0, back.workdays)
        )
    except (OverflowError, ValueError):
        return None
    return Day(day, past=True), end


def _weekdays_from_now(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`3 fridays from now`, `2 weekends from now`."""
    hit = _weekdays_ahead(ts, i, cx) or _weekends_ahead(ts, i, cx)
    later = _FROM_NOW(ts, hit[1]) if hit else None
    return (hit[0], later[1]) if hit and later else None


_WEEKENDS: Final = then(cardinal, word(WEEKEND))


def _weekends_ahead(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`2 weekends`: the second Saturday from now."""
    hit = _WEEKENDS(ts, i)
    if hit is None or not 1 <= hit[0][0] <= _MOST_WEEKS:
        return None
    days = (4 - cx.today.weekday()) % 7 + 1 + 7 * (hit[0][0] - 1)
    return Day(cx.today + dt.timedelta(days=days), level=Level.STRONG), hit[1]


def _weekdays_ahead(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`3 fridays`: that many weeks after this week's Friday, weeks starting on Sunday."""
    count = cardinal(ts, i)
    if count is None or not 1 <= count[0] <= _MOST_WEEKS:
        return None
    number, j = count
    index = WEEKDAY_PLURALS.get(ts.words[j], WEEKDAYS.get(ts.words[j]))
    if index is None:
        return None
    sunday = cx.today - dt.timedelta(days=(cx.today.weekday() + 1) % 7)
    return Day(sunday + dt.timedelta(days=(index + 1) % 7 + 7 * number), level=Level.STRONG), j + 1


_READERS: Final = (_in, _now, _added, _coming, _counted, _weekdays_from_now)

_PARTS_AHEAD: Final = closed(then(cardinal, lookup(PARTS)), _FROM_NOW)


def parts_ahead(ts: Tokens, i: int, cx: Context) -> tuple[tuple[Day, Part], int] | None:
    """`5 mornings from now`."""
    hit = _PARTS_AHEAD(ts, i)
    if hit is None or not 1 <= hit[0][0] <= 7 * _MOST_WEEKS:
        return None
    number, name = hit[0]
    return (Day(cx.today + dt.timedelta(days=number), level=Level.STRONG), Part(name)), hit[1]


_YEARS: Final = either(
    mapped(led(maybe(word(("of", "in"))), literal("next year")), lambda _: 1),
    mapped(led(maybe(word(("of", "in"))), literal("this year")), lambda _: 0),
    mapped(led(word(("in",)), then(quantity, word(YEAR))), lambda years: _whole(years[0])),
    mapped(closed(then(quantity, word(YEAR)), _FROM_NOW), lambda years: _whole(years[0])),
)
"""`next year`, `in two years`, `a year from now`: years from this one."""


def _whole(count: Fraction) -> int | None:
    return int(count) if count.denominator == 1 and 0 < count <= _MOST_YEARS else None


def year_ahead(ts: Tokens, i: int, cx: Context) -> tuple[int, int] | None:
    """The year that a holiday or a month before it is of: `christmas in two years`, `march of next year`."""
    years = _YEARS(ts, i)
    return (cx.today.year + years[0], years[1]) if years else None
