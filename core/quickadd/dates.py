"""Dates in words: `tomorrow`, `next fri`, `15 March 2027`, `the 21st`, `next week`, `in march`."""

from __future__ import annotations

import datetime as dt

from core.quickadd.numbers import century, day_number, odd_year, ordinal
from core.quickadd.numbers import year as year_number
from core.quickadd.numeric import impossible, numeric
from core.quickadd.tokens import Tokens
from core.quickadd.values import (
    Context,
    Day,
    DayOfMonth,
    Hit,
    Level,
    MonthDay,
    Part,
    Weekday,
)
from core.quickadd.words import (
    DAY,
    MONTH,
    MONTHS,
    NEXT,
    PARTS,
    PAST,
    QUARTER,
    TODAY,
    TOMORROW,
    TONIGHT,
    WEEK,
    WEEKDAY_NAMES,
    WEEKDAYS,
    YEAR,
)

_COMING = frozenset({"coming", "upcoming", "following"})


def named(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """Today and its neighbours."""
    words = ts.words
    if words[i] in ("early", "late", "later") and (words[i + 1] in TODAY or words[i + 1] in TOMORROW):
        i += 1
    word = words[i]
    if word in TODAY:
        return Day(cx.today, level=Level.STRONG, today=True), i + 1
    if word in TOMORROW:
        return Day(cx.today + dt.timedelta(days=1), level=Level.STRONG), i + 1
    if word == "yesterday":
        return Day(cx.today - dt.timedelta(days=1), level=Level.FAIR, past=True), i + 1
    if word == "2" and words[i + 1] in ("moro", "morrow", "mrw", "moz") and ts.glued(i + 1):
        return Day(cx.today + dt.timedelta(days=1), level=Level.STRONG), i + 2
    if word == "overmorrow":
        return Day(cx.today + dt.timedelta(days=2), level=Level.STRONG), i + 1
    return None


def this_part(ts: Tokens, i: int, cx: Context) -> tuple[list[Day | Part], int] | None:
    """Today and its part: `tonight`, `this morning`, `later this afternoon`."""
    j = i + 1 if ts.words[i] in ("later", "late", "early") else i
    today = Day(cx.today, level=Level.STRONG, soft=True, today=True)
    if ts.words[j] in TONIGHT:
        return [today, Part("tonight", Level.STRONG)], j + 1
    if ts.words[j] != "this":
        return None
    k = j + 2 if ts.words[j + 1] in ("early", "late", "coming") else j + 1
    part = PARTS.get(ts.words[k])
    if part is None:
        return None
    return [today, Part(part, Level.STRONG)], k + 1


def weekday(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`saturday`, `next fri`, `this coming monday`, `friday after next`, `tuesday week`, `sat.`"""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    week: int | None = None
    level = Level.WEAK
    past = False
    if words[j] in ("this", "next") and words[j + 1] in _COMING:
        j, week, level = j + 2, None, Level.FAIR
    elif words[j] in _COMING:
        j, week, level = j + 1, (1 if words[j] == "following" else None), Level.FAIR
    elif words[j] in NEXT:
        j, week, level = j + 1, 1, Level.FAIR
    elif words[j] == "this":
        j, week, level = j + 1, 0, Level.FAIR
    elif words[j] in PAST:
        j, week, past = j + 1, -1, True
    index = WEEKDAYS.get(words[j])
    if index is None:
        return None
    end = j + 1
    if words[end] == "." and ts.glued(end) and words[j] not in WEEKDAY_NAMES:
        end += 1
    if words[end] == "after" and words[end + 1] == "next":
        return _after_next(index, cx), end + 2
    if week is None and words[end] == "next" and words[end + 1] not in (WEEK | MONTH | YEAR):
        return Weekday(index, 1, Level.FAIR), end + 1
    if week is None and words[end] == "week" and words[j] in WEEKDAY_NAMES:
        following = cx.today + dt.timedelta(days=(index - cx.today.weekday() - 1) % 7 + 8)
        return Day(following, level=Level.FAIR), end + 1
    return Weekday(index, week, level, past), end


def _after_next(index: int, cx: Context) -> Day:
    """`friday after next`: the second one to come."""
    ahead = (index - cx.today.weekday() - 1) % 7 + 1
    return Day(cx.today + dt.timedelta(days=ahead + 7), level=Level.STRONG)


def month_day(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`March 15[, 2027]`, `march the 15th`, `15 March`, `the 15th of march`, `15/mar`."""
    if ts.nums[i] >= 0:
        found = numeric(ts, i, cx)
        if found:
            return found
    if ts.words[i] in MONTHS:
        return _month_first(ts, i, cx)
    return _day_first(ts, i, cx)


def _month_first(ts: Tokens, i: int, cx: Context) -> Hit | None:
    words = ts.words
    month = MONTHS[words[i]]
    j = i + 1
    if words[j] == "." and ts.glued(j):
        j += 1
    if words[j] in (",", "-", "/"):
        j += 1
    if words[j] == "the":
        j += 1
    found = day_number(ts, j)
    if found is None:
        return None
    day, end = found
    if words[end] in (":", "h", "am", "pm", "p", "a") and ordinal(ts, j) is None:
        return None
    end = _range_end(ts, end)
    if words[end] == "%" or (words[end] == "." and ts.nums[end + 1] >= 0 and ts.glued(end + 1)):
        return None
    return _with_year(ts, month, day, end, cx)


def _day_first(ts: Tokens, i: int, cx: Context) -> Hit | None:
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    found = day_number(ts, j)
    if found is None:
        if 32 <= ts.nums[j] <= 99 and words[j + 1] in MONTHS:
            found = (ts.nums[j], j + 1)
        else:
            return None
    day, end = found[0], _range_end(ts, found[1])
    if words[end] == "day" and words[end + 1] == "of":
        end += 1
    if words[end] == "." and ts.glued(end):
        end += 1
    if words[end] in ("of", "in", "-"):
        end += 1
    month = MONTHS.get(words[end])
    if month is None or (words[end] == "sun"):
        return None
    end += 1
    if words[end] == "." and ts.glued(end) and len(words[end - 1]) < 5:
        end += 1
    return _with_year(ts, month, day, end, cx)


def _range_end(ts: Tokens, end: int) -> int:
    """Over the second day of `12-15`; the first is when it begins."""
    if ts.words[end] in ("-", "–") and ts.glued(end) and ts.glued(end + 1) and 1 <= ts.nums[end + 1] <= 31:
        after = ts.words[end + 2]
        if ts.ends[end + 1] - ts.starts[end + 1] <= 2 and not (after in ("-", "–", ":") and ts.glued(end + 2)):
            return end + 2
    return end


def _with_year(ts: Tokens, month: int, day: int, end: int, cx: Context) -> Hit | None:
    """A month's day, and the year that may follow it; None where that year is out of reach, as in `31 May 9999`."""
    j = end
    if ts.words[j] in (",", "in", "of", "-", "/"):
        j += 1
    if odd_year(ts, j):
        return None
    found = year_number(ts, j)
    if found and ts.words[found[1]] == ":":
        found = None
    year = None
    if found and not (ts.nums[j] < 0 and ts.words[j] not in ("'", "’") and _is_time(ts, found[1])):
        year, end = found
    elif year is None and 13 <= ts.nums[end] <= 69 and not ts.words[end + 1] and ts.ends[end] - ts.starts[end] == 2:
        year, end = century(ts.nums[end]), end + 1
    elif ts.words[end] in ("next", "this") and ts.words[end + 1] == "year":
        year, end = cx.today.year + (ts.words[end] == "next"), end + 2
    wrong = impossible(month, day, year)
    return (wrong or MonthDay(month, day, year)), end


def _is_time(ts: Tokens, j: int) -> bool:
    return ts.words[j] in ("am", "pm", "a", "p", "o'clock")


def day_of_month(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`the 21st`, `21st`, `the twenty fourth`, `the 15th day`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    found = ordinal(ts, j)
    if found is None and words[i] == "the" and 1 <= ts.nums[j] <= 31 and ts.ends[j] - ts.starts[j] <= 2:
        found = (ts.nums[j], j + 1)
        if words[j + 1] in (":", ".", "/") and ts.nums[j + 2] >= 0:
            return None
    if found is None or not 1 <= found[0] <= 31:
        return None
    day, end = found
    if words[end] in DAY and words[end + 1] in ("", ".", ",", "of", "in"):
        end += 1
    if words[end] == "of" and words[end + 1] in ("each", "every"):
        return None
    month = end + 1 if words[end] in ("of", "in") else end
    if words[month] in MONTHS and odd_year(ts, month + 1):
        return None
    spelled_alone = words[i] != "the" and ts.nums[j] < 0 and words[i - 1] not in ("on", "by", "due", "before")
    if (spelled_alone and words[i - 1] not in WEEKDAYS) or words[end] in (WEEK | MONTH | YEAR | QUARTER):
        return None
    return DayOfMonth(day, Level.WEAK), end
