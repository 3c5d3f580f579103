"""Dates in words: `tomorrow`, `next fri`, `15 March 2027`, `the 21st`, `next week`, `in march`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from core.quickadd.match import CLOSERS, Parser, closed, either, led, literal, mapped, maybe, text_end, then, word
from core.quickadd.tokens import Tokens
from core.quickadd.values import (
    Context,
    Day,
    Hit,
    Level,
    Part,
    Weekday,
)
from core.quickadd.words import (
    MONTH,
    NEXT,
    PARTS,
    PAST,
    TODAY,
    TOMORROW,
    TONIGHT,
    WEEK,
    WEEKDAY_NAMES,
    WEEKDAYS,
    YEAR,
    word_set,
)

_COMING = frozenset({"coming", "upcoming", "following"})
_TO_PEOPLE: Final = word_set(
    "call phone ring text email mail message msg ping tell ask invite visit see meet thank pay help remind show give "
    "send drive pick feed to for with from of by about and or & uncle cousin brother cat dog hi hello dear old my your "
    "his her our their the a peeping tom"
)
"""Words before a name."""


def _no_noun(ts: Tokens, i: int) -> tuple[str, int] | None:
    """A place where no noun goes on: `next day`, not `next day delivery`."""
    return ("", i) if ts.words[i] in _AFTER_DAY or ts.nums[i] >= 0 else None


_AFTER_DAY: Final = frozenset({"", "at", "@", "by", "in", "before", "after", "around"}) | CLOSERS | PARTS.keys()


_NAMED: Final = either(
    mapped(either(word(TODAY), closed(literal("this day"), _no_noun)), lambda _: (0, Level.STRONG)),
    mapped(word(TOMORROW), lambda _: (1, Level.STRONG)),
    mapped(word(("yesterday",)), lambda _: (-1, Level.FAIR)),
    mapped(word(("overmorrow",)), lambda _: (2, Level.STRONG)),
    mapped(led(maybe(word(("the",))), closed(literal("next day"), _no_noun)), lambda _: (1, Level.WEAK)),
)
"""Days from today, and how surely."""


def named(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """Today and its neighbours."""
    words = ts.words
    if words[i] in ("early", "late", "later") and (words[i + 1] in TODAY or words[i + 1] in TOMORROW):
        i += 1
    if words[i] == "2" and words[i + 1] in ("moro", "morrow", "mrw", "moz") and ts.glued(i + 1):
        return Day(cx.today + dt.timedelta(days=1), level=Level.STRONG), i + 2
    if words[i] == "tom":
        return (Day(cx.today + dt.timedelta(days=1), level=Level.WEAK), i + 1) if _is_tomorrow(ts, i) else None
    hit = _NAMED(ts, i)
    if hit is None:
        return None
    (days, level), end = hit
    return Day(cx.today + dt.timedelta(days=days), level=level, today=days == 0, past=days < 0), end


def _is_tomorrow(ts: Tokens, i: int) -> bool:
    """Whether `tom` is short for tomorrow not a name: written small, last, and not whom something is done to."""
    alone = i == 0 or not (ts.words[i - 1] in _TO_PEOPLE or ts.words[i - 1].endswith("'s"))
    return ts.raw(i) == "tom" and alone and text_end(ts, i + 1) is not None


def this_part(ts: Tokens, i: int, cx: Context) -> tuple[tuple[Day, Part], int] | None:
    """Today and its part: `tonight`, `this morning`, `later this afternoon`."""
    j = i + 1 if ts.words[i] in ("later", "late", "early") else i
    today = Day(cx.today, level=Level.STRONG, soft=True, today=True)
    if ts.words[j] in TONIGHT:
        return (today, Part("tonight", Level.STRONG)), j + 1
    if ts.words[j] != "this":
        return None
    k = j + 2 if ts.words[j + 1] in ("early", "late", "coming") else j + 1
    part = PARTS.get(ts.words[k])
    if part is None:
        return None
    return (today, Part(part, Level.STRONG)), k + 1


_WHICH: Final[Parser[tuple[int | None, Level]]] = either(
    mapped(then(word(("this", "next")), word(_COMING)), lambda _: (None, Level.FAIR)),
    mapped(word(_COMING), lambda which: (1 if which == "following" else None, Level.FAIR)),
    mapped(word(NEXT), lambda _: (1, Level.FAIR)),
    mapped(word(("this",)), lambda _: (0, Level.FAIR)),
    mapped(word(PAST), lambda _: (-1, Level.WEAK)),
)
"""The words before a weekday, and how many weeks from this one they mean."""


def weekday(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """`saturday`, `next fri`, `this coming monday`, `friday after next`, `tuesday week`, `sat.`"""
    words = ts.words
    j = i + 1 if words[i] == "the" else i
    plain: tuple[tuple[int | None, Level], int] = ((None, Level.WEAK), j)
    (week, level), j = plain if words[j] in WEEKDAYS else _WHICH(ts, j) or plain
    index = WEEKDAYS.get(words[j])
    if index is None:
        return None
    end = j + 1
    if words[end] == "." and ts.glued(end) and words[j] not in WEEKDAY_NAMES:
        end += 1
    if words[end] == "after" and words[end + 1] == "next":
        return _after_next(index, cx), end + 2
    if week is None and words[end] == "next" and words[end + 1] not in (WEEK | MONTH | YEAR):
        return Weekday(index, 1, Level.FAIR), end + 1
    if week is None and words[end] == "week" and (words[j] in WEEKDAY_NAMES or text_end(ts, end + 1)):
        following = cx.today + dt.timedelta(days=(index - cx.today.weekday() - 1) % 7 + 8)
        return Day(following, level=Level.FAIR), end + 1
    return Weekday(index, week, level, week == -1), end


def _after_next(index: int, cx: Context) -> Day:
    """`friday after next`: the second one to come."""
    ahead = (index - cx.today.weekday() - 1) % 7 + 1
    return Day(cx.today + dt.timedelta(days=ahead + 7), level=Level.STRONG)
