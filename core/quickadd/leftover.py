"""Words of time left beside what was read, so that it may be half of what was meant: `two days prior to` + `friday`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from core.quickadd.foreign import FOREIGN, FOREIGN_AT, FOREIGN_CAPITAL, FOREIGN_DAYS, FOREIGN_JOINTS, FOREIGN_SMALL
from core.quickadd.match import CLOSERS
from core.quickadd.numbers import ordinal, spelled
from core.quickadd.reading import SURE
from core.quickadd.refusals import AMBIGUOUS, NEED_OBJECT
from core.quickadd.tokens import OPAQUE, Tokens
from core.quickadd.words import (
    DAY,
    DECADE,
    FORTNIGHT,
    HOUR,
    MINUTE,
    MONTH,
    MONTH_NAMES,
    NUMBERED,
    ONES,
    ORDINALS,
    QUARTER,
    SECOND,
    TENS,
    WEEK,
    WEEKDAY_PLURALS,
    WEEKDAYS,
    WEEKEND,
    YEAR,
    word_set,
)

_UNITS: Final = frozenset(
    unit
    for units in (SECOND, MINUTE, HOUR, DAY, WEEK, FORTNIGHT, MONTH, QUARTER, YEAR, DECADE, WEEKEND)
    for unit in units
    if len(unit) > 1 and unit not in ("second", "min")
)
_MONTHS: Final = frozenset(name.lower() for name in MONTH_NAMES) - {"march", "may", "august"}
_JOINTS: Final = frozenset({",", "at", "on", "of", "the", "in", "by", "(", "-", "–", "—", "+"}) | FOREIGN_JOINTS
_DIRECTIONS: Final = word_set("after before from past until till now later hence prior following preceding")
_CLOCK: Final = word_set("o'clock oclock am pm noon midnight midday ago hence closest nearest penultimate")
_ABOUT: Final = word_set(
    "for from of since to about until till by re last per a an my our your his her their this that"
)
_QUANTITIES: Final = frozenset(ONES) | frozenset(TENS) | word_set("a an half few couple of dozen hundred")
_COUNTING: Final = NEED_OBJECT | word_set(
    "pay get bring take do add make pick post print transfer send lend owe spend donate bill charge refund deposit "
    "withdraw collect tip for cook bake run swim walk bike give eat drink write call win top "
    "least most only about of with over under nearly than high"
)
"""Words before a number of something that is not named: `buy 12 tomorrow`."""
AFTER_RULE: Final = word_set("except excepting excluding")
"""Words that lead to what a rule leaves out."""
_OFTEN: Final = word_set("twice thrice times")
"""Words that, right before a rule, say that it falls more than once: `twice daily`."""
_FARTHEST: Final = 5
Span = tuple[int, int]
"""Indices of the first token and of the one after the last."""
_Test = Callable[[Tokens, int, int], bool]


def left_over(ts: Tokens, first: int, spans: Sequence[Span], others: Sequence[Span] = ()) -> Span | None:
    """The tokens from a word of time that was left to what was read beside it; None where none was left.

    `spans` are the places that were read, `others` those of dates that were not taken, since only one can be. The text
    begins at the token `first`.
    """
    taken = {k for start, end in spans for k in range(start, end)}
    for start, end in others:
        low = next((low for low, _ in spans if _touch(ts, end, low)), None)
        high = next((high for _, high in spans if _touch(ts, high, start)), None)
        if low is not None or high is not None:
            return min(start, spans[0][0]), max(end, spans[-1][1])
    for start, end in spans:
        before = _before(ts, first, start, taken)
        if before is not None:
            return _begin(ts, before, first), end
        after = _after(ts, end, taken)
        if after is not None:
            return start, after + 1
    days = (k for k in range(first, ts.size) if k not in taken and _is_foreign_day(ts, k, first))
    foreign = next(days, None)
    return None if foreign is None else (min(foreign, spans[0][0]), max(foreign + 1, spans[-1][1]))


def _touch(ts: Tokens, end: int, start: int) -> bool:
    """Whether nothing stands between two places but a joint or two."""
    return 0 <= start - end <= _FARTHEST and all(ts.words[k] in _JOINTS for k in range(end, start))


def _before(ts: Tokens, first: int, start: int, taken: set[int]) -> int | None:
    if start > first and _raw(ts, start - 1) in FOREIGN_AT and ts.words[start + 1] in (".", "/", "-"):
        return start - 1
    if start - 2 >= first and ts.words[start - 1] == ":" and ts.glued(start) and ts.nums[start - 2] >= 0:
        return start - 2  # the `12:` of `12:0 am`
    if start > first and ts.words[start - 1] in _OFTEN and ts.words[start] in SURE:
        return start - 1
    for k in range(start - 1, max(first, start - 1 - _FARTHEST) - 1, -1):
        if k in taken:
            return None
        if any(test(ts, k, first) for test in _LOOSE_BEFORE) or _counted_unit(ts, k, first, start):
            return k
        if ts.words[k] not in _JOINTS and _raw(ts, k) not in FOREIGN_JOINTS:
            return None
    return None


def _begin(ts: Tokens, k: int, first: int) -> int:
    """Where the words of time begin whose last one is at a token: the `3` of `3. März`."""
    while k > first and (ts.nums[k - 1] >= 0 or ts.raw(k - 1) in (".", "-") or _raw(ts, k - 1) in FOREIGN):
        k -= 1
    return k


def _after(ts: Tokens, end: int, taken: set[int]) -> int | None:
    for k in range(end, end + _FARTHEST):
        if k in taken or not ts.words[k]:
            return None
        if any(test(ts, k, end) for test in _LOOSE_AFTER):
            return k
        if ts.words[k] not in _JOINTS and ts.words[k] not in ("and", "or") and _raw(ts, k) not in FOREIGN_JOINTS:
            return None
    return None


def _raw(ts: Tokens, k: int) -> str:
    """A token in lower case; of what stays whole (quotes, addresses) only `segunda-feira` and the like."""
    for low in (k, k - 2):
        if low >= 0 and ts.raw(low + 1) == "-":
            joined = f"{ts.raw(low)}-{ts.raw(low + 2)}".lower()
            if joined in FOREIGN:
                return joined
    return "" if ts.words[k] == OPAQUE else ts.raw(k).lower().replace("’", "'")


def _foreign(ts: Tokens, k: int, first: int) -> bool:
    word = _raw(ts, k)
    if word in FOREIGN_SMALL:
        return ts.raw(k).islower() or k == first or ts.nums[k - 1] >= 0 or (k > 1 and ts.nums[k - 2] >= 0)
    abbreviated = word and k > first and ts.raw(k) in FOREIGN_CAPITAL and ts.nums[k + 1] >= 0
    return bool(abbreviated) or word in FOREIGN


def _is_foreign_day(ts: Tokens, k: int, first: int) -> bool:
    word = _raw(ts, k)
    return word in FOREIGN_DAYS or (k == first and word == "domingo")


def _is_closed(ts: Tokens, k: int) -> bool:
    """Whether no word goes on here that a number could count."""
    word = ts.words[k]
    return not word or word in CLOSERS or word in _UNITS or word in WEEKDAYS or word in _MONTHS or word in _CLOCK


def _number_before(ts: Tokens, k: int, first: int) -> bool:
    """`15` of `15 at 8:00`; not of `Apollo 15 at 8:00`, `version 2.15 at 8:00`, `buy 15 tomorrow`."""
    if not 0 <= ts.nums[k] <= 31 or ts.width(k) > 2:
        year = 1900 <= ts.nums[k] <= 2199 and ts.width(k) == 4
        return year and k == first
    if k == first:
        return True
    if ts.nums[k - 1] >= 0 or (ts.words[k - 1] == "/" and ts.nums[k - 2] in range(1, 32) and k - 2 >= first):
        return True
    if ts.glued(k) or ts.words[k - 1] in NUMBERED or ts.words[k - 1] in _COUNTING:
        return False
    return not _is_named(ts, k - 1)


def _is_named(ts: Tokens, k: int) -> bool:
    """Whether a word is a name, or a sign, or unreadable."""
    return not ts.words[k].isalpha() or not ts.raw(k).islower() or ts.words[k].endswith("'s")


def _number_word(ts: Tokens, k: int, first: int) -> bool:
    word = ts.words[k]
    if word not in ONES and word not in TENS:
        return False
    prior = ts.words[k - 1] if k > first else ""
    if word == "one" or prior == "the" or prior in NUMBERED or prior in _COUNTING or prior == "-":
        return False
    return spelled(ts, k) is not None and ts.raw(k).islower()


def _ordinal_before(ts: Tokens, k: int, first: int) -> bool:
    if ts.words[k] in ORDINALS and ts.words[k] != "second":
        return ts.raw(k).islower() and (k == first or ts.words[k - 1] not in ("at", "be", "come", "go", "finish"))
    return k > first and ts.glued(k) and ordinal(ts, k - 1) is not None


def _weekday_before(ts: Tokens, k: int, first: int) -> bool:
    word = ts.words[k]
    named = (word in WEEKDAYS and word not in AMBIGUOUS) or word in _MONTHS
    counted = word in WEEKDAY_PLURALS and (ts.nums[k - 1] >= 0 or ts.words[k - 1] in _QUANTITIES)
    return counted or (named and (k == first or ts.words[k - 1] not in _ABOUT))


def _clock_before(ts: Tokens, k: int, first: int) -> bool:
    if ts.words[k] == "am":
        return k > first and ts.nums[k - 1] >= 0
    return ts.words[k] in _CLOCK or ts.words[k] == "next"


def _counted_unit(ts: Tokens, k: int, first: int, start: int) -> bool:
    """`one hour` before `before thursday`, `100 months` before `now`; a length after a verb is how long it takes."""
    words = ts.words
    if words[k] in _DIRECTIONS and k > first and words[k - 1] in _UNITS:
        return True
    if words[k] not in _UNITS or k == first or not (ts.nums[k - 1] >= 0 or words[k - 1] in _QUANTITIES):
        return False
    begins = k - 1
    while begins > first and (ts.nums[begins - 1] >= 0 or words[begins - 1] in _QUANTITIES):
        begins -= 1
    return begins == first or words[start] in _DIRECTIONS


_LOOSE_BEFORE: Final[tuple[_Test, ...]] = (
    _foreign, _number_before, _number_word, _ordinal_before, _weekday_before, _clock_before,
)  # fmt: skip


def _number_after(ts: Tokens, k: int, _: int) -> bool:
    """`10` of `3 jan 10`; not of `tomorrow 10 eggs`."""
    number = ts.nums[k]
    fits = (1 <= number <= 31 and ts.width(k) <= 2) or (1900 <= number <= 2199 and ts.width(k) == 4)
    if not fits and ts.words[k] not in TENS and not (ts.words[k] in ONES and ts.words[k] != "one"):
        return False
    return _is_closed(ts, k + 1) and ts.words[k + 1] not in _UNITS and ts.words[k - 1] not in ("and", "or")


def _ordinal_after(ts: Tokens, k: int, _: int) -> bool:
    hit = ordinal(ts, k)
    if hit is None or ts.words[k] in ("first", "second") or ts.words[k - 1] == "and":
        return False
    return _is_closed(ts, hit[1])


def _weekday_after(ts: Tokens, k: int, _: int) -> bool:
    word = ts.words[k]
    return (word in WEEKDAYS and word not in AMBIGUOUS) or (word in _MONTHS and ts.words[k - 1] not in ("and", "or"))


def _unit_after(ts: Tokens, k: int, end: int) -> bool:
    return k == end and ts.words[k] in _UNITS and not ts.words[k + 1]


def _clock_after(ts: Tokens, k: int, end: int) -> bool:
    word = ts.words[k]
    if word in AFTER_RULE:
        return k == end
    return k == end and word in _CLOCK and (word not in ("am", "closest", "nearest") or ts.nums[k - 1] >= 0)


_LOOSE_AFTER: Final[tuple[_Test, ...]] = (
    _foreign, _number_after, _ordinal_after, _weekday_after, _unit_after, _clock_after,
)  # fmt: skip
