"""How often: `every 2 weeks`, `of each month`, `every other friday`, `daily`, `once a month`, `every 5th fri`."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from core.quickadd.days import Days
from core.quickadd.numbers import ordinal, quantity
from core.quickadd.reading import ADVERBS, Reading
from core.quickadd.relative import unit
from core.quickadd.ruledays import read_days
from core.quickadd.values import Amount
from core.quickadd.words import DAY, MONTHS, PARTS, WEEKDAY_PLURALS, WEEKDAYS, WEEKEND, WORKDAY, word_set

_EVERY: Final = word_set("every each ev")
_FREE_DAYS: Final = WEEKEND | WORKDAY
_FIFTH: Final = 5
"""Few months have a fifth friday: `every 5th friday` counts weeks, `every 3rd friday` is the month's third."""


def every(r: Reading) -> bool:
    """`every 2 weeks`, `of each month`, `each friday`, `every other`, `daily`, `once a month`."""
    if r.spec.freq:
        return _adverbial_unit(r)
    j = _over_leads(r, r.i)
    return _adverb(r, j) or _once_a(r, j) or _any(r, j) or _every(r, j)


def _over_leads(r: Reading, j: int) -> int:
    """Over what may stand before: `of each`, `once every`."""
    words = r.ts.words
    if words[j] in ("of", "in", "for") and words[j + 1] in ("the", *_EVERY):
        j += 1
    if words[j] == "once" and words[j + 1] in ("a", "an", "per", *_EVERY, *ADVERBS):
        j += 1
    return j


def _once_a(r: Reading, j: int) -> bool:
    """`once a month`, `alternate fridays`."""
    words = r.ts.words
    if words[j] in ("a", "an", "per") and words[j - 1] == "once":
        return _unit(r, j + 1, 1)
    return words[j] == "alternate" and _body(r, j + 1, 2)


def _any(r: Reading, j: int) -> bool:
    """`any weekend`, `all weekdays`, `all mondays`."""
    plural = r.ts.words[j] == "all" and r.ts.words[j + 1] in WEEKDAY_PLURALS
    if r.ts.words[j] not in ("any", "all") or not (plural or r.ts.words[j + 1] in _FREE_DAYS):
        return False
    return _body(r, j + 1, 1)


def _every(r: Reading, j: int) -> bool:
    ts, words = r.ts, r.ts.words
    if words[j] not in _EVERY:
        return False
    j += 1
    if words[j] == "!" and ts.glued(j):
        r.spec.from_completion = True
        j += 1
    if words[j] == "single":
        j += 1
    r.certain = True
    if words[j] in ("other", "alternate") or (words[j] == "second" and _is_unit_or_day(r, j + 1)):
        return _body(r, j + 1, 2)
    return _body(r, j, 1)


def _is_unit_or_day(r: Reading, j: int) -> bool:
    word = r.ts.words[j]
    return (unit(r.ts, j) is not None or word in WEEKDAYS or word in WEEKEND) and not _of_month(r, j + 1)


def _of_month(r: Reading, j: int) -> bool:
    words = r.ts.words
    return words[j] in ("of", "in") and words[j + 1] in ("the", "each", "every", "a", *MONTHS)


_PREFIXED: Final = {
    ("bi", "weekly"): ("WEEKLY", 2),
    ("bi", "monthly"): ("MONTHLY", 2),
    ("bi", "annually"): ("MONTHLY", 6),
    ("bi", "annual"): ("MONTHLY", 6),
    ("bi", "yearly"): ("YEARLY", 2),
    ("semi", "annually"): ("MONTHLY", 6),
    ("semi", "yearly"): ("MONTHLY", 6),
}
"""`bi-weekly`: frequency and interval."""


def _adverb(r: Reading, j: int) -> bool:
    """`daily`, `bi-weekly`, `semi-annually`."""
    words = r.ts.words
    k = j + 2 if words[j + 1] == "-" else j + 1
    hit, end = (ADVERBS[words[j]], j + 1) if words[j] in ADVERBS else (_PREFIXED.get((words[j], words[k])), k + 1)
    if hit is None:
        return False
    r.spec.freq, r.spec.interval = hit
    if words[j] == "nightly":
        r.part = "night"
    r.i = end
    return True


def _adverbial_unit(r: Reading) -> bool:
    """`every friday … of the month`: what a frequency may be narrowed by after it was said."""
    words, i = r.ts.words, r.i
    if words[i] in ("of", "in") and words[i + 1] in ("the", "each", "every", "a") and words[i + 2] in ("month", "year"):
        r.spec.freq = "MONTHLY" if words[i + 2] == "month" else "YEARLY"
        r.i = i + 3
        return True
    if words[i] in ("each", "every") and words[i + 1] in ("week", "month", "year") and r.spec.interval == 1:
        r.spec.freq = {"week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}[words[i + 1]]
        r.i = i + 2
        return True
    return False


def _body(r: Reading, j: int, interval: int) -> bool:
    """What follows `every`: a unit, a number of units, days, a part of the day."""
    ts, words = r.ts, r.ts.words
    second_day = words[j] == "second" and (words[j + 1] in WEEKDAYS or words[j + 1] in DAY)
    if not second_day and (_unit(r, j, interval) or _counted(r, j)):
        return True
    if words[j] in PARTS and words[j] != "eve":
        r.spec.freq, r.spec.interval = "DAILY", interval
        r.i = j
        return True
    nth = ordinal(ts, j)
    if nth and _nth(r, nth[0], nth[1]):
        return True
    hit = read_days(ts, j) if words[j] not in ("on", "of", *_EVERY) else None
    if hit is None:
        return False
    r.days.append(hit[0])
    r.spec.interval = interval
    r.i = hit[1]
    _implied(r, hit[0])
    return True


def _unit(r: Reading, j: int, interval: int) -> bool:
    words = r.ts.words
    if words[j] in WORKDAY or words[j] in WEEKEND or (words[j] in ("business", "working") and words[j + 1] in DAY):
        return False
    if words[j] == "half" and words[j + 1] in ("hour", "year", "day"):
        r.i = j + 2
        half = {"hour": Amount(seconds=1800), "day": Amount(seconds=43_200), "year": Amount(months=6)}
        return _freq(r, half[words[j + 1]], 1, 1)
    if words[j] in ("night", "nights") or (words[j] == "month" and words[j + 1] in ("end", "-")):
        return False
    one = unit(r.ts, j)
    if one is None or (len(words[j]) == 1 and not r.ts.glued(j)):
        return False
    _freq(r, one[0], 1, interval)
    r.i = one[1]
    return True


def _counted(r: Reading, j: int) -> bool:
    """`3 days`, `two weeks`, `couple of months`, `half an hour`, `2 mondays`."""
    count = quantity(r.ts, j)
    if count is None or ordinal(r.ts, j) is not None:
        return False
    number, k = count
    word = r.ts.words[k]
    index = WEEKDAYS.get(word, WEEKDAY_PLURALS.get(word))
    if index is not None or word in WEEKEND:
        r.days.append(Days(weekdays=[5, 6] if index is None else [index]))
        r.spec.freq, r.spec.interval, r.i = "WEEKLY", max(1, int(number)), k + 1
        return True
    k = k + 1 if r.ts.words[k] == "-" else k
    one = unit(r.ts, k)
    if one is None or not 0 < number <= 9999 or one[0].workdays or not _freq(r, one[0], number, 1):
        return False
    r.i = one[1]
    return True


def _freq(r: Reading, one: Amount, count: Fraction | int, interval: int) -> bool:
    """The frequency of so many units, told in the unit that was said: 14 days are 14 days, 2 weeks are 2 weeks."""
    length = one.times(Fraction(count))
    match length:
        case Amount(months=0, days=0, seconds=0):
            return False
        case Amount(days=0, seconds=0, months=months):
            larger = one.months % 12 == 0 and months % 12 == 0
            freq, steps = ("YEARLY", months // 12) if larger else ("MONTHLY", months)
        case Amount(months=0, seconds=0, days=days):
            larger = one.days % 7 == 0 and days % 7 == 0
            freq, steps = ("WEEKLY", days // 7) if larger else ("DAILY", days)
        case Amount(months=0, days=days, seconds=seconds):
            seconds += days * 86_400
            step = 3600 if seconds % 3600 == 0 else 60 if seconds % 60 == 0 else 1
            freq, steps = {3600: "HOURLY", 60: "MINUTELY", 1: "SECONDLY"}[step], seconds // step
        case _:
            return False
    r.spec.freq, r.spec.interval = freq, steps * interval
    return True


def _nth(r: Reading, n: int, j: int) -> bool:
    """`every 2nd fri`, `every 5th fri`, `every 4th day`: an interval, unless `of the month` follows."""
    words = r.ts.words
    if _of_month(r, j + 1) or n < 2:
        return False
    if words[j] in WEEKDAYS:
        if n in range(3, _FIFTH) or (words[j + 1] in (",", "and", "&") and ordinal(r.ts, j + 2)):
            return False  # the days of the month
        r.days.append(Days(weekdays=[WEEKDAYS[words[j]]]))
        r.spec.freq, r.spec.interval, r.i = "WEEKLY", n, j + 1
        return True
    if words[j] in WEEKEND:
        r.days.append(Days(weekdays=[5, 6]))
        r.spec.freq, r.spec.interval, r.i = "WEEKLY", n, j + 1
        return True
    return _unit(r, j, n)


def _implied(r: Reading, days: Days) -> None:
    """The frequency of `every` followed by days alone."""
    if days.months:
        r.spec.freq = "YEARLY"
    elif days.nth or days.numbers:
        r.spec.freq = "MONTHLY"
    else:
        r.spec.freq = "WEEKLY"
