"""Weeks, months, quarters and years: `next week`, `the month after next`, `in march`, `march 2027`, `in 2027`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from core.quickadd.numbers import odd_year
from core.quickadd.numbers import year as year_number
from core.quickadd.relative import year_ahead
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, Context, Day, Grain, Hit, Level, add, monday, month_length
from core.quickadd.words import DAY, MONTH, MONTHS, NEXT, PAST, QUARTER, WEEK, WEEKEND, WORKDAY, YEAR, word_set

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


def period(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`next week`, `this month`, `the following year`, `next weekend`, `the week after next`, `in march`, `in 2027`."""
    words = ts.words
    vague = words[i] in ("early", "late", "later") and words[i + 1] in ("this", "next")
    j = i + 1 if words[i] == "the" or vague else i
    word = words[j]
    if word in WEEK | MONTH | YEAR | WEEKEND and words[j + 1] == "after" and words[j + 2] == "next":
        return _ahead(words[j], 2, cx), j + 3
    steps = 1 if word in NEXT else 0 if word in ("this", "current", "coming", "upcoming") else None
    if steps is None and word in PAST:
        steps = -1
    if steps is not None:
        if word in ("coming", "upcoming"):
            steps = 1
        following = words[j + 1]
        end = j + 2
        workday = following in WORKDAY or (following in ("business", "working", "work") and words[end] in DAY)
        if workday and steps == 1:
            return Day(add(cx.today, Amount(workdays=1))), end if following in WORKDAY else end + 1
        if following in ("coming", "following", "calendar") and words[end] in WEEK | MONTH | YEAR | WEEKEND:
            following, end = words[end], end + 1
        if following in WEEK | MONTH | YEAR | QUARTER | WEEKEND and len(following) > 1:
            return _ahead(following, steps, cx), end
        if following in MONTHS and steps >= 0 and not _is_verb(ts, j + 1):
            return _month(ts, end, MONTHS[following], cx, Level.FAIR)
        return None
    if word in WEEKEND and j > i:
        return _ahead(word, 0, cx), j + 1
    return _bare_period(ts, i, cx)


_AFTER_MONTH: Final = word_set("at on by in of before after until till for from to with then")


def _is_verb(ts: Tokens, i: int) -> bool:
    """Whether `may` is a verb: `this may or may not be`, not `this may for the fair`."""
    following = ts.words[i + 1]
    return ts.raw(i) == "may" and following.isalpha() and following not in _AFTER_MONTH


def _bare_period(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`march 2027`, `in march`, `in 2027`, `weekend`."""
    words = ts.words
    lead = words[i - 1] if i else ""
    if words[i] in MONTHS and words[i + 1] == "after" and words[i + 2] == "next":
        day = _month(ts, i, MONTHS[words[i]], cx, Level.FAIR)[0].date
        return Day(day.replace(year=day.year + 1), Grain.MONTH), i + 3
    if words[i] in MONTHS and (ahead := year_ahead(ts, i + 1, cx)):
        return Day(dt.date(ahead[0], MONTHS[words[i]], 1), Grain.MONTH), ahead[1]
    if words[i] in MONTHS:
        j = i + 2 if words[i + 1] == "." and ts.glued(i + 1) else i + 1
        k = j + 1 if words[j] in (",", "of", "in", "-") else j
        if odd_year(ts, k):
            return None
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


def _month(ts: Tokens, end: int, month: int, cx: Context, level: Level) -> tuple[Day, int]:
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


def period_end(day: Day) -> dt.date:
    """The last day of a period; of a week, its Friday."""
    return day.date + dt.timedelta(days=4) if day.grain is Grain.WEEK else last_day(day)
