"""Clock times and parts of the day: `5pm`, `15h20`, `half past three`, `twelve o three`, `9:30pm ist`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from core.quickadd.beside import DASHES, follows_day
from core.quickadd.hours import hour_at, starts_range
from core.quickadd.match import either, led, lookup, maybe, text_end, then, word
from core.quickadd.numbers import spelled
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Hit, Impossible, Level, Part
from core.quickadd.words import MINUTE, PARTS
from core.quickadd.zones import ZONES, zone_at

AT = frozenset(
    {"at", "@", "by", "around", "before", "after", "about", "until", "till", "from", "between", "approximately"}
)
"""Words after which a bare number is an hour."""
_PAST = frozenset({"past", "after"})
_TO = frozenset({"to", "till", "til", "'til", "before", "'till"})
_NOON: Final = either(
    led(maybe(word(("12", "twelve", "high", "exactly"))), lookup({"noon": 12, "midday": 12, "midnight": 0})),
    led(then(word(("mid",)), maybe(word(("-",)))), lookup({"day": 12, "night": 0})),
)
_TILL = DASHES | {"until", "till"}
_MEALS = {"at": 12, "lunchtime": 12, "before": 12, "after": 13, "around": 12, "by": 12}
_MEAL_WORDS = frozenset({"lunch", "lunchtime"})
_LONGEST = 6
"""Hours that two bare numbers may be apart to be a time."""
_STEPS = frozenset({5, 10, 15, 20, 25})


def part(ts: Tokens, i: int) -> Hit | None:
    """`in the morning`, `early evening`, `at night`; the bare word is weak."""
    j = i
    words = ts.words
    if words[i] in ("am", "pm") and follows_day(ts, i) and text_end(ts, i + 1):
        return Part("morning" if words[i] == "am" else "afternoon", Level.FAIR), i + 1
    if words[i] == "first" and words[i + 1] == "thing":
        j = i + 4 if words[i + 2] == "in" and words[i + 3] == "the" else i + 2
        return Part("morning"), j + 1 if words[j] == "morning" else i + 2
    if words[j] in ("in", "during", "at", "on"):
        j += 1
    if words[j] == "the" and j > i:
        j += 1
    if words[j] in ("early", "late", "mid"):
        j += 2 if words[j + 1] == "-" else 1
        if j == i + 1 and words[j] == "in":
            j += 2 if words[j + 1] == "the" else 1
    if words[j] not in PARTS:
        return None
    level = Level.FAIR if words[i] in ("in", "during") and words[i + 1] == "the" else Level.WEAK
    return Part(PARTS[words[j]], level), j + 1


def clock(ts: Tokens, i: int) -> Hit | None:
    """A time of day, with its range's end and its zone if they follow."""
    expected = (i > 0 and ts.words[i - 1] in AT) or starts_range(ts, i) or _zoned(ts, i)
    hit = _named(ts, i) or _relative(ts, i) or hour_at(ts, i, led=expected)
    if hit is None or isinstance(hit[0], Impossible):
        return hit
    value, j = hit
    assert isinstance(value, Clock)
    value, j = _range_end(ts, value, i, j)
    if ts.words[j] in ("sharp", "approximately", "approx", "exactly"):
        j += 1
    elif ts.words[j] == "-" and ts.words[j + 1] == "ish":
        j += 2
    elif ts.words[j] == "ish":
        j += 1
    zone = zone_at(ts, j)
    if zone and (value.level > Level.WEAK or ts.raw(j).isupper()):
        return replace(value, zone=zone[0], level=max(value.level, Level.FAIR)), zone[1]
    return value, j


def _zoned(ts: Tokens, i: int) -> bool:
    """Whether a bare number stands before a zone in capitals: the `8` of `thursday 8 PST`."""
    return 0 <= ts.nums[i] <= 24 and len(ts.words[i + 1]) > 2 and ts.raw(i + 1).isupper() and ts.words[i + 1] in ZONES


def _named(ts: Tokens, i: int) -> Hit | None:
    """Noon, midday, midnight, also with a 12 or a `high` before."""
    words = ts.words
    meal = _MEALS.get(words[i] if words[i] == "lunchtime" else words[i - 1] if words[i] in _MEAL_WORDS else "")
    if meal and words[i + 1] not in ("with", "at", "for", "break", "meeting", "date", "box", "boxes"):
        return Clock(meal, 0, True, Level.WEAK), i + 1
    hit = _NOON(ts, i)
    if hit is None:
        return None
    return Clock(hit[0], 0, True, Level.WEAK, midnight=hit[0] == 0), hit[1]


def _relative(ts: Tokens, i: int) -> Hit | None:
    """`quarter to noon`, `half past three`, `half three`, `20 minutes to 2pm`, `twenty after 3pm`."""
    words = ts.words
    j = i + 1 if words[i] in ("a", "at") and words[i + 1] in ("quarter", "half") else i
    units = False
    if words[j] == "half":
        minutes, j = 30, j + 1
        if words[j] not in _PAST:
            base = _hour_word(ts, j)
            return (Clock(base[0], 30, False, Level.FAIR), base[1]) if base else None
    elif words[j] == "quarter":
        minutes, j, units = 15, j + 1, True
    else:
        number = (ts.nums[j], j + 1) if ts.nums[j] >= 0 else spelled(ts, j)
        if number is None or not 1 <= number[0] <= 59:
            return None
        minutes, j = number
        if words[j] in MINUTE and words[j] != "m":
            j, units = j + 1, True
        elif words[i - 1] in ("from", "between"):
            return None
    word = words[j]
    if word not in _PAST and word not in _TO and not (word == "of" and units):
        return None
    base_hit = simple(ts, j + 1)
    if base_hit is None:
        return None
    base_clock, end = base_hit
    if not units and word not in _PAST and (minutes not in _STEPS or base_clock.minute):
        return None
    sign = 1 if word in _PAST else -1
    return replace(base_clock, shift=sign * minutes, level=Level.FAIR), end


def _hour_word(ts: Tokens, i: int) -> tuple[int, int] | None:
    """An hour of the clock face, 1..12, alone."""
    number = (ts.nums[i], i + 1) if ts.nums[i] >= 0 else spelled(ts, i)
    return number if number and 1 <= number[0] <= 12 else None


def _range_end(ts: Tokens, value: Clock, i: int, j: int) -> tuple[Clock, int]:
    """Step over the end of a range (`3-4pm`, `from 9 to 5`) or another choice (`5 or 6pm`).

    The start takes the end's half of the day.
    """
    words = ts.words
    if words[j] not in DASHES and words[j] not in ("to", "until", "till", "and", "or"):
        return value, j
    if words[j] == "and" and (i == 0 or words[i - 1] != "between"):
        return value, j
    end = hour_at(ts, j + 2 if words[j] == "or" and words[j + 1] == "at" else j + 1, led=True)
    if end is None or not isinstance(end[0], Clock):
        return value, j
    other = end[0]
    if words[j] == "or":
        if other.level is Level.WEAK and _is_plural(words[end[1]]):
            return value, j
    elif value.level == other.level == Level.WEAK and not ((value.sure and other.sure) or _in_range(ts, i, j)):
        return value, j
    if not value.sure and other.sure and other.hour >= 12:
        value = replace(value, hour=_half_before(value.hour, other.hour), sure=True)
    elif not value.sure and other.sure:
        value = replace(value, sure=True)
    return replace(value, level=max(value.level, other.level)), end[1]


def _in_range(ts: Tokens, i: int, j: int) -> bool:
    """Whether two bare numbers are hours: `from 5 to 6`, `at 8 till 12`, `at 9-10`."""
    words = ts.words
    return i > 0 and (words[i - 1] in ("from", "between") or (words[i - 1] in ("at", "@") and words[j] in _TILL))


def span(ts: Tokens, i: int) -> Hit | None:
    """Two bare hours after a day: the `5-6` of `friday 5-6`, not the `7-6`."""
    first, last = ts.nums[i], ts.nums[i + 2]
    if ts.words[i + 1] not in DASHES or not (1 <= first <= 12 and 1 <= last <= 12 and (last - first) % 12 <= _LONGEST):
        return None
    return (Clock(first, 0, False, Level.WEAK), i + 3) if first != last else None


def second(ts: Tokens, end: int) -> int:
    """The index after a second time that closes the text (`at 5 and 6`): a task is due at the first."""
    words = ts.words
    if words[end] not in ("and", "&"):
        return end
    hit = simple(ts, end + 2 if words[end + 1] in ("at", "@") else end + 1)
    return hit[1] if hit and words[hit[1]] in ("", ".", "!", "?", ",", ")") else end


def another(ts: Tokens, i: int) -> Hit | None:
    """A bare hour in a list of times: the 5 of `at 9 and 5`, not of `at 9 and 5 pushups`."""
    hit = hour_at(ts, i, led=True)
    return hit if hit and not _is_plural(ts.words[hit[1]]) else None


def _is_plural(word: str) -> bool:
    """Whether a number before the word counts it."""
    return word.endswith("s") and not word.endswith("ss")


def _half_before(hour: int, end: int) -> int:
    """The hour 0..23 that a clock-face hour means when a range ends at `end` in the afternoon."""
    return hour if hour == 12 or hour + 12 > end else hour + 12


def simple(ts: Tokens, i: int) -> tuple[Clock, int] | None:
    """A time of day at one end of a range, where a bare number is an hour."""
    hit = _named(ts, i) or hour_at(ts, i, led=True)
    return (hit[0], hit[1]) if hit and isinstance(hit[0], Clock) else None
