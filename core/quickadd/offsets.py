"""Moves reckoned from a date that is there already: `2 days later`, `by an hour`, `back a week`, `+30 min`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.model import Due
from core.quickadd.errors import QuickAddError
from core.quickadd.relative import amount
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, add

_LONGEST = 60
_LATER = frozenset({"later", "back", "out", "after", "further", "down", "on", "+"})
_EARLIER = frozenset({"earlier", "sooner", "forward", "forwards", "up", "before", "-", "−"})
_FILLER = frozenset({"by", "for", "about", "another", "just", "again", "please"})
_SIGNED = re.compile(r"^\s*([+−-])\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class Offset:
    """How far a due date moves: months, days and working days on the wall clock, the rest in real seconds."""

    amount: Amount

    @property
    def timed(self) -> bool:
        """Whether it counts hours or less, which a whole day has none of."""
        return bool(self.amount.seconds)

    def after(self, due: Due) -> Due:
        """The due date so much later (or earlier), on the clock of its own zone.

        An hour that the clocks skip is moved on by what they skip. Raises QuickAddError for a whole day that is to move
        by hours, and beyond the calendar.
        """
        if due.time is None and self.timed:
            raise QuickAddError("It is for a whole day, so it can't move by hours. Give it a time, or move it by days.")
        try:
            day = add(due.date, self.amount)
            if due.time is None:
                return Due(day, None, due.zone)
            zone = ZoneInfo(due.zone)
            wall = dt.datetime.combine(day, due.time, zone).astimezone(dt.UTC)
            moved = (wall + dt.timedelta(seconds=self.amount.seconds)).astimezone(zone)
        except (OverflowError, ValueError) as error:
            raise QuickAddError("That is beyond the calendar.") from error
        return Due(moved.date(), moved.time(), due.zone)


def resolve_offset(phrase: str, *, bare: bool = False) -> Offset | None:
    """The move that a whole phrase tells; None when it tells none, as `in 2 days` or `friday` do.

    `bare`: a mere length (`2 days`, `by 2 days`) counts too, as after `postpone`; it is one to later.
    """
    if len(phrase) > _LONGEST:
        return None
    sign = _SIGNED.match(phrase)
    ts = Tokens(phrase[sign.end() :] if sign else phrase)
    ways = [sign[1]] if sign else []
    i = _directions(ts, 0, ways)
    hit = amount(ts, i)
    if hit is None or hit[0] == Amount():
        return None
    end = _directions(ts, hit[1], ways)
    while ts.words[end] in (".", "!", ","):
        end += 1
    if end < ts.size or not (ways or bare):
        return None
    later, earlier = (any(way in kind for way in ways) for kind in (_LATER, _EARLIER))
    if later and earlier:
        return None
    length = hit[0]
    return Offset(Amount(-length.months, -length.days, -length.seconds, -length.workdays) if earlier else length)


def _directions(ts: Tokens, i: int, ways: list[str]) -> int:
    """Read the words that say which way, into `ways`; returns where something else begins."""
    while ts.words[i] in _LATER | _EARLIER | _FILLER:
        if ts.words[i] not in _FILLER:
            ways.append(ts.words[i])
        i += 1
    return i
