"""Pieces that stand together read as one moment: weekday, date, time and part of the day, in either order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from core.quickadd import times
from core.quickadd.anchored import Items
from core.quickadd.fits import fits
from core.quickadd.productions import STARTS, items_at
from core.quickadd.resolve import When, resolve
from core.quickadd.tokens import OPAQUE, Tokens
from core.quickadd.values import (
    Clock,
    Context,
    Day,
    DayOfMonth,
    Grain,
    Item,
    Level,
    MonthDay,
    Part,
    Shift,
    Weekday,
)
from core.quickadd.words import word_set

_JOINTS: Final = frozenset(
    {",", "at", "@", "on", "of", "the", "by", "around", "about", "due", "in", "-", "(", "for", "from"}
)
_PLAIN_END: Final = frozenset({"", ",", ".", "!", "?", ")", "at", "@", "in", "by", ";"})
THROUGH: Final = word_set("to - – — until till til through thru")
"""Words between the first and the last of several days."""
_MAX_ITEMS: Final = 8
_MAX_DEPTH: Final = 3
_NEAR: Final = 60
"""Days ahead in which `friday 12.04` is a date; a later one is a time."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of tokens that says a moment, and the pieces it is made of."""

    start: int
    end: int
    """Token indices; the end is exclusive."""
    items: tuple[Item, ...]
    when: When
    hint: bool = False
    """Whether a piece was added that the title only hints at, so that `when` is out of date."""
    last: dt.date | None = None
    """Of several days in a row, the last one."""

    @property
    def has_day(self) -> bool:
        """Whether a day was said, not only a time."""
        return any(not isinstance(item, Clock | Part) for item in self.items)

    @property
    def has_time(self) -> bool:
        """Whether a time was said."""
        return self.when.time is not None

    @property
    def level(self) -> Level:
        """How sure the phrase is; a day and a time together vouch for each other."""
        best = max(item.level for item in self.items)
        kinds = {type(item) for item in self.items}
        if len(kinds) > 1 and best < Level.STRONG:
            return Level(best + 1)
        return best


def phrase_at(ts: Tokens, i: int, cx: Context) -> Phrase | None:
    """The longest moment that begins at a token, or None. Raises QuickAddError for nothing: see `When.error`."""
    if (ts.nums[i] < 0 and ts.words[i] not in STARTS) or _inside_number(ts, i):
        return None
    try:
        hit = _gather(ts, i, cx, 0, dates_only=False)
        if hit is None:
            return None
        items, end = hit
        if ts.words[i] == "night" and not isinstance(items[-1], Part) and i:
            return None  # movie night, friday at 8
        when = resolve(items, cx)
    except (OverflowError, ValueError):
        return None  # outside the calendar: the words are no date
    return Phrase(i, end, items, when) if when else None


def through(ts: Tokens, phrase: Phrase, cx: Context, *, both: bool = True) -> Phrase:
    """The phrase with the last of several days, where one follows: `5 may to 10 may`, `tonight and tomorrow`.

    Without `both` an `and` lists days, and does not say from when to when.
    """
    j = phrase.end
    both = both and ts.words[j] in ("and", "or", "&") and phrase.level is Level.STRONG
    if not (both or ts.words[j] in THROUGH) or not phrase.has_day or phrase.when.error or phrase.when.past:
        return phrase
    first = phrase.when.date
    later = replace(cx, now=dt.datetime.combine(first, dt.time(), cx.now.tzinfo))
    hit = phrase_at(ts, j + 1, later)
    if hit is None or hit.when.error or not first < hit.when.date:
        return phrase
    if any(isinstance(item, Shift) or (isinstance(item, Day) and item.grain is not Grain.DAY) for item in hit.items):
        return phrase
    if not hit.has_day or (both and (hit.level < Level.STRONG or ts.words[hit.end] not in ("", ".", "!", "?", ")"))):
        return phrase
    when = replace(phrase.when, time=phrase.when.time or hit.when.time)
    return replace(phrase, end=hit.end, when=when, last=hit.when.date)


def _inside_number(ts: Tokens, i: int) -> bool:
    """Whether a number is the end of a longer one that was no date: the `0001` of `1.1.0001`."""
    signed = i > 1 and ts.words[i - 1] in (".", "/") and ts.glued(i - 1) and ts.glued(i)
    return signed and ts.nums[i] >= 0 and ts.nums[i - 2] >= 0


def day_at(ts: Tokens, i: int, cx: Context, depth: int = 0) -> tuple[dt.date, int] | None:
    """The date at a place, without a time."""
    if depth > _MAX_DEPTH or (ts.nums[i] < 0 and ts.words[i] not in STARTS):
        return None
    hit = _gather(ts, i, cx, depth, dates_only=True)
    if hit is None:
        return None
    when = resolve(hit[0], cx)
    return (when.date, hit[1]) if when and not when.error else None


def _gather(ts: Tokens, i: int, cx: Context, depth: int, *, dates_only: bool) -> Items | None:
    first = _items_at(ts, i, cx, depth, dates_only)
    if first is None:
        return None
    items, end = first
    while len(items) < _MAX_ITEMS:
        more = _next_items(ts, end, items, cx, depth, dates_only)
        if more is None:
            break
        new = more[0]
        if len(new) == 2 and isinstance(new[1], Clock) and not fits(items, new[0]):
            new = new[1:]  # `tomorrow eod`: the day was said before
        if not all(fits(items, item) for item in new):
            break
        items, end = (*items, *new), more[1]
    if not dates_only and any(isinstance(item, Clock) for item in items):
        end = times.second(ts, end)
    if ts.words[end] == "or" and ts.words[end + 1] == "so":
        end += 2
    return items, end


def _next_items(
    ts: Tokens, end: int, items: tuple[Item, ...], cx: Context, depth: int, dates_only: bool
) -> Items | None:
    """What follows, after at most three joining words."""
    j = end
    for _ in range(4):
        if not ts.words[j] or ts.words[j] == OPAQUE:
            return None
        hit = _items_at(ts, j, cx, depth, dates_only)
        if (hit is None and not dates_only) or j == end:
            hit = hit or _bare_number(ts, j, items, cx)
        if hit:
            hit = _or_time(ts, j, items, cx, hit)
            clock = isinstance(hit[0][0], Clock)
            joint = ts.words[j - 1] if j > end else ""
            if clock and joint in ("of", "for"):
                return None
            if not clock and (joint == "by" or (joint == "on" and items[-1].level is Level.WEAK)):
                return None  # `upgrade to 3.12 by friday`, `version 2.1 on monday`: a date begins anew
            return hit
        if ts.words[j] not in _JOINTS:
            return None
        j += 1
    return None


def _or_time(
    ts: Tokens, j: int, items: tuple[Item, ...], cx: Context, result: tuple[tuple[Item, ...], int]
) -> tuple[tuple[Item, ...], int]:
    """What was found, or the time it is beside a day that is another, or far off: `tomorrow 9.30`, `friday 7.30`."""
    date = result[0][0]
    if not isinstance(date, MonthDay) or date.year or ts.words[j + 1] not in (".", "-"):
        return result
    weekday = next((item for item in items if isinstance(item, Weekday)), None)
    if fits(items, date):
        when = resolve((date,), cx) if weekday else None
        if weekday is None or when is None:
            return result
        if when.date.weekday() == weekday.index and (when.date - cx.today).days < _NEAR:
            return result
    if ts.words[j + 1] == "-":
        hours = times.span(ts, j) if weekday else None
        return ((hours[0],), hours[1]) if hours else result
    hit = times.simple(ts, j)
    return ((hit[0],), hit[1]) if hit and fits(items, hit[0]) else result


def _items_at(ts: Tokens, i: int, cx: Context, depth: int, dates_only: bool) -> Items | None:
    """What the first production gives that reads something here; dates within dates only so deep."""
    read_day = partial(day_at, depth=depth + 1) if depth < _MAX_DEPTH else None
    return items_at(ts, i, cx, read_day, dates_only=dates_only)


def _bare_number(ts: Tokens, j: int, items: tuple[Item, ...], cx: Context) -> Items | None:
    """A number alone after a day: `friday 31` is a date, `tomorrow 5` and `tonight 8` a time."""
    number = ts.nums[j]
    if not 1 <= number <= 31 or ts.ends[j] - ts.starts[j] > 2:
        return None
    if (hours := times.span(ts, j)) and ts.words[hours[1]] in _PLAIN_END:
        return ((hours[0],), hours[1]) if all(isinstance(item, Day) for item in items) else None
    if ts.words[j + 1] not in _PLAIN_END:
        return None
    if any(isinstance(item, Clock) for item in items) or ts.words[j - 1] == "-":
        return None
    weekday = items[0] if len(items) == 1 and isinstance(items[0], Weekday) else None
    if weekday and (number > 12 or _is_weekday(number, weekday.index, cx)):
        return (DayOfMonth(number),), j + 1
    if number <= 12 and (weekday or all(isinstance(item, Day | Part) for item in items)) and not ts.words[j + 1]:
        return (Clock(number, 0, False, Level.WEAK),), j + 1
    return None


def _is_weekday(number: int, weekday: int, cx: Context) -> bool:
    """Whether that day of this month or the next is that weekday."""
    first = cx.today.replace(day=1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return any((start.weekday() + number - 1) % 7 == weekday for start in (first, following))
