"""The days of a rule: `mon, wed and fri`, `the 1st and 15th`, `2nd and last friday`, `december 21st and 31st`."""

from __future__ import annotations

from typing import Final

from core.quickadd.days import EVERY, Days, step_and
from core.quickadd.numbers import ordinal
from core.quickadd.ruledates import bare_numbers, holiday, month_days, numeric_days
from core.quickadd.tokens import Tokens
from core.quickadd.words import DAY, MONTHS, WEEKDAY_PLURALS, WEEKDAYS, WEEKEND, WORKDAY

_THROUGH: Final = frozenset({"-", "–", "to", "through", "thru", "till", "until"})
_DASHES: Final = frozenset({"-", "–", "through", "thru"})
WORK_WEEK: Final = (0, 1, 2, 3, 4)


def read_days(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """The days named from a token on, in any of their forms."""
    j = i
    while ts.words[j] in ("on", "the", "of", *EVERY) and j < i + 3:
        if ts.words[j] in EVERY and j > i:
            break
        j += 1
    return next((hit for read in _FORMS if (hit := read(ts, j))), None)


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
    while (hit := _weekday_at(ts, j)) is not None:
        days.weekdays += [day for day in hit[0] if day not in days.weekdays]
        days.plural |= hit[1]
        days.ranged |= len(hit[0]) > 2 and not _DASHES.isdisjoint(ts.words[j : hit[2]])
        end = hit[2]
        pieces += 1
        j = step_and(ts, end)
        if j == end:
            break
        choice |= "or" in ts.words[end:j]
        while ts.words[j] in ("on", *EVERY) and j > end:
            j += 1
    if not days.weekdays:
        return None
    days.listed = not choice and pieces > 1
    days.weekdays.sort()
    return days, end


def _edges(ts: Tokens, i: int) -> tuple[Days, int] | None:
    """`begin of`, `end of`, `middle of`; `month end`."""
    word = ts.words[i]
    number = {"begin": 1, "beginning": 1, "start": 1, "end": -1, "middle": 15, "mid": 15}.get(word)
    if number is not None and (ts.words[i + 1] == "of" or word == "mid"):
        return Days(numbers=[number], noun="day"), i + 1
    if word == "month" and (ts.words[i + 1] == "end" or (ts.words[i + 1] == "-" and ts.words[i + 2] == "end")):
        return Days(numbers=[-1], noun="date"), i + 2 + (ts.words[i + 1] == "-")
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
    hit = ordinal(ts, i)
    if hit is None:
        if words[i - 1] == "the" and 1 <= ts.nums[i] <= 31 and words[i + 1] not in (":", ".", "/"):
            return ts.nums[i], i + 1
        return None
    number, j = hit
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
    while (hit := _number_at(ts, j)) is not None:
        pending.append(hit[0])
        end = hit[1]
        noun = _noun(ts, end, pending, days)
        if noun is not None:
            pending, end = [], noun
        j = step_and(ts, end)
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
        while (k := step_and(ts, end)) > end and words[k] in MONTHS:
            days.months.append(MONTHS[words[k]])
            end = k + 1
    return days, end


def _noun(ts: Tokens, i: int, pending: list[int], days: Days) -> int | None:
    """What the pending ordinals count, kept in `days`."""
    hit = _weekday_at(ts, i)
    if hit is not None:
        if hit[0] == WORK_WEEK:
            days.noun, days.weekdays = "workday", list(WORK_WEEK)
            days.numbers += pending
        else:
            days.nth += [(n, hit[0][0]) for n in pending]
        return hit[2]
    if ts.words[i] in DAY:
        days.noun = "day"
        days.numbers += pending
        return i + 1
    return None


_FORMS: Final = (_weekdays, _edges, month_days, holiday, _ordinals, numeric_days, bare_numbers)
