"""The productions of the grammar of moments, in the order they are tried: the first that reads something counts."""

from __future__ import annotations

from typing import Final

from core.quickadd import anchored, dates, edges, holidays, monthdays, numeric, periods, relative, times
from core.quickadd.anchored import DayAt, Items
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Context, Hit, Shift
from core.quickadd.words import (
    MONTHS,
    NEXT,
    ONES,
    ORDINALS,
    PARTS,
    TENS,
    THIS,
    TODAY,
    TOMORROW,
    TONIGHT,
    WEEKDAYS,
    word_set,
)

STARTS: Final = frozenset().union(
    WEEKDAYS, MONTHS, ONES, TENS, ORDINALS, PARTS, TODAY, TOMORROW, TONIGHT, NEXT, THIS, holidays.STARTS,
    word_set("a an the in within after at on during now right just half quarter noon midday midnight high exactly last "
    "past previous final penultimate another couple few dozen hundred end ending close beginning begin start middle "
    "mid early late later closest nearest lunchtime lunch eod cob eom eow eoy eoq month year week "
    "weekend day weekends yesterday overmorrow + tom am pm business fortnight quarter ½ ¼ ¾"),
)  # fmt: skip
"""Words that a moment may begin with; so may a number."""


def items_at(ts: Tokens, i: int, cx: Context, read_day: DayAt | None, *, dates_only: bool) -> Items | None:
    """The pieces that the first production reads here; None for `read_day` where no date may hold another one."""
    if ts.nums[i] < 0 and ts.words[i] not in STARTS:
        return None
    return (
        (None if dates_only else numeric.iso_datetime(ts, i))
        or (_from_others(ts, i, cx, read_day, dates_only) if read_day else None)
        or _from_now(ts, i, cx, dates_only)
        or (None if dates_only else _clock_led(ts, i))
        or _date(ts, i, cx)
        or (None if dates_only else _single(times.clock(ts, i) or times.part(ts, i)))
    )


def _single(hit: Hit | None) -> Items | None:
    return ((hit[0],), hit[1]) if hit else None


def _from_others(ts: Tokens, i: int, cx: Context, read_day: DayAt, dates_only: bool) -> Items | None:
    """What is reckoned from another date."""
    edge = edges.edge(ts, i, cx, read_day)
    if edge:
        return edge
    hit = anchored.anchored(ts, i, cx, read_day)
    return None if hit and dates_only and isinstance(hit[0][-1], Clock) else hit


def _from_now(ts: Tokens, i: int, cx: Context, dates_only: bool) -> Items | None:
    """Today and its part, and what is reckoned from now."""
    both = dates.this_part(ts, i, cx) or relative.parts_ahead(ts, i, cx)
    if both:
        return tuple(both[0][:1] if dates_only else both[0]), both[1]
    hit = relative.relative(ts, i, cx)
    timed = hit is not None and isinstance(hit[0], Shift) and hit[0].amount.seconds
    return None if dates_only and timed else _single(hit)


def _clock_led(ts: Tokens, i: int) -> Items | None:
    """A time after `at`, which is no date."""
    return _single(times.clock(ts, i)) if i > 0 and ts.words[i - 1] in ("at", "@") else None


def _date(ts: Tokens, i: int, cx: Context) -> Items | None:
    return next((((hit[0],), hit[1]) for production in _DATES if (hit := production(ts, i, cx))), None)


_DATES: Final = (
    dates.named, holidays.holiday, dates.weekday, monthdays.month_day, monthdays.day_of_month, periods.period,
)  # fmt: skip
