"""Dates in words: `tomorrow`, `next fri`, `15 March 2027`, `the 21st`, `next week`, `in march`."""

from __future__ import annotations

import datetime as dt

from core.quickadd.numbers import day_number, ordinal
from core.quickadd.numbers import year as year_number
from core.quickadd.numeric import impossible, numeric
from core.quickadd.tokens import Tokens
from core.quickadd.values import (
    Context,
    Day,
    DayOfMonth,
    Grain,
    Hit,
    Level,
    MonthDay,
    Part,
    Weekday,
    monday,
    month_length,
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
    WEEKEND,
    YEAR,
)

MONTH_LEADS = frozenset(
    {
        "in",
        "by",
        "until",
        "till",
        "til",
        "before",
        "during",
        "of",
        "from",
        "starting",
        "beginning",
        "for",
        "through",
        "thru",
    }
    | {"ending", "ends", "to"}
)
_COMING = frozenset({"coming", "upcoming", "following"})


def named(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """Today and its neighbours."""
    word, words = ts.words[i], ts.words
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


def tonight(ts: Tokens, i: int, cx: Context) -> list[Day | Part] | None:
    """`tonight`, `this morning`: today and its part, both."""
    if ts.words[i] in TONIGHT:
        return [Day(cx.today, level=Level.STRONG, soft=True, today=True), Part("tonight", Level.STRONG)]
    return None


def this_part(ts: Tokens, i: int, cx: Context) -> tuple[list[Day | Part], int] | None:
    """Today and its part: `this morning`, `later this afternoon`."""
    j = i + 1 if ts.words[i] == "later" else i
    if ts.words[j] != "this":
        return None
    k = j + 2 if ts.words[j + 1] in ("early", "late", "coming") else j + 1
    part = PARTS.get(ts.words[k])
    if part is None:
        return None
    return [Day(cx.today, level=Level.STRONG, soft=True, today=True), Part(part, Level.STRONG)], k + 1


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
        return _month_first(ts, i)
    return _day_first(ts, i)


def _month_first(ts: Tokens, i: int) -> Hit | None:
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
    if words[end] == "%" or (words[end] == "." and ts.nums[end + 1] >= 0 and ts.glued(end + 1)):
        return None
    return _with_year(ts, month, day, end)


def _day_first(ts: Tokens, i: int) -> Hit | None:
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    found = day_number(ts, j)
    if found is None:
        return None
    day, end = found
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
    return _with_year(ts, month, day, end)


def _with_year(ts: Tokens, month: int, day: int, end: int) -> Hit:
    """A month's day, and the year that may follow it."""
    j = end
    if ts.words[j] in (",", "in", "of", "-", "/"):
        j += 1
    found = year_number(ts, j)
    if found and ts.words[found[1]] == ":":
        found = None
    year = None
    if found and not (ts.nums[j] < 0 and ts.words[j] not in ("'", "’") and _is_time(ts, found[1])):
        year, end = found
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
    if words[end] in DAY and words[end + 1] in ("of", "in"):
        end += 1
    if words[end] == "of" and words[end + 1] in ("each", "every"):
        return None
    if (words[i] != "the" and words[j] in ("second", "first")) or words[end] in (WEEK | MONTH | YEAR | QUARTER):
        return None
    return DayOfMonth(day, Level.WEAK), end


def period(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`next week`, `this month`, `the following year`, `next weekend`, `the week after next`, `in march`, `in 2027`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    word = words[j]
    if word in WEEK | MONTH | YEAR and words[j + 1] == "after" and words[j + 2] == "next":
        return _ahead(words[j], 2, cx), j + 3
    steps = 1 if word in NEXT else 0 if word in ("this", "current", "coming", "upcoming") else None
    if steps is None and word in PAST:
        steps = -1
    if steps is not None:
        if word in ("coming", "upcoming"):
            steps = 1
        following = words[j + 1]
        end = j + 2
        if following in ("coming", "following", "calendar") and words[end] in WEEK | MONTH | YEAR | WEEKEND:
            following, end = words[end], end + 1
        if following in WEEK | MONTH | YEAR | QUARTER | WEEKEND and len(following) > 1:
            return _ahead(following, steps, cx), end
        if following in MONTHS and steps >= 0:
            return _month(ts, end, MONTHS[following], cx, Level.FAIR)
        return None
    if word in WEEKEND and j > i:
        return _ahead(word, 0, cx), j + 1
    return _bare_period(ts, i, cx)


def _bare_period(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`march 2027`, `in march`, `in 2027`, `weekend`."""
    words = ts.words
    lead = words[i - 1] if i else ""
    if words[i] in MONTHS:
        j = i + 2 if words[i + 1] == "." and ts.glued(i + 1) else i + 1
        k = j + 1 if words[j] in (",", "of", "in") else j
        if ts.nums[k] >= 0 and year_number(ts, k):
            return Day(dt.date(ts.nums[k], MONTHS[words[i]], 1), Grain.MONTH, Level.WEAK), k + 1
        if lead in MONTH_LEADS:
            return _month(ts, j, MONTHS[words[i]], cx, Level.WEAK)
        return None
    if words[i] in WEEKEND and lead in ("on", "the", "this", "at", "by"):
        return _ahead(words[i], 0, cx), i + 1
    if lead in ("in", "by", "until", "before", "starting", "from") and 2000 <= ts.nums[i] <= 2199:
        return Day(dt.date(ts.nums[i], 1, 1), Grain.YEAR, Level.WEAK), i + 1
    return None


def _month(ts: Tokens, end: int, month: int, cx: Context, level: Level) -> Hit:
    year = cx.today.year + (dt.date(cx.today.year, month, 1) < cx.today)
    return Day(dt.date(year, month, 1), Grain.MONTH, level), end


def _ahead(word: str, steps: int, cx: Context) -> Day:
    """The first day of the period so many periods from the present one."""
    today = cx.today
    past = steps < 0
    if word in WEEK:
        return Day(monday(today) + dt.timedelta(weeks=steps), Grain.WEEK, past=past)
    if word in WEEKEND:
        saturday = monday(today) + dt.timedelta(weeks=steps, days=5)
        if steps == 0 and today.weekday() == 6:
            saturday = today
        return Day(saturday, past=past)
    if word in YEAR:
        return Day(dt.date(today.year + steps, 1, 1), Grain.YEAR, past=past)
    months = steps if word in MONTH else steps * 3 - (today.month - 1) % 3
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return Day(dt.date(year, month + 1, 1), Grain.MONTH if word in MONTH else Grain.QUARTER, past=past)


def last_day(day: Day) -> dt.date:
    """The last day of the month, the quarter or the year a piece stands for."""
    if day.grain is Grain.YEAR:
        return dt.date(day.date.year, 12, 31)
    if day.grain is Grain.QUARTER:
        return dt.date(day.date.year, day.date.month + 2, month_length(day.date.year, day.date.month + 2))
    return day.date.replace(day=month_length(day.date.year, day.date.month))
