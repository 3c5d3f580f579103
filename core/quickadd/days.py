"""The days of a rule as they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from core.quickadd.tokens import Tokens

_AND: Final = frozenset({",", "and", "&", "or", "/", "+"})
EVERY: Final = frozenset({"every", "each", "ev"})
"""Words that say that a rule follows, and that may be said again before each of its days."""


@dataclass(slots=True)
class Days:
    """Days as they are read; which rule they make is decided when its frequency is known."""

    weekdays: list[int] = field(default_factory=list)
    plural: bool = False
    listed: bool = False
    """Whether several weekdays were joined by `and` or commas, none by `or`."""
    ranged: bool = False
    """Whether they were said as `tue-thu`."""
    nth: list[tuple[int, int]] = field(default_factory=list)
    """(n, weekday): the second Friday is (2, 4), the last (-1, 4)."""
    numbers: list[int] = field(default_factory=list)
    """Ordinals of days; -1 is the last, -2 the last but one."""
    noun: str = "date"
    """What the numbers count: `day` when that word was said, `workday`, or `date`."""
    months: list[int] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing was read."""
        return not (self.weekdays or self.nth or self.numbers or self.months)


def step_and(ts: Tokens, i: int) -> int:
    """Over `,`, `and`, `, and`."""
    j = i
    while ts.words[j] in _AND and j < i + 2:
        j += 1
    return j
