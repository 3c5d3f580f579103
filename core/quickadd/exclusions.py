"""What a rule leaves out: `except on june 23rd and in may`, `but not on sundays`, `except daily at 12am`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from core.quickadd.moments import phrase_at, through
from core.quickadd.reading import TRIGGERS, Reading
from core.quickadd.ruledays import read_days
from core.quickadd.spec import Exclusion
from core.quickadd.words import MONTHS, WEEKDAYS, word_set

_EXCEPTS: Final = word_set("except excluding excepting but without skipping")
_LONGEST: Final = 62
"""Days that may be left out one by one."""


def excluding(r: Reading) -> bool:
    """`except on june 23rd and in may`, `but not on sundays`, `except daily at 12am`."""
    words, i = r.ts.words, r.i
    if words[i] in ("other", "apart") and words[i + 1] in ("than", "from"):
        j = i + 2
    elif words[i] in _EXCEPTS:
        j = i + 2 if words[i + 1] in ("not", "for", "on") else i + 1
    else:
        return False
    end = None
    month_before = False
    for _ in range(24):
        while words[j] in ("on", "in", "for", "not", "the", "every", "each", "during") and not (
            words[j] in ("every", "each") and words[j + 1] not in WEEKDAYS
        ):
            month_before |= words[j] in ("in", "during")
            j += 1
        stop = _exclude_one(r, j, month_before=month_before)
        if stop is None:
            break
        end = j = stop
        while words[j] in (",", "and", "or", "&"):
            j += 1
        if j == end:
            break
    if end is None:
        return False
    r.i = end
    return True


def _exclude_one(r: Reading, j: int, *, month_before: bool) -> int | None:
    ts, words = r.ts, r.ts.words
    exclusions = r.spec.exclusions
    phrase = phrase_at(ts, j, r.cx)
    dated = phrase is not None and any(ts.nums[k] >= 0 for k in range(j, phrase.end))
    if words[j] in MONTHS and (month_before or phrase is None) and not dated:
        exclusions.append(Exclusion(month=MONTHS[words[j]]))
        return j + 1
    days = read_days(ts, j)
    if days and days[0].weekdays and not days[0].nth and (phrase is None or phrase.end <= days[1]):
        exclusions.append(Exclusion(weekdays=frozenset(days[0].weekdays)))
        return days[1]
    if words[j] in TRIGGERS or words[j] == "first" or words[j] == "last":
        inner = r.nested(ts, j, r.cx)
        if inner:
            exclusions.append(Exclusion(rule=inner.spec))
            return inner.end
    if phrase and not phrase.when.error and phrase.has_day:
        phrase = through(ts, phrase, r.cx)
        span = (phrase.last - phrase.when.date).days if phrase.last else 0
        if span > _LONGEST:
            return None
        for day in range(span + 1):
            exclusions.append(Exclusion(date=phrase.when.date + dt.timedelta(days=day), time=phrase.when.time))
        return phrase.end
    return None
