"""The grammar of rules: clauses in any order, one of which says how often.

`every 2 weeks on tue at 9 starting 8 Dec until June`, `2nd and last fri of each month`, `daily except in may`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from core.quickadd import holidays
from core.quickadd.bounds import after_completion, between, count, starting, until
from core.quickadd.days import Days
from core.quickadd.errors import QuickAddError
from core.quickadd.exclusions import excluding
from core.quickadd.frequency import every
from core.quickadd.moments import day_at
from core.quickadd.reading import TRIGGERS, Reading, Rule
from core.quickadd.ruledays import WORK_WEEK, read_days
from core.quickadd.ruletimes import at, part_time
from core.quickadd.tokens import Tokens
from core.quickadd.values import Context
from core.quickadd.words import MONTHS, VOCABULARY, WEEKDAYS, word_set


def read(r: Reading) -> int | None:
    """Read as many clauses as follow one another; the index after the last, or None if they make no rule."""
    end = None
    for _ in range(16):
        here = r.i
        _skip_joints(r)
        at = r.i
        if not any(clause(r) for clause in _CLAUSES) or r.i == at:
            r.i = here
            break
        end = r.i
    if end is None or not _complete(r):
        return None
    return end


def _skip_joints(r: Reading) -> None:
    while r.ts.words[r.i] in (",", ";") and r.ts.words[r.i + 1]:
        r.i += 1


def on(r: Reading) -> bool:
    """`on mon and wed`, `the 4th`, `mondays`, `last friday`, `on december 21st and 31st`."""
    words, i = r.ts.words, r.i
    if len(r.days) > 1 or (words[i] in ("every", "each", "from") and not _weekday_range(r, i)):
        return False
    hit = read_days(r.ts, i)
    if hit is None or hit[1] == i:
        return False
    days, end = hit
    if days.months and not days.numbers and not days.nth and words[i] not in ("every", "each"):
        return False
    if r.days and r.days[-1].weekdays and days.weekdays:
        return False
    r.plural |= days.plural
    r.days.append(days)
    r.i = end
    return True


def _weekday_range(r: Reading, i: int) -> bool:
    return r.ts.words[i] == "from" and r.ts.words[i + 1] in WEEKDAYS


def months(r: Reading) -> bool:
    """`in june and july`."""
    words, i = r.ts.words, r.i
    if words[i] not in ("in", "during", "of") or words[i + 1] not in MONTHS or not r.spec.freq:
        return False
    j = i + 1
    while words[j] in MONTHS:
        r.spec.months.append(MONTHS[words[j]])
        r.i = j + 1
        j += 2 if words[j + 1] in (",", "and", "&") else 1
        if words[j] == "and":
            j += 1
    return True


def _complete(r: Reading) -> bool:
    """Put days, frequency, start and end together; False where they make no rule."""
    spec = r.spec
    if spec.freq is None:
        if not r.plural and not _is_series(r):
            return False
        r.listed = not r.plural
        spec.freq = "WEEKLY"
    if _are_crossed(r.days) or not all(_place(r, days) for days in r.days):
        return False
    if r.part and not spec.hours:
        hour, minute = part_time(r.part, r.cx)
        spec.hours, spec.minutes = [hour], [minute]
    if r.times:
        each = len(spec.hours) * len(spec.minutes)
        places = sorted(spec.hours.index(h) * len(spec.minutes) + spec.minutes.index(m) + 1 for h, m in set(r.times))
        count = len(spec.weekdays) if spec.freq == "WEEKLY" and spec.weekdays else 1
        spec.positions = [day * each + place for day in range(count) for place in places]
    if r.until_at is not None:
        cx = r.cx
        if spec.start and spec.start > cx.today:
            cx = replace(cx, now=dt.datetime.combine(spec.start, dt.time(), cx.now.tzinfo))
        hit = day_at(r.ts, r.until_at, cx)
        spec.until = hit[0] if hit else None
    return True


def _are_crossed(days: list[Days]) -> bool:
    """Whether days of several months differ, as in `jan 14, jun 15`: in one rule each month would have all of them."""
    dated = [one for one in days if one.months and one.numbers]
    return len(dated) > 1 and any(one.numbers != dated[0].numbers for one in dated)


def _is_series(r: Reading) -> bool:
    """Whether several weekdays are a series without an `every`: with a time, mon-fri, or three of them in a list."""
    if r.spec.hours or any(days.ranged and tuple(days.weekdays) == WORK_WEEK for days in r.days):
        return any(days.listed or days.ranged for days in r.days)
    return any(days.listed and len(days.weekdays) > 2 for days in r.days)


def _place(r: Reading, days: Days) -> bool:
    """Which parts of the rule the days are."""
    spec = r.spec
    spec.months += [month for month in days.months if month not in spec.months]
    if (
        spec.months
        and spec.freq in ("MONTHLY", "WEEKLY", "DAILY")
        and (days.numbers or days.nth)
        and spec.interval == 1
    ):
        spec.freq = "YEARLY"
    if days.nth:
        if spec.freq not in ("MONTHLY", "YEARLY"):
            return False
        spec.weekdays += days.nth
    if days.noun == "workday":
        spec.weekdays += [(0, day) for day in days.weekdays]
        spec.positions += days.numbers
        return spec.freq in ("MONTHLY", "YEARLY")
    spec.weekdays += [(0, day) for day in days.weekdays if (0, day) not in spec.weekdays]
    if days.numbers:
        return _place_numbers(r, days)
    return True


def _place_numbers(r: Reading, days: Days) -> bool:
    spec = r.spec
    if spec.freq == "YEARLY" and not spec.months:
        spec.year_days += days.numbers
    elif spec.freq == "WEEKLY" and spec.weekdays and spec.interval == 1 and days.noun == "date":
        spec.freq = "MONTHLY"  # friday the 13th
        spec.month_days += days.numbers
    elif spec.freq == "WEEKLY":
        if days.noun != "day" or len(days.numbers) != 1 or not -1 <= days.numbers[0] <= 7:
            return False
        spec.weekdays.append((0, days.numbers[0] - 1 if days.numbers[0] > 0 else 6))
    elif spec.freq in ("MONTHLY", "YEARLY"):
        if any(not -31 <= number <= 31 for number in days.numbers):
            return False
        spec.month_days += [number for number in days.numbers if number not in spec.month_days]
    else:
        return False
    return True


_CLAUSES: Final = (every, after_completion, between, at, starting, until, excluding, count, months, on)


_BEGINS: Final = VOCABULARY.union(
    TRIGGERS,
    holidays.STARTS,
    word_set(
        "@ , ; around about approximately between except excluding excepting without skipping other apart as up "
        "starting commencing starts begins effective ending ends for when since once final midday high lunch lunchtime "
        "during"
    ),
)
"""Words that a clause of a rule may begin with; so may a number."""


def might_hold_rule(ts: Tokens) -> bool:
    """Whether any word of the line can make a rule, so that the rest need not look."""
    return not TRIGGERS.isdisjoint(ts.words) or len(WEEKDAYS.keys() & set(ts.words)) > 1


def read_rule(ts: Tokens, i: int, cx: Context) -> Rule | None:
    """The rule that begins at a token, or None. Raises QuickAddError for a day that no month has."""
    if ts.nums[i] < 0 and ts.words[i] not in _BEGINS:
        return None
    reading = Reading(ts, i, cx, read_rule)
    try:
        end = read(reading)
    except QuickAddError:
        raise
    except (OverflowError, ValueError):
        return None  # outside the calendar
    if end is None:
        return None
    return Rule(i, end, reading.spec, reading.certain, reading.listed)
