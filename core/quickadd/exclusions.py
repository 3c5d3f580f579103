"""What a rule leaves out: `except on june 23rd and in may`, `but not on sundays`, `except daily at 12am`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from core.quickadd.match import closed, either, literal, lookup, maybe, then, word
from core.quickadd.moments import Phrase, phrase_at, through
from core.quickadd.numbers import day_number
from core.quickadd.periods import last_day
from core.quickadd.reading import TRIGGERS, Reading
from core.quickadd.ruledays import read_days
from core.quickadd.spec import Exclusion, Spec
from core.quickadd.values import Day, Grain
from core.quickadd.words import DAY, MONTH, MONTHS, WEEKDAYS, word_set

_LEAD: Final = either(
    *(literal(lead) for lead in ("other than", "apart from", "other from", "apart than", "not on", "not in", "not")),
    then(
        word(word_set("except excepting excluding but without skipping skip minus save")),
        maybe(word(word_set("not for on"))),
    ),
)
_BEFORE_ONE: Final = word_set("on in for not the during")
_EACH: Final = word_set("every each ev")
_JOINS: Final = frozenset({",", "and", "or", "&"})
_MOST: Final = 24
"""Exceptions of one rule."""
_LONGEST: Final = 366
"""Days in a row that may be left out."""


def excluding(r: Reading) -> bool:
    """`except on june 23rd and in may`, `but not on sundays`, `except daily at 12am`."""
    lead = _LEAD(r.ts, r.i)
    if lead is None or (r.ts.words[r.i] in ("not", "save", "skip") and not r.spec.freq):
        return False
    words, end, j = r.ts.words, None, lead[1]
    month_before = words[j - 1] in ("in", "during")
    for _ in range(_MOST):
        j, leads_month = _over_leads(r, j)
        month_before |= leads_month
        stop = _exclude_one(r, j, month_before=month_before)
        if stop is None:
            break
        end = j = stop
        while words[j] in _JOINS:
            j += 1
        if j == end:
            break
    if end is None:
        return False
    r.i = end
    return True


def _over_leads(r: Reading, j: int) -> tuple[int, bool]:
    """Over `on`, `in`, `every`; also whether a month is led to."""
    words, month = r.ts.words, False
    while words[j] in _BEFORE_ONE or (words[j] in _EACH and words[j + 1] in WEEKDAYS):
        month |= words[j] in ("in", "during")
        j += 1
    return j, month


def _exclude_one(r: Reading, j: int, *, month_before: bool) -> int | None:
    """Add one exception to the rule; the index after it, or None where none is read."""
    phrase = phrase_at(r.ts, j, r.cx)
    dated = phrase is not None and any(r.ts.nums[k] >= 0 for k in range(j, phrase.end))
    month = MONTHS.get(r.ts.words[j])
    if month and (month_before or phrase is None) and not dated:
        r.spec.exclusions.append(Exclusion(month=month))
        return j + 1
    hit = next((one for read in _EXCEPTIONS if (one := read(r, j, phrase))), None)
    if hit is None:
        return None
    r.spec.exclusions.append(hit[0])
    return hit[1]


def _weekdays(r: Reading, j: int, phrase: Phrase | None) -> tuple[Exclusion, int] | None:
    days = read_days(r.ts, j)
    if days is None or not days[0].weekdays or days[0].nth or (phrase is not None and phrase.end > days[1]):
        return None
    return Exclusion(weekdays=frozenset(days[0].weekdays)), days[1]


def _rule(r: Reading, j: int, _: Phrase | None) -> tuple[Exclusion, int] | None:
    """`daily at 12am`, `the last friday of each month`."""
    if r.ts.words[j] not in TRIGGERS and r.ts.words[j] not in ("first", "last"):
        return None
    inner = r.nested(r.ts, j, r.cx)
    if inner is None or inner.spec.interval != 1 or inner.spec.positions or inner.spec.year_days:
        return None  # what takes counting from a start, which an exception has not
    return Exclusion(rule=inner.spec), inner.end


_DAY_OF_MONTH: Final = closed(
    either(lookup({"last": -1}), day_number),
    then(maybe(word(DAY)), then(word(("of",)), then(maybe(word(("the", "each", "every", "a", "any"))), word(MONTH)))),
)


def _day_of_month(r: Reading, j: int, _: Phrase | None) -> tuple[Exclusion, int] | None:
    """`the first of the month`, `the last day of each month`: one day of every month."""
    hit = _DAY_OF_MONTH(r.ts, j)
    return (Exclusion(rule=Spec(freq="MONTHLY", month_days=[hit[0]])), hit[1]) if hit else None


def _dates(r: Reading, _: int, phrase: Phrase | None) -> tuple[Exclusion, int] | None:
    """`december 24`, `24 dec to 26 dec`, `tomorrow at 9`, `march 2011`."""
    if phrase is None or phrase.when.error or not phrase.has_day:
        return None
    phrase = through(r.ts, phrase, r.cx, both=False)
    first, last = phrase.when.date, phrase.last or phrase.when.date
    wide = next((item for item in phrase.items if isinstance(item, Day) and item.grain is not Grain.DAY), None)
    if wide and len(phrase.items) == 1:
        first, last = wide.date, wide.date + dt.timedelta(days=6) if wide.grain is Grain.WEEK else last_day(wide)
    if (last - first).days > _LONGEST:
        return None
    return Exclusion(date=first, last=last, time=phrase.when.time), phrase.end


_EXCEPTIONS: Final[tuple[Callable[[Reading, int, Phrase | None], tuple[Exclusion, int] | None], ...]] = (
    _weekdays, _day_of_month, _rule, _dates,
)  # fmt: skip
