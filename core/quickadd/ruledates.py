"""The dates of a rule: `march 15`, `december 21st and 31st`, `7/20`, `every 2, every 15`, and holidays."""

from __future__ import annotations

from core.quickadd import holidays
from core.quickadd.days import EVERY, Days, step_and
from core.quickadd.errors import QuickAddError
from core.quickadd.numbers import day_number
from core.quickadd.numeric import impossible
from core.quickadd.tokens import Tokens
from core.quickadd.values import Impossible
from core.quickadd.words import MONTHS


def month_days(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`march 15`, `december 21st and 31st`, `15 march`, `4th of july`, `january and july`."""
    words = ts.words
    month = MONTHS.get(words[i])
    if month is not None:
        return _after_month(ts, i, month)
    return _before_month(ts, i)


def _before_month(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`15 march`, `21 and 31 dec`, `1 jan and 1 jul`; each of the days is in each of the months."""
    numbers, months, end = list[int](), list[int](), i
    j = i
    while (hit := _numbers_and_month(ts, j)) is not None:
        own, month, stop = hit
        if numbers and own != numbers and month not in months:
            break
        for number in own:
            _check(month, number)
        numbers += [number for number in own if number not in numbers]
        months += [month] if month not in months else []
        end = stop
        j = step_and(ts, end)
        if j == end or (len(numbers) > 1 and len(months) > 1):
            break
    return (Days(numbers=numbers, noun="date", months=months), end) if months else None


def _numbers_and_month(ts: Tokens, i: int) -> tuple[list[int], int, int] | None:
    """The days before a month's name, the month, and the index after it."""
    numbers: list[int] = []
    j = i
    while (hit := day_number(ts, j)) is not None:
        numbers.append(hit[0])
        j = hit[1] + 1 if ts.words[hit[1]] == "of" else hit[1]
        month = MONTHS.get(ts.words[j])
        if month is not None:
            return numbers, month, j + 1
        j = step_and(ts, hit[1])
        if j == hit[1]:
            return None
        j = j + 1 if ts.words[j] == "the" else j
    return None


def _after_month(ts: Tokens, i: int, month: int) -> tuple[Days, int]:
    words = ts.words
    end = i + 2 if words[i + 1] == "." and ts.glued(i + 1) else i + 1
    days = Days(months=[month])
    j = end + 1 if words[end] == "the" else end
    while (hit := day_number(ts, j)) is not None and words[hit[1]] not in (":", "am", "pm", "times", "x"):
        _check(month, hit[0])
        days.numbers.append(hit[0])
        days.noun = "date"
        end = hit[1]
        j = step_and(ts, end)
        if j == end:
            return days, end
        again = day_number(ts, j + 1) if words[j] in MONTHS else None
        if again and days.numbers == [again[0]]:
            days.months.append(MONTHS[words[j]])
            return days, again[1]
        j = j + 1 if words[j] == "the" else j
    if not days.numbers:
        while (k := step_and(ts, end)) > end and words[k] in MONTHS:
            days.months.append(MONTHS[words[k]])
            end = k + 1
    return days, end


def _check(month: int, day: int) -> None:
    wrong = impossible(month, day)
    if isinstance(wrong, Impossible):
        raise QuickAddError(wrong.message)


def holiday(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """A holiday that has the same date every year, or is the n-th weekday of its month."""
    hit = holidays.name(ts, i)
    if hit is None:
        return None
    rule, end = hit
    dates = [rule(year) for year in range(2019, 2047)]
    if len({(date.month, date.day) for date in dates}) == 1:
        return Days(numbers=[dates[0].day], noun="date", months=[dates[0].month]), end
    places = {(date.month, date.weekday(), (date.day - 1) // 7 + 1) for date in dates}
    if len(places) == 1:
        month, weekday, n = places.pop()
        return Days(nth=[(n, weekday)], months=[month]), end
    return None


def numeric_days(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`7/20`, `1/30 and 9/30`: the same day of one month or of several, the month first where it can be."""
    days, end, j = Days(noun="date"), i, i
    while ts.words[j + 1] == "/" and ts.glued(j + 1) and ts.nums[j + 2] > 0 and ts.words[j + 3] != "/":
        first, second = ts.nums[j], ts.nums[j + 2]
        month, day = (first, second) if first in range(1, 13) else (second, first)
        if month not in range(1, 13) or impossible(month, day) or (days.numbers and days.numbers != [day]):
            break
        days.numbers, end = [day], j + 3
        days.months.append(month)
        j = step_and(ts, end)
        if j == end:
            break
    return (days, end) if days.months else None


def bare_numbers(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`every 15`, `every 2, 15 and 27`, `every 2, every 15`: days of the month, where nothing follows to be counted."""
    days, j = Days(noun="date"), i
    if ts.words[i - 1] not in EVERY:
        return None
    while 1 <= ts.nums[j] <= 31 and ts.width(j) <= 2:
        days.numbers.append(ts.nums[j])
        after = step_and(ts, j + 1)
        if after == j + 1:
            return (days, after) if ts.words[after] in ("", ".", "!", "?", ")") else None
        j = after + 1 if ts.words[after] in EVERY else after
    return None
