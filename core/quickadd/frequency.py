"""How often: `every 2 weeks`, `of each month`, `every other friday`, `daily`, `once a month`, `every 5th fri`."""

from __future__ import annotations

from core.quickadd.numbers import ordinal, quantity
from core.quickadd.reading import ADVERBS, Reading
from core.quickadd.relative import unit
from core.quickadd.ruledays import Days, read_days
from core.quickadd.values import Amount
from core.quickadd.words import DAY, MONTHS, PARTS, WEEKDAY_PLURALS, WEEKDAYS, WEEKEND, WORKDAY


def every(r: Reading) -> bool:
    """`every 2 weeks`, `of each month`, `each friday`, `every other`, `daily`, `once a month`."""
    ts, words, i = r.ts, r.ts.words, r.i
    if r.spec.freq:
        return _adverbial_unit(r)
    j = i
    if words[j] in ("of", "in", "for") and words[j + 1] in ("each", "every", "the"):
        j += 1
    if words[j] == "once" and words[j + 1] in ("a", "an", "per", "every", "each", *ADVERBS):
        j += 1
    if words[j] in ADVERBS or words[j] in ("bi", "semi"):
        return _adverb(r, j)
    if words[j] in ("a", "an", "per") and words[j - 1] == "once":
        return _unit(r, j + 1, 1)
    if words[j] == "alternate":
        return _body(r, j + 1, 2)
    if words[j] not in ("every", "each", "ev"):
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


def _adverb(r: Reading, j: int) -> bool:
    words = r.ts.words
    factor, k = 1, j
    if words[j] in ("bi", "semi"):
        k = j + 2 if words[j + 1] == "-" else j + 1
        if words[k] not in ("weekly", "monthly", "annually", "yearly", "annual"):
            return False
        if words[j] == "semi":
            if words[k] not in ("annually", "yearly"):
                return False
            r.spec.freq, r.spec.interval = "MONTHLY", 6
            r.i = k + 1
            return True
        factor = 2
    r.spec.freq, r.spec.interval = ADVERBS[words[k]][0], ADVERBS[words[k]][1] * factor
    if words[k] == "nightly":
        r.part = "night"
    r.i = k + 1
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
    found = read_days(ts, j) if words[j] not in ("on", "of", "every", "each") else None
    if found is None:
        return False
    r.days.append(found[0])
    r.spec.interval = interval
    r.i = found[1]
    _implied(r, found[0])
    return True


def _unit(r: Reading, j: int, interval: int) -> bool:
    words = r.ts.words
    if words[j] in WORKDAY or words[j] in WEEKEND or (words[j] in ("business", "working") and words[j + 1] in DAY):
        return False
    if words[j] == "half" and words[j + 1] in ("hour", "year", "day"):
        _freq(r, Amount(seconds=1800) if words[j + 1] == "hour" else Amount(months=6), 1)
        if words[j + 1] == "day":
            r.spec.freq, r.spec.interval = "HOURLY", 12
        r.i = j + 2
        return True
    if words[j] in ("night", "nights") or (words[j] == "month" and words[j + 1] in ("end", "-")):
        return False
    one = unit(r.ts, j)
    if one is None or (len(words[j]) == 1 and not r.ts.glued(j)):
        return False
    _freq(r, one[0], interval)
    r.i = one[1]
    return True


def _counted(r: Reading, j: int) -> bool:
    """`3 days`, `two weeks`, `couple of months`, `half an hour`, `2 mondays`."""
    count = quantity(r.ts, j)
    if count is None or ordinal(r.ts, j) is not None:
        return False
    number, k = count
    if r.ts.words[k] in WEEKDAYS or r.ts.words[k] in WEEKDAY_PLURALS:
        index = WEEKDAYS.get(r.ts.words[k], WEEKDAY_PLURALS.get(r.ts.words[k], 0))
        r.days.append(Days(weekdays=[index]))
        r.spec.freq, r.spec.interval, r.i = "WEEKLY", max(1, int(number)), k + 1
        return True
    k = k + 1 if r.ts.words[k] == "-" else k
    one = unit(r.ts, k)
    if one is None or not 0 < number <= 9999:
        return False
    if one[0].workdays:
        return False
    if not _freq(r, one[0].times(number), 1):
        return False
    r.i = one[1]
    return True


def _freq(r: Reading, length: Amount, interval: int) -> bool:
    """The frequency of a length of time."""
    spec = r.spec
    if length.months and not length.days and not length.seconds:
        spec.freq, count = ("YEARLY", length.months // 12) if length.months % 12 == 0 else ("MONTHLY", length.months)
    elif length.days and not length.months and not length.seconds:
        spec.freq, count = ("WEEKLY", length.days // 7) if length.days % 7 == 0 else ("DAILY", length.days)
    elif length.seconds and not length.months:
        seconds = length.seconds + length.days * 86_400
        step = 3600 if seconds % 3600 == 0 else 60 if seconds % 60 == 0 else 1
        spec.freq, count = {3600: "HOURLY", 60: "MINUTELY", 1: "SECONDLY"}[step], seconds // step
    else:
        return False
    spec.interval = count * interval
    return True


def _nth(r: Reading, n: int, j: int) -> bool:
    """`every 5th fri`, `every 4th day`: an interval, unless `of the month` follows."""
    words = r.ts.words
    if _of_month(r, j + 1) or n < 2:
        return False
    if words[j] in WEEKDAYS:
        if words[j + 1] in (",", "and", "&") and ordinal(r.ts, j + 2):
            return False
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
