"""The days of a rule: `mon, wed and fri`, `the 1st and 15th`, `2nd and last friday`, `december 21st and 31st`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from core.quickadd import holidays
from core.quickadd.errors import QuickAddError
from core.quickadd.numbers import day_number, ordinal
from core.quickadd.numeric import impossible
from core.quickadd.tokens import Tokens
from core.quickadd.values import Impossible
from core.quickadd.words import DAY, MONTHS, WEEKDAY_PLURALS, WEEKDAYS, WEEKEND, WORKDAY

_AND: Final = frozenset({",", "and", "&", "or", "/", "+"})
_EVERY: Final = frozenset({"every", "each", "ev"})
_THROUGH: Final = frozenset({"-", "–", "to", "through", "thru", "till", "until"})
_DASHES: Final = frozenset({"-", "–", "through", "thru"})
WORK_WEEK: Final = (0, 1, 2, 3, 4)


@dataclass(slots=True)
class Days:
    """Days as they are read; which rule they make is decided when its frequency is known."""

    weekdays: list[int] = field(default_factory=list)
    plural: bool = False
    listed: bool = False
    """Whether several weekdays were joined by `and` or commas, none by `or`."""
    ranged: bool = False
    """Whether they were said as `tue-thu`."""
    nth: list[tuple[int, int]] = field(default_factory=list)
    """(n, weekday): the second Friday is (2, 4), the last (-1, 4)."""
    numbers: list[int] = field(default_factory=list)
    """Ordinals of days; -1 is the last, -2 the last but one."""
    noun: str = "date"
    """What the numbers count: `day` when that word was said, `workday`, or `date`."""
    months: list[int] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing was read."""
        return not (self.weekdays or self.nth or self.numbers or self.months)


def read_days(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """The days named from a token on, in any of their forms."""
    j = i
    while ts.words[j] in ("on", "the", "of", *_EVERY) and j < i + 3:
        if ts.words[j] in _EVERY and j > i:
            break
        j += 1
    return next((found for read in _FORMS if (found := read(ts, j))), None)


def _weekday_at(ts: Tokens, i: int) -> tuple[tuple[int, ...], bool, int] | None:
    """One weekday, a range of them, weekdays or the weekend; also whether it was a plural."""
    word = ts.words[i]
    if word in WORKDAY:
        return WORK_WEEK, word.endswith("s"), i + 1
    if word in ("business", "working", "work") and ts.words[i + 1] in DAY:
        return WORK_WEEK, ts.words[i + 1] == "days", i + 2
    if word in WEEKEND:
        return (5, 6), word.endswith("s"), i + 1
    index = WEEKDAYS.get(word, WEEKDAY_PLURALS.get(word))
    if index is None:
        return None
    plural = word in WEEKDAY_PLURALS
    end = i + 1
    if ts.words[end] == "." and ts.glued(end) and not plural and ts.gaps[end + 1] and len(word) < 6:
        end += 1
    if ts.words[end] in _THROUGH:
        last = WEEKDAYS.get(ts.words[end + 1], WEEKDAY_PLURALS.get(ts.words[end + 1]))
        if last is not None:
            days = tuple((index + step) % 7 for step in range((last - index) % 7 + 1))
            return days, plural or ts.words[end + 1] in WEEKDAY_PLURALS, end + 2
    return (index,), plural, end


def _weekdays(ts: Tokens, i: int) -> tuple[Days, int] | None:
    j = i + 1 if ts.words[i] == "from" else i
    days = Days()
    end = i
    choice, pieces = False, 0
    while (found := _weekday_at(ts, j)) is not None:
        days.weekdays += [day for day in found[0] if day not in days.weekdays]
        days.plural |= found[1]
        days.ranged |= len(found[0]) > 2 and not _DASHES.isdisjoint(ts.words[j : found[2]])
        end = found[2]
        pieces += 1
        j = _step_and(ts, end)
        if j == end:
            break
        choice |= "or" in ts.words[end:j]
        while ts.words[j] in ("on", *_EVERY) and j > end:
            j += 1
    if not days.weekdays:
        return None
    days.listed = not choice and pieces > 1
    days.weekdays.sort()
    return days, end


def _step_and(ts: Tokens, i: int) -> int:
    """Over `,`, `and`, `, and`."""
    j = i
    while ts.words[j] in _AND and j < i + 2:
        j += 1
    return j


def _edges(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`begin of`, `end of`, `middle of`; `month end`."""
    word = ts.words[i]
    number = {"begin": 1, "beginning": 1, "start": 1, "end": -1, "middle": 15, "mid": 15}.get(word)
    if number is not None and (ts.words[i + 1] == "of" or word == "mid"):
        return Days(numbers=[number], noun="day"), i + 1
    if word == "month" and (ts.words[i + 1] == "end" or (ts.words[i + 1] == "-" and ts.words[i + 2] == "end")):
        return Days(numbers=[-1], noun="date"), i + 2 + (ts.words[i + 1] == "-")
    return None


def _month_days(ts: Tokens, i: int) -> tuple[Days, int] | None:
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
    while (found := _numbers_and_month(ts, j)) is not None:
        said, month, stop = found
        if numbers and said != numbers and month not in months:
            break
        for number in said:
            _check(month, number)
        numbers += [number for number in said if number not in numbers]
        months += [month] if month not in months else []
        end = stop
        j = _step_and(ts, end)
        if j == end or (len(numbers) > 1 and len(months) > 1):
            break
    return (Days(numbers=numbers, noun="date", months=months), end) if months else None


def _numbers_and_month(ts: Tokens, i: int) -> tuple[list[int], int, int] | None:
    """The days before a month's name, the month, and the index after it."""
    numbers: list[int] = []
    j = i
    while (found := day_number(ts, j)) is not None:
        numbers.append(found[0])
        j = found[1] + 1 if ts.words[found[1]] == "of" else found[1]
        month = MONTHS.get(ts.words[j])
        if month is not None:
            return numbers, month, j + 1
        j = _step_and(ts, found[1])
        if j == found[1]:
            return None
        j = j + 1 if ts.words[j] == "the" else j
    return None


def _after_month(ts: Tokens, i: int, month: int) -> tuple[Days, int]:
    words = ts.words
    end = i + 2 if words[i + 1] == "." and ts.glued(i + 1) else i + 1
    days = Days(months=[month])
    j = end + 1 if words[end] == "the" else end
    while (found := day_number(ts, j)) is not None and words[found[1]] not in (":", "am", "pm", "times", "x"):
        _check(month, found[0])
        days.numbers.append(found[0])
        days.noun = "date"
        end = found[1]
        j = _step_and(ts, end)
        if j == end:
            return days, end
        again = day_number(ts, j + 1) if words[j] in MONTHS else None
        if again and days.numbers == [again[0]]:
            days.months.append(MONTHS[words[j]])
            return days, again[1]
        j = j + 1 if words[j] == "the" else j
    if not days.numbers:
        while (k := _step_and(ts, end)) > end and words[k] in MONTHS:
            days.months.append(MONTHS[words[k]])
            end = k + 1
    return days, end


def _check(month: int, day: int) -> None:
    wrong = impossible(month, day)
    if isinstance(wrong, Impossible):
        raise QuickAddError(wrong.message)


def _holiday(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """A holiday that has the same date every year, or is the n-th weekday of its month."""
    found = holidays.name(ts, i)
    if found is None:
        return None
    rule, end = found
    dates = [rule(year) for year in range(2019, 2047)]
    if len({(date.month, date.day) for date in dates}) == 1:
        return Days(numbers=[dates[0].day], noun="date", months=[dates[0].month]), end
    places = {(date.month, date.weekday(), (date.day - 1) // 7 + 1) for date in dates}
    if len(places) == 1:
        month, weekday, n = places.pop()
        return Days(nth=[(n, weekday)], months=[month]), end
    return None


def _number_at(ts: Tokens, i: int) -> tuple[int, int] | None:
    """`first`, `2nd`, `last`, `2nd to the last`, `second last`, `penultimate`, `day 15`, `the 15`."""
    words = ts.words
    if words[i] in ("last", "final"):
        return -1, i + 1
    if words[i] == "penultimate" or (words[i] == "next" and words[i + 1] == "to" and words[i + 2] == "last"):
        return -2, i + 1 if words[i] == "penultimate" else i + 3
    if words[i] == "day" and 1 <= ts.nums[i + 1] <= 31:
        return ts.nums[i + 1], i + 2
    found = ordinal(ts, i)
    if found is None:
        if words[i - 1] == "the" and 1 <= ts.nums[i] <= 31 and words[i + 1] not in (":", ".", "/"):
            return ts.nums[i], i + 1
        return None
    number, j = found
    if words[j] == "last":
        return -number, j + 1
    if words[j] in ("to", "from") and words[j + 1] in ("the", "last"):
        k = j + 2 if words[j + 1] == "the" else j + 1
        if words[k] == "last":
            return -number, k + 1
    return (number, j) if 1 <= number <= 366 else None


def _ordinals(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """A list of ordinals and what they count."""
    words = ts.words
    days = Days()
    pending: list[int] = []
    j = end = i
    while (found := _number_at(ts, j)) is not None:
        pending.append(found[0])
        end = found[1]
        noun = _noun(ts, end, pending, days)
        if noun is not None:
            pending, end = [], noun
        j = _step_and(ts, end)
        if j == end:
            break
        while words[j] in ("the", "on") and j > end:
            j += 1
    days.numbers += pending
    if not days.numbers and not days.nth:
        return None
    if words[end] in ("of", "in") and words[end + 1] in MONTHS:
        days.months.append(MONTHS[words[end + 1]])
        end += 2
        while (k := _step_and(ts, end)) > end and words[k] in MONTHS:
            days.months.append(MONTHS[words[k]])
            end = k + 1
    return days, end


def _noun(ts: Tokens, i: int, pending: list[int], days: Days) -> int | None:
    """What the pending ordinals count, kept in `days`."""
    found = _weekday_at(ts, i)
    if found is not None:
        if found[0] == WORK_WEEK:
            days.noun, days.weekdays = "workday", list(WORK_WEEK)
            days.numbers += pending
        else:
            days.nth += [(n, found[0][0]) for n in pending]
        return found[2]
    if ts.words[i] in DAY:
        days.noun = "day"
        days.numbers += pending
        return i + 1
    return None


def _numeric_days(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`7/20`, `1/30 and 9/30`: the same day of one month or of several, the month first where it can be."""
    days, end, j = Days(noun="date"), i, i
    while ts.words[j + 1] == "/" and ts.glued(j + 1) and ts.nums[j + 2] > 0 and ts.words[j + 3] != "/":
        first, second = ts.nums[j], ts.nums[j + 2]
        month, day = (first, second) if first in range(1, 13) else (second, first)
        if month not in range(1, 13) or impossible(month, day) or (days.numbers and days.numbers != [day]):
            break
        days.numbers, end = [day], j + 3
        days.months.append(month)
        j = _step_and(ts, end)
        if j == end:
            break
    return (days, end) if days.months else None


def _bare_numbers(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`every 15`, `every 2, every 15, every 27`: days of the month, where nothing follows that they could count."""
    days, end, j = Days(noun="date"), i, i
    while ts.words[j - 1] in _EVERY and 1 <= ts.nums[j] <= 31 and ts.width(j) <= 2:
        after = _step_and(ts, j + 1)
        follows = ts.words[after] in _EVERY and 1 <= ts.nums[after + 1] <= 31
        if not (follows and after > j + 1) and ts.words[j + 1] not in ("", ".", "!", "?", ")"):
            break
        days.numbers.append(ts.nums[j])
        end, j = j + 1, after + 1
    return (days, end) if days.numbers else None


_FORMS: Final = (_weekdays, _edges, _month_days, _holiday, _ordinals, _numeric_days, _bare_numbers)
