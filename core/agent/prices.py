"""What a model's tokens cost, as of November 2026.

Source: https://developers.openai.com/api/docs/pricing and the models' pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens."""

    input: float
    cached: float
    """Read from the prompt cache."""
    written: float
    """Written to it."""
    output: float

    def dollars(self, *, cached: int, written: int, other: int, output: int) -> float:
        """What so many tokens cost; `other`: input that is neither read from the cache nor written to it."""
        spent = cached * self.cached + written * self.written + other * self.input + output * self.output
        return spent / 1_000_000


PRICES = {
    "gpt-6-luna": Price(0.10, 0.01, 0.125, 0.50),
    "gpt-5.6-luna": Price(0.20, 0.02, 0.25, 1.20),
    "gpt-6.1-sol": Price(2.00, 0.10, 2.50, 10.00),
}

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def known(model: str) -> str:
    """The name under which the model has a price, without the date of a snapshot; another name has none."""
    return _DATED.sub("", model.lower())
