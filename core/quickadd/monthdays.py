"""Days of a month in words: `15 March 2027`, `March the 15th`, `2018 March 18`, `the 21st`, `20 of next month`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from core.quickadd.match import either, led, mapped, maybe, text_end, then, word
from core.quickadd.numbers import century, day_number, odd_year, ordinal
from core.quickadd.numbers import year as year_number
from core.quickadd.numeric import impossible, numeric
from core.quickadd.tokens import Tokens
from core.quickadd.values import Context, Day, DayOfMonth, Hit, Level, MonthDay
from core.quickadd.words import DAY, MONTH, MONTHS, NEXT, QUARTER, WEEK, WEEKDAYS, YEAR

_TO: Final = frozenset({"to", "through", "thru", "till", "until"})


def month_day(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`March 15[, 2027]`, `march the 15th`, `15 March`, `the 15th of march`, `15/mar`."""
    if ts.nums[i] >= 0:
        result = numeric(ts, i, cx)
        if result:
            return result
        if hit := _year_first(ts, i):
            return hit
    if ts.words[i] in MONTHS:
        return _month_first(ts, i, cx)
    return _day_first(ts, i, cx)


def _year_first(ts: Tokens, i: int) -> Hit | None:
    """`2018 March 18`."""
    year = year_number(ts, i)
    month = MONTHS.get(ts.words[i + 1])
    day = day_number(ts, i + 2) if year and month else None
    if year is None or month is None or day is None or ts.words[day[1]] in (":", "am", "pm"):
        return None
    return (impossible(month, day[0], year[0]) or MonthDay(month, day[0], year[0])), day[1]


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
    hit = day_number(ts, j)
    if hit is None:
        return None
    day, end = hit
    if words[end] in (":", "h", "am", "pm", "p", "a") and ordinal(ts, j) is None:
        return None
    end = _range_end(ts, end)
    if words[end] == "%" or (words[end] == "." and ts.nums[end + 1] >= 0 and ts.glued(end + 1)):
        return None
    return _with_year(ts, month, day, end, cx)


def _day_first(ts: Tokens, i: int, cx: Context) -> Hit | None:
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    hit = day_number(ts, j)
    if hit is None:
        if 32 <= ts.nums[j] <= 99 and words[j + 1] in MONTHS:
            hit = (ts.nums[j], j + 1)
        else:
            return None
    day, end = hit[0], _range_end(ts, hit[1])
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
    """Over the second day of `12-15`, `12 to 15`; the first is when it begins."""
    if not 1 <= ts.nums[end + 1] <= 31 or ts.width(end + 1) > 2:
        return end
    after = ts.words[end + 2]
    if ts.words[end] in _TO:
        month_follows = after in MONTHS or (after == "of" and ts.words[end + 3] in MONTHS)
        return end + 2 if month_follows or text_end(ts, end + 2) else end
    dashed = ts.words[end] in ("-", "–") and ts.glued(end) and ts.glued(end + 1)
    return end + 2 if dashed and not (after in ("-", "–", ":") and ts.glued(end + 2)) else end


def _with_year(ts: Tokens, month: int, day: int, end: int, cx: Context) -> Hit | None:
    """A month's day, and the year that may follow it; None where that year is out of reach, as in `31 May 9999`."""
    j = end
    if ts.words[j] in (",", "in", "of", "-", "/"):
        j = j + 3 if ts.words[j + 1 : j + 3] == ["the", "year"] else j + 1
    if odd_year(ts, j):
        return None
    hit = year_number(ts, j)
    if hit and ts.words[hit[1]] == ":":
        hit = None
    year = None
    if hit and not (ts.nums[j] < 0 and ts.words[j] not in ("'", "’") and _is_time(ts, hit[1])):
        year, end = hit
    elif year is None and 13 <= ts.nums[end] <= 69 and not ts.words[end + 1] and ts.ends[end] - ts.starts[end] == 2:
        year, end = century(ts.nums[end]), end + 1
    elif ts.words[end] in ("next", "this") and ts.words[end + 1] == "year":
        year, end = cx.today.year + (ts.words[end] == "next"), end + 2
    wrong = impossible(month, day, year)
    return (wrong or MonthDay(month, day, year)), end


def _is_time(ts: Tokens, j: int) -> bool:
    return ts.words[j] in ("am", "pm", "a", "p", "o'clock")


_THIS_MONTH: Final = led(
    word(("of", "in")),
    either(
        mapped(then(maybe(word(("the",))), then(word(NEXT), word(MONTH))), lambda _: 1),
        mapped(then(word(("the", "this", "current")), word(MONTH)), lambda _: 0),
        mapped(then(word(("this", "the")), then(word(("coming", "current")), word(MONTH))), lambda _: 0),
    ),
)
"""`of next month`, `of the month`: months from this one."""


def day_of_month(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`the 21st`, `21st`, `the twenty fourth`, `the 15th day`, `20 of next month`."""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    if hit := _of_month(ts, j, cx):
        return hit
    result = ordinal(ts, j)
    if result is None and words[i] == "the" and 1 <= ts.nums[j] <= 31 and ts.width(j) <= 2:
        result = (ts.nums[j], j + 1)
        if words[j + 1] in (":", ".", "/") and ts.nums[j + 2] >= 0:
            return None
    if result is None or not 1 <= result[0] <= 31:
        return None
    day, end = result
    if words[end] in DAY and words[end + 1] in ("", ".", ",", "of", "in"):
        end += 1
    if _counts_on(ts, end) or _spelled_alone(ts, i, j):
        return None
    return DayOfMonth(day, Level.WEAK), end


def _of_month(ts: Tokens, j: int, cx: Context) -> Hit | None:
    """`20 of next month`, `the 10th of the month`, which is the next one where its day is over."""
    day = day_number(ts, j)
    if day is None:
        return None
    number, end = day
    month = _THIS_MONTH(ts, end + 1 if ts.words[end] in DAY else end)
    if month is None:
        return None
    index = cx.today.year * 12 + cx.today.month - 1 + month[0]
    first = dt.date(index // 12, index % 12 + 1, 1)
    if month[0] == 0 and number < cx.today.day and ts.words[month[1] - 2] == "the":
        return DayOfMonth(number, Level.FAIR), month[1]
    wrong = impossible(first.month, number, first.year)
    return (wrong or Day(first.replace(day=number), level=Level.STRONG)), month[1]


def _counts_on(ts: Tokens, end: int) -> bool:
    """Whether an ordinal counts something else: `21st of each month`, `3rd week`, `1st of december 9999`."""
    words = ts.words
    month = end + 1 if words[end] in ("of", "in") else end
    return (
        (words[end] == "of" and words[end + 1] in ("each", "every"))
        or (words[month] in MONTHS and odd_year(ts, month + 1))
        or words[end] in (WEEK | MONTH | YEAR | QUARTER)
    )


def _spelled_alone(ts: Tokens, i: int, j: int) -> bool:
    """Whether an ordinal in words stands without `the`, a preposition or a weekday, so that it is no date."""
    words = ts.words
    return words[i] != "the" and ts.nums[j] < 0 and words[i - 1] not in ("on", "by", "due", "before", *WEEKDAYS)
