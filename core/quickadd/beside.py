"""What stands beside a number and makes it an hour: `pm`, `in the evening`, `tomorrow`, `tonight`."""

from __future__ import annotations

from typing import Final

from core.quickadd.tokens import Tokens
from core.quickadd.words import NUMBERED, PARTS, TODAY, TOMORROW, TONIGHT, WEEKDAYS, word_set

_MONEY = word_set(
    "to pay transfer send lend owe spend donate bill price cost costs charge refund deposit withdraw collect tip for"
)
"""Words after which `12.50` is an amount."""
DASHES: Final = frozenset({"-", "–", "—"})


def meridiem(ts: Tokens, j: int) -> tuple[str, int] | None:
    """`am`, `p.m.`, `p m`, `.am`, and a lone `a` or `p` that touches its number, or is `P.` at the end of the text."""
    words = ts.words
    if words[j] == "." and ts.glued(j) and ts.glued(j + 1) and words[j + 1] in ("am", "pm"):
        j += 1
    if words[j] in ("am", "pm"):
        return words[j], j + 1
    if words[j] not in ("a", "p"):
        return None
    dotted = j + 2 if words[j + 1] == "." else j + 1
    if words[dotted] == "m":
        return words[j] + "m", dotted + 2 if words[dotted + 1] == "." and dotted > j + 1 else dotted + 1
    dot_touches = dotted > j + 1 and ts.glued(j + 1)
    if ts.glued(j) or (dot_touches and ts.raw(j).isupper() and not words[dotted]):
        return words[j] + "m", dotted if dot_touches else j + 1
    return None


def part_follows(ts: Tokens, j: int) -> bool:
    """Whether `in the morning`, `this evening`, `tomorrow evening`, `tonight` follows, so that a number is an hour."""
    j = j + 1 if ts.words[j] == "," and ts.words[j + 1] == "this" else j
    k = j + 1 if ts.words[j] in ("in", "at", "this") else j
    if k > j and ts.words[k + 1 if ts.words[k] == "the" else k] in PARTS:
        return True
    numbered = j > 1 and ts.words[j - 2] in NUMBERED  # not `Apollo 13 tonight`, `chapter 11 tonight`
    if j < 1 or ts.nums[j - 1] > 12 or numbered:
        return False
    return ts.words[j] == "tonight" or (is_day(ts.words[j]) and ts.words[j + 1] in PARTS)


def follows_day(ts: Tokens, i: int) -> bool:
    """Whether a day or its part stands right before: the `815` of `tonight 815`."""
    this_day = i > 1 and ts.words[i - 1] == "day" and ts.words[i - 2] == "this"
    return this_day or (i > 0 and (is_day(ts.words[i - 1]) or ts.words[i - 1] in PARTS))


def day_before(ts: Tokens, i: int) -> bool:
    """Whether a day stands before the `at` of a time."""
    return i > 1 and (is_day(ts.words[i - 2]) or ts.words[i - 2] in PARTS)


def day_after(ts: Tokens, i: int) -> bool:
    """Whether a day or its part follows a time: `tonight`, `in the evening`, `on friday`."""
    return part_follows(ts, i) or is_day(ts.words[i + 1 if ts.words[i] in ("on", ",") else i])


def by_day(ts: Tokens, i: int) -> bool:
    """Whether a day stands right beside `14.30`, so that it is a time, unless it is the number of something."""
    words = ts.words
    end = i + 3
    if words[end] in DASHES and ts.nums[end + 1] >= 0:
        end += 4 if words[end + 2] == "." else 2
    if goes_on(ts, end) or words[i - 1] in NUMBERED or words[i - 1] in _MONEY:
        return False
    after = end + 1 if words[end] in ("on", ",") else end
    before = i - 2 if words[i - 1] == "," else i - 1
    return is_day(words[after]) or (before >= 0 and is_day(words[before]))


def is_day(word: str) -> bool:
    """Whether a word names a day: `today`, `tomorrow`, `tonight`, a weekday."""
    return word in TODAY or word in TOMORROW or word in TONIGHT or word in WEEKDAYS


def goes_on(ts: Tokens, j: int) -> bool:
    """Whether a number runs on in more digits: the `.2027` of `1.12.2027`, the `-01` of `0001-01`."""
    return ts.words[j] in (".", "/", "-") and ts.glued(j) and ts.nums[j + 1] >= 0 and ts.glued(j + 1)
