"""What is known of a rule while its clauses are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from core.quickadd.days import Days
from core.quickadd.spec import Spec
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Context
from core.quickadd.words import WEEKDAY_PLURALS, word_set

ADVERBS: Final[dict[str, tuple[str, int]]] = {
    "daily": ("DAILY", 1),
    "everyday": ("DAILY", 1),
    "nightly": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "biweekly": ("WEEKLY", 2),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "bimonthly": ("MONTHLY", 2),
    "quarterly": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1),
    "biannually": ("MONTHLY", 6),
    "semiannually": ("MONTHLY", 6),
    "biennially": ("YEARLY", 2),
    "biyearly": ("YEARLY", 2),
    "annually": ("YEARLY", 1),
    "hourly": ("HOURLY", 1),
}
SURE: Final = word_set("every each ev").union(ADVERBS)
"""Words that say how often."""
TRIGGERS: Final = word_set(
    "once alternate bi semi any all weekdays weekends after - – through thru mornings afternoons evenings nights"
).union(SURE, WEEKDAY_PLURALS)
"""Words one of which every rule holds."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule found in a text: its parts, and the tokens that say it."""

    start: int
    end: int
    spec: Spec
    certain: bool
    """Whether it said `every` or `each`; `daily` and `mondays` may be words of a title."""
    listed: bool = False
    """Whether weekdays in a row are all that makes it a rule: `mon, wed and fri 7am`."""


@dataclass(slots=True)
class Reading:
    """A rule so far. `i` is the next token; a clause moves it on and returns True, or leaves all as it is."""

    ts: Tokens
    i: int
    cx: Context
    nested: Callable[[Tokens, int, Context], Rule | None]
    """Reads a rule inside this one, for `except daily at 12am`."""
    spec: Spec = field(default_factory=Spec)
    days: list[Days] = field(default_factory=list)
    certain: bool = False
    plural: bool = False
    """Whether weekdays were said in the plural, which alone makes a rule."""
    listed: bool = False
    """Whether nothing but a list of weekdays makes it a rule."""
    part: str | None = None
    """The part of the day that `nightly` says."""
    clocks: list[Clock] = field(default_factory=list)
    """The times said before any part of the day was."""
    times: list[tuple[int, int]] = field(default_factory=list)
    """Times of day whose minutes differ, which takes BYSETPOS to say."""
    until_at: int | None = None
    """Where the end is said; it is read again once the start is known."""
