"""From when, until when, how many times: `starting 8 Dec`, `until June`, `for the next 3 years`, `10x`."""

from __future__ import annotations

from typing import Final

from core.quickadd.match import either, literal, mapped, maybe, then, word
from core.quickadd.moments import THROUGH, day_at, phrase_at, through
from core.quickadd.numbers import cardinal
from core.quickadd.reading import SURE, Reading
from core.quickadd.relative import amount, unit
from core.quickadd.words import MONTHS, word_set

_STARTS: Final = word_set("starting beginning commencing start starts begins from effective")
_UNTILS: Final = word_set("until till til through thru ending ends end")
_LONGEST_DAY: Final = 8
"""Tokens a first day may have before the word that leads to the last: `monday the 7th of december 2026 to`."""
_TIMES: Final = word_set("times time occurrences occurrence repetitions repeats x ×")
_DONE: Final = word_set("completion completing complete completed finish finishing finished done doing do")
_I_AM: Final = word_set("i i'm i've it's it is have am the last been we was get my")


def starting(r: Reading) -> bool:
    """`starting next tuesday`, `from 8 Dec at 9`."""
    words, i = r.ts.words, r.i
    j = i
    if words[i] == "as" and words[i + 1] == "of":
        j = i + 2
    elif words[i] in _STARTS and words[i + 1] != "of":
        j = i + 1
    else:
        return False
    j = j + 1 if words[j] in ("on", "in", "from", "at", "by") else j
    if words[j] == "now":
        return False
    if words[j] == "in" and words[j + 1] not in MONTHS:
        j -= 1
    phrase = phrase_at(r.ts, j, r.cx)
    if phrase is None or phrase.when.error or phrase.when.past:
        return False
    if not phrase.has_day and not phrase.has_time:
        return False
    if phrase.has_day:
        r.spec.start = phrase.when.date
    time = phrase.when.time
    if time and not r.spec.hours:
        if r.spec.freq in ("HOURLY", "MINUTELY", "SECONDLY"):
            r.spec.start_time = time
        else:
            r.spec.hours, r.spec.minutes = [time.hour], [time.minute]
    r.i = phrase.end
    return True


def between(r: Reading) -> bool:
    """`1 dec to 5 dec`, `from 24 march until 2 april`: the first and the last day in one."""
    words, i = r.ts.words, r.i
    j = i + 1 if words[i] in ("from", "between") else i
    if r.spec.start or (r.ts.nums[j] < 0 and words[j] not in MONTHS and words[j] not in ("the", "today", "tomorrow")):
        return False
    if THROUGH.isdisjoint(words[j + 1 : j + _LONGEST_DAY]) or (not r.spec.freq and SURE.isdisjoint(words)):
        return False
    phrase = phrase_at(r.ts, j, r.cx)
    if phrase is None or (phrase := through(r.ts, phrase, r.cx)).last is None:
        return False
    r.spec.start, r.spec.until = phrase.when.date, phrase.last
    time = phrase.when.time
    if time and not r.spec.hours:
        r.spec.hours, r.spec.minutes = [time.hour], [time.minute]
    r.i = phrase.end
    return True


def until(r: Reading) -> bool:
    """`until june`, `through friday`, `to March 3`."""
    words, i = r.ts.words, r.i
    if words[i] == "up" and words[i + 1] == "to":
        j = i + 2  # `up to 7x` is none of these
    elif words[i] in _UNTILS or (words[i] == "to" and r.spec.start):
        j = i + 1
    else:
        return False
    j = j + 1 if words[j] in ("on", "in", "by", "at") else j
    if words[j] == "after":
        count = cardinal(r.ts, j + 1)
        if count and r.ts.words[count[1]] in _TIMES and count[0]:
            r.spec.count, r.i = count[0], count[1] + 1
            return True
        return False
    hit = day_at(r.ts, j, r.cx)
    if hit is None:
        return False
    r.until_at = j
    r.i = hit[1]
    return True


_OFTEN: Final = {"once": 1, "twice": 2, "thrice": 3}
_UP_TO: Final = literal("up to")
_LEAD: Final = either(
    then(word(("for",)), maybe(either(_UP_TO, literal("at most"), literal("a maximum of")))),
    mapped(either(_UP_TO, literal("at most")), lambda lead: (lead, None)),
)
_NEXT: Final = then(maybe(word(("the",))), maybe(word(("next",))))


def count(r: Reading) -> bool:
    """`for 4 times`, `10x`, `twice`, `up to 7x`, `for up to 2 months`, `for the next 3 years`."""
    lead = _LEAD(r.ts, r.i)
    (_, ahead), j = _NEXT(r.ts, lead[1] if lead else r.i) or ((None, None), r.i)
    return _times(r, j, led=lead is not None) or (lead is not None and _length(r, j, ahead=ahead is not None))


def _times(r: Reading, j: int, *, led: bool) -> bool:
    """`4 times`, `10x`, `x 10`, `5 more times`, `twice`."""
    words = r.ts.words
    often = _OFTEN.get(words[j])
    if often and words[j + 1] not in ("a", "an", "per", "each", "every", "daily", "weekly", "monthly", "yearly"):
        if not (r.spec.freq or led) or (often == 1 and not led):
            return False
        r.spec.count, r.i = often, j + 1
        return True
    crossed = words[j] in ("x", "×")
    number = cardinal(r.ts, j + crossed)
    if number is None or not number[0]:
        return False
    end = number[1] + (words[number[1]] == "more")
    if not crossed and words[end] not in _TIMES:
        return False
    after = end + (words[end] in _TIMES)
    if not led and not r.spec.freq and words[after] in SURE:
        return False  # three times daily: how often on each day, not how many days
    r.spec.count, r.i = number[0], after
    return True


def _length(r: Reading, j: int, *, ahead: bool) -> bool:
    """`3 years`, `the next month`."""
    one = unit(r.ts, j) if ahead and r.ts.words[j] in ("week", "month", "year") else None
    length = one or amount(r.ts, j)
    if length is None or length[0].seconds:
        return False
    r.spec.length, r.i = length
    return True


def after_completion(r: Reading) -> bool:
    """`after I finish`, `after completion`, `from completion`."""
    words, i = r.ts.words, r.i
    if words[i] not in ("after", "from", "since", "when", "once"):
        return False
    j = i + 1
    while words[j] in _I_AM:
        j += 1
    if words[j] not in _DONE:
        return False
    r.spec.from_completion = True
    r.i = j + 1
    while words[r.i] in ("it", "this", "that", "with") and words[r.i - 1] in _DONE | {"with"}:
        r.i += 1
    return True
