"""Hours and minutes, in digits and in words: `5pm`, `15h20`, `330 p.m.`, `twelve o three`, `five-thirty`."""

from __future__ import annotations

from typing import Final

from core.quickadd.beside import DASHES, by_day, day_after, day_before, follows_day, goes_on, meridiem, part_follows
from core.quickadd.match import either, literal, word
from core.quickadd.numbers import spelled
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Hit, Impossible, Level
from core.quickadd.words import (
    HOUR,
    MEASURES,
    MINUTE,
    MONTHS,
    SUFFIXES,
)

_O_CLOCK: Final = either(word(("o'clock", "oclock")), literal("o clock"))
_ISH: Final = word(("ish",))


def hour_at(ts: Tokens, i: int, *, led: bool) -> Hit | None:
    """An hour, its minutes, and which half of the day; a bare hour only after a word such as `at`."""
    if ts.nums[i] >= 0:
        return _digital(ts, i, led)
    number = spelled(ts, i)
    if number is None or number[0] > 24 or number[0] == 0:
        return None
    hour, j = number
    if ts.words[j] == "hundred" and led:
        j = j + 2 if ts.words[j + 1] in HOUR else j + 1
        return Clock(hour % 24, 0, True, Level.FAIR), j
    minute, j, has_minutes = _spelled_minutes(ts, j)
    if full := _O_CLOCK(ts, j):
        return _finish(ts, hour, minute, full[1], Level.FAIR, sure=False)
    half = meridiem(ts, j)
    if half:
        return _with_half(hour, minute, half)
    if not led and not has_minutes and not part_follows(ts, j):
        return None
    return _finish(ts, hour, minute, j, Level.WEAK, sure=hour > 12)


def _spelled_minutes(ts: Tokens, j: int) -> tuple[int, int, bool]:
    """Minutes in words after an hour: `thirty`, `o three`, `forty-three minutes`; also whether any were said."""
    words = ts.words
    k = j + 1 if words[j] == "-" else j
    if words[k] in ("o", "oh", "zero"):
        k = k + 2 if words[k + 1] == "-" else k + 1
        small = spelled(ts, k)
        if small and 1 <= small[0] <= 9:
            return small[0], small[1], True
        return 0, j, False
    hit = spelled(ts, k)
    if hit is None or not 10 <= hit[0] <= 59:
        return 0, j, False
    minute, k = hit
    if words[k] in MINUTE and words[k] != "m":
        k += 1
    return minute, k, True


def _digital(ts: Tokens, i: int, led: bool) -> Hit | None:
    match ts.width(i):
        case 1 | 2:
            return next((hit for read in _SHORT if (hit := read(ts, i, led)) is not None), None)
        case 3 | 4:
            return _run_together(ts, i, led)
    return None


def _with_minutes(ts: Tokens, i: int, led: bool) -> Hit | None:
    """`5:30`, `15h20`, `5.30 pm`, `5-59 pm`: two digits of minutes after a sign."""
    sign, minute = ts.words[i + 1], ts.nums[i + 2]
    if not (ts.glued(i + 1) and minute >= 0 and ts.glued(i + 2) and ts.width(i + 2) == 2):
        return None
    if sign == ":" or sign in HOUR:
        return _colon(ts, i, led)
    if minute > 59:
        return None
    half = meridiem(ts, i + 3)
    if sign == "-" and half and minute > 12:  # 10-11 pm is a range
        return _with_half(ts.nums[i], minute, half)
    timely = half or part_follows(ts, i + 3) or (led and not goes_on(ts, i + 3)) or by_day(ts, i)
    if sign == "." and timely and ts.words[i + 3] not in MEASURES:
        return _minutes_said(ts, ts.nums[i], minute, i + 3, exact=False)
    return None


def _hour_sign(ts: Tokens, i: int, led: bool) -> Hit | None:
    """`8h`."""
    if ts.words[i + 1] != "h" or not ts.glued(i + 1) or ts.nums[i] > 23:
        return None
    return Clock(ts.nums[i], 0, True, Level.FAIR if led else Level.WEAK), i + 2


def _with_meridiem(ts: Tokens, i: int, _: bool) -> Hit | None:
    """`5pm`, `5 P.M.`."""
    half = meridiem(ts, i + 1)
    return _with_half(ts.nums[i], 0, half) if half else None


def _full_hour(ts: Tokens, i: int, _: bool) -> Hit | None:
    """`5 o'clock`, `5ish`."""
    full = _O_CLOCK(ts, i + 1) or _ISH(ts, i + 1)
    return _finish(ts, ts.nums[i], 0, full[1], Level.FAIR, sure=ts.nums[i] > 12) if full else None


def _minutes_in_words(ts: Tokens, i: int, led: bool) -> Hit | None:
    """`at 5 thirty`."""
    minute, end, has_minutes = _spelled_minutes(ts, i + 1)
    if not has_minutes or ts.nums[i] > 24 or not (led or meridiem(ts, end)):
        return None
    return _finish(ts, ts.nums[i], minute, end, Level.WEAK, sure=ts.nums[i] > 12)


def _expected(ts: Tokens, i: int, led: bool) -> Hit | None:
    """A bare number where an hour is expected."""
    return _bare(ts, i) if led or part_follows(ts, i + 1) else None


_SHORT: Final = (_with_minutes, _hour_sign, _with_meridiem, _full_hour, _minutes_in_words, _expected)


def _run_together(ts: Tokens, i: int, led: bool) -> Hit | None:
    """`0900`, `1530 h`, `730 pm`, `at 1530`, `at 730 tonight`, `tonight 815`."""
    hour, minute = divmod(ts.nums[i], 100)
    half = meridiem(ts, i + 1)
    if half:
        return _with_half(hour, minute, half) if minute < 60 else None
    dated = goes_on(ts, i + 1) and ts.width(i + 2) <= 2  # 0001-01-01
    if minute > 59 or hour > 23 or dated:
        return None
    four, zero = ts.width(i) == 4, ts.words[i][0] == "0"
    hours_follow = ts.words[i + 1] in HOUR and not (ts.nums[i + 2] >= 0 and ts.glued(i + 2))  # not 2019 H2
    if four and (zero or hours_follow):
        level = Level.FAIR if led or hours_follow else Level.WEAK
        return Clock(hour, minute, True, level), i + 2 if hours_follow else i + 1
    if _hour_expected(ts, i, led):
        return Clock(hour, minute, zero or hour > 12 or hour == 0, Level.WEAK), i + 1
    return None


def _hour_expected(ts: Tokens, i: int, led: bool) -> bool:
    """Whether digits run together are a time here: after `at`, or right after a day; a year is one after `at` alone."""
    at = led and ts.words[i - 1] in ("at", "@")
    if 1900 <= ts.nums[i] <= 2100 and not at:
        return False
    if ts.width(i) == 4:
        return led or follows_day(ts, i)
    return (at and (day_before(ts, i) or day_after(ts, i + 1))) or (follows_day(ts, i) and not ts.words[i + 1])


def _bare(ts: Tokens, i: int) -> Hit | None:
    """A number after `at`: `at 5`, `at 12 15`, also `at 26`, which is no hour."""
    hour, nums = ts.nums[i], ts.nums
    if _begins_date(ts, i):
        return None
    follows = nums[i + 1]
    two_digits = follows >= 0 and ts.ends[i + 1] - ts.starts[i + 1] == 2
    if two_digits and follows < 60 and hour < 24 and ts.words[i + 2] not in (":", "/", "-", "."):
        half = meridiem(ts, i + 2)
        return _with_half(hour, follows, half) if half else (Clock(hour, follows, hour > 12, Level.WEAK), i + 2)
    joined = ts.glued(i + 1) and nums[i + 2] >= 0 and ts.glued(i + 2)
    if ts.words[i + 1] in (":", "/", "-", "%", "°", ".", ",") and joined and not starts_range(ts, i):
        return None
    return _finish(ts, hour, 0, i + 1, Level.WEAK, sure=hour > 12 or hour == 0)


def _begins_date(ts: Tokens, i: int) -> bool:
    """Whether a number is a day rather than an hour: `until 1 december`, `till 5th`; not in `at 7 march 3`."""
    word = ts.words[i + 1]
    if word in SUFFIXES and ts.glued(i + 1):
        return True
    month = i + 2 if word == "of" else i + 1
    return ts.words[month] in MONTHS and ts.words[i - 1] not in ("at", "@")


def _colon(ts: Tokens, i: int, led: bool) -> Hit | None:
    """`H:MM` and `HhMM`, with seconds if they follow."""
    hour, minute = ts.nums[i], ts.nums[i + 2]
    end = i + 3
    if (
        ts.words[end] in (":", ".")
        and ts.glued(end)
        and ts.width(end + 1) == 2
        and 0 <= ts.nums[end + 1] < 60
        and ts.glued(end + 1)
    ):
        end += 2
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        if led or hour <= 29:
            text = ts.text[ts.starts[i] : ts.ends[i + 2]]
            return Impossible(f"{text} is not a time of day; write one from 0:00 to 23:59.", Level.WEAK), end
        return None
    exact = ts.words[i][0] == "0" or ts.words[i + 1] != ":"
    return _minutes_said(ts, hour, minute, end, exact=exact)


def _minutes_said(ts: Tokens, hour: int, minute: int, end: int, *, exact: bool) -> Hit | None:
    half = meridiem(ts, end)
    if half:
        return _with_half(hour, minute, half)
    if ts.words[end] in HOUR and (exact or ts.words[end] not in ("hour", "hours")):
        end, exact = end + 1, True
    if hour == 24:
        return Clock(0, 0, True, Level.FAIR, midnight=True), end
    return Clock(hour, minute, exact or hour > 12 or hour == 0, Level.FAIR), end


def _finish(ts: Tokens, hour: int, minute: int, end: int, level: Level, *, sure: bool) -> Hit | None:
    if hour > 24:
        return None
    if hour == 24:
        return Clock(0, minute, True, level, midnight=True), end
    half = meridiem(ts, end)
    if half:
        return _with_half(hour, minute, half)
    return Clock(hour, minute, sure or hour == 0, level), end


def _with_half(hour: int, minute: int, half: tuple[str, int]) -> Hit | None:
    name, end = half
    if hour > 24 or minute > 59:
        return Impossible(f"{hour}{f':{minute:02}' if minute else ''} {name} is not a time of day.", Level.FAIR), end
    if name == "pm" and hour < 12:
        hour += 12
    elif name == "am" and hour == 12:
        hour = 0
    return Clock(hour % 24, minute, True, Level.FAIR), end


def starts_range(ts: Tokens, i: int) -> bool:
    """Whether a bare number begins a range or a choice whose end is surely a time: `3-4pm`, `3 or 4pm`."""
    if not 0 <= ts.nums[i] <= 24 or (ts.words[i + 1] not in DASHES and ts.words[i + 1] != "or"):
        return False
    end = hour_at(ts, i + 2, led=False)
    return end is not None and isinstance(end[0], Clock) and end[0].level > Level.WEAK
