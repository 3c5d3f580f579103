"""Hours and minutes, in digits and in words: `5pm`, `15h20`, `330 p.m.`, `twelve o three`, `five-thirty`."""

from __future__ import annotations

from core.quickadd.numbers import spelled
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Hit, Impossible, Level
from core.quickadd.words import (
    HOUR,
    MINUTE,
    MONTHS,
    NUMBERED,
    PARTS,
    SUFFIXES,
    TODAY,
    TOMORROW,
    TONIGHT,
    WEEKDAYS,
    word_set,
)

_MONEY = word_set(
    "to pay transfer send lend owe spend donate bill price cost costs charge refund deposit withdraw collect tip for"
)
"""Words after which `12.50` is an amount."""
DASHES = frozenset({"-", "–", "—"})


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
    minute, j, said = _spelled_minutes(ts, j)
    if ts.words[j] in ("o'clock", "oclock"):
        return _finish(ts, hour, minute, j + 1, Level.FAIR, sure=False)
    half = _meridiem(ts, j)
    if half:
        return _with_half(hour, minute, half)
    if not led and not said and not part_follows(ts, j):
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
    found = spelled(ts, k)
    if found is None or not 10 <= found[0] <= 59:
        return 0, j, False
    minute, k = found
    if words[k] in MINUTE and words[k] != "m":
        k += 1
    return minute, k, True


def _digital(ts: Tokens, i: int, led: bool) -> Hit | None:
    hour, words, nums = ts.nums[i], ts.words, ts.nums
    width = ts.ends[i] - ts.starts[i]
    sign = words[i + 1]
    if (
        width <= 2
        and ts.glued(i + 1)
        and nums[i + 2] >= 0
        and ts.glued(i + 2)
        and ts.ends[i + 2] - ts.starts[i + 2] == 2
    ):
        if sign == ":" or sign in HOUR:
            return _colon(ts, i, led)
        if (
            sign == "."
            and (_meridiem(ts, i + 3) or part_follows(ts, i + 3) or (led and not _goes_on(ts, i + 3)) or _by_day(ts, i))
            and nums[i + 2] < 60
        ):
            return _minutes_said(ts, hour, nums[i + 2], i + 3, exact=False)
    if width <= 2 and sign == "h" and ts.glued(i + 1) and hour < 24:
        return Clock(hour, 0, True, Level.FAIR if led else Level.WEAK), i + 2
    half = _meridiem(ts, i + 1)
    if half:
        if width >= 3:
            return _with_half(hour // 100, hour % 100, half) if hour % 100 < 60 and width <= 4 else None
        return _with_half(hour, 0, half)
    dated = _goes_on(ts, i + 1) and ts.ends[i + 2] - ts.starts[i + 2] <= 2  # 0001-01-01
    if width == 4 and not dated and hour % 100 < 60 and hour < 2400 and (words[i + 1] in HOUR or words[i][0] == "0"):
        level = Level.FAIR if led or words[i + 1] in HOUR else Level.WEAK
        return Clock(hour // 100, hour % 100, True, level), i + 2 if words[i + 1] in HOUR else i + 1
    if width == 4 and led and hour % 100 < 60 and hour < 2400 and not 1900 <= hour <= 2100:
        return Clock(hour // 100, hour % 100, True, Level.WEAK), i + 1
    if width > 2:
        return None
    if words[i + 1] in ("o'clock", "oclock"):
        return _finish(ts, hour, 0, i + 2, Level.FAIR, sure=hour > 12)
    minute, end, said = _spelled_minutes(ts, i + 1)
    if said and hour <= 24 and (led or _meridiem(ts, end)):
        return _finish(ts, hour, minute, end, Level.WEAK, sure=hour > 12)
    if words[i + 1] == "ish" and ts.glued(i + 1):
        return _finish(ts, hour, 0, i + 2, Level.FAIR, sure=hour > 12)
    if not led and not part_follows(ts, i + 1):
        return None
    return _bare(ts, i)


def _bare(ts: Tokens, i: int) -> Hit | None:
    """A number after `at`: `at 5`, `at 12 15`, also `at 26`, which is no hour."""
    hour, nums = ts.nums[i], ts.nums
    if _begins_date(ts, i):
        return None
    follows = nums[i + 1]
    two_digits = follows >= 0 and ts.ends[i + 1] - ts.starts[i + 1] == 2
    if two_digits and follows < 60 and hour < 24 and ts.words[i + 2] not in (":", "/", "-", "."):
        half = _meridiem(ts, i + 2)
        return _with_half(hour, follows, half) if half else (Clock(hour, follows, hour > 12, Level.WEAK), i + 2)
    joined = ts.glued(i + 1) and nums[i + 2] >= 0 and ts.glued(i + 2)
    if ts.words[i + 1] in (":", "/", "-", "%", "°", ".", ",") and joined and not starts_range(ts, i):
        return None
    return _finish(ts, hour, 0, i + 1, Level.WEAK, sure=hour > 12 or hour == 0)


def _goes_on(ts: Tokens, j: int) -> bool:
    """Whether a number runs on in more digits: the `.2027` of `1.12.2027`, the `-01` of `0001-01`."""
    return ts.words[j] in (".", "/", "-") and ts.glued(j) and ts.nums[j + 1] >= 0 and ts.glued(j + 1)


def _by_day(ts: Tokens, i: int) -> bool:
    """Whether a day stands right beside `14.30`, so that it is a time, unless it is the number of something."""
    words = ts.words
    end = i + 3
    if words[end] in DASHES and ts.nums[end + 1] >= 0:
        end += 4 if words[end + 2] == "." else 2
    if _goes_on(ts, end) or words[i - 1] in NUMBERED or words[i - 1] in _MONEY:
        return False
    after = end + 1 if words[end] in ("on", ",") else end
    before = i - 2 if words[i - 1] == "," else i - 1
    return _is_day(words[after]) or (before >= 0 and _is_day(words[before]))


def _is_day(word: str) -> bool:
    return word in TODAY or word in TOMORROW or word in TONIGHT or word in WEEKDAYS


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
    if ts.words[end] == ":" and ts.glued(end) and 0 <= ts.nums[end + 1] < 60 and ts.glued(end + 1):
        end += 2
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        if led or hour <= 29:
            text = ts.text[ts.starts[i] : ts.ends[i + 2]]
            return Impossible(f"{text} is not a time of day; write one from 0:00 to 23:59.", Level.WEAK), end
        return None
    exact = ts.words[i][0] == "0" or ts.words[i + 1] != ":"
    return _minutes_said(ts, hour, minute, end, exact=exact)


def _minutes_said(ts: Tokens, hour: int, minute: int, end: int, *, exact: bool) -> Hit | None:
    half = _meridiem(ts, end)
    if half:
        return _with_half(hour, minute, half)
    if ts.words[end] in HOUR and ts.words[end] not in ("hour", "hours"):
        end, exact = end + 1, True
    if hour == 24:
        return Clock(0, 0, True, Level.FAIR, midnight=True), end
    return Clock(hour, minute, exact or hour > 12 or hour == 0, Level.FAIR), end


def _finish(ts: Tokens, hour: int, minute: int, end: int, level: Level, *, sure: bool) -> Hit | None:
    if hour > 24:
        return None
    if hour == 24:
        return Clock(0, minute, True, level, midnight=True), end
    half = _meridiem(ts, end)
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


def _meridiem(ts: Tokens, j: int) -> tuple[str, int] | None:
    """`am`, `p.m.`, `p m`, and a lone `a` or `p` that touches its number."""
    word, words = ts.words[j], ts.words
    if word in ("am", "pm"):
        return word, j + 1
    if word not in ("a", "p"):
        return None
    half = word + "m"
    if words[j + 1] == "." and ts.glued(j + 1) and words[j + 2] == "m":
        return half, j + 4 if words[j + 3] == "." and ts.glued(j + 3) else j + 3
    if words[j + 1] == "m":
        return half, j + 2
    if ts.glued(j):
        return half, j + 2 if words[j + 1] == "." and ts.glued(j + 1) else j + 1
    return None


def part_follows(ts: Tokens, j: int) -> bool:
    """Whether `in the morning`, `this evening`, `tonight` follows, so that a bare number before it is an hour."""
    words = ts.words
    if words[j] in ("in", "at", "this") and (
        words[j + 1] in PARTS or (words[j + 1] == "the" and words[j + 2] in PARTS)
    ):
        return True
    if words[j] != "tonight" or j < 1:
        return False
    return ts.nums[j - 1] <= 12 and (
        j < 2 or words[j - 2] not in NUMBERED
    )  # not `Apollo 13 tonight`, `chapter 11 tonight`


def starts_range(ts: Tokens, i: int) -> bool:
    """Whether a bare number begins a range or a choice whose end is surely a time: `3-4pm`, `3 or 4pm`."""
    if not 0 <= ts.nums[i] <= 24 or (ts.words[i + 1] not in DASHES and ts.words[i + 1] != "or"):
        return False
    end = hour_at(ts, i + 2, led=False)
    return end is not None and isinstance(end[0], Clock) and end[0].level > Level.WEAK
