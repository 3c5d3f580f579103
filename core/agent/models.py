"""Which model is asked by default, and what each family of models takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

DEFAULT_MODEL = "gpt-6-luna"
"""The cheapest that calls functions well: $0.10 and $0.50 a million tokens in and out, half its predecessor's price.
OpenAI recommends it for focused tasks in great number (November 2026). OPENAI_MODEL names another."""
MOST_OUTPUT = 16_000
"""Tokens, hidden ones included. The longest message that is read makes a call of some 10,000; without a limit, a model
that goes round in circles writes 128,000."""

Effort = Literal["none", "minimal", "low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Family:
    """What models whose names begin alike take."""

    names: re.Pattern[str]
    effort: Effort | None = None
    """The least they can be asked for: telling words from dates needs no thought. None: they don't reason."""
    verbosity: Literal["low", "medium"] | None = None
    breakpoints: bool = False
    """Whether they keep the prompt cache of GPT-5.6 and later, with marked breakpoints."""
    most_output: int | None = MOST_OUTPUT
    """Tokens; asking for more than a model can write is refused."""


_FAMILIES = (
    Family(re.compile(r"gpt-oss"), "low"),
    Family(re.compile(r"gpt-(3|4(-|$))"), most_output=4096),
    Family(re.compile(r"gpt-4|chatgpt|gpt-[\d.]+-chat")),
    Family(re.compile(r"gpt-5-pro"), "high", "low"),
    Family(re.compile(r"gpt-5\.[1-5]-pro"), "medium", "low"),
    Family(re.compile(r"gpt-5(\.[1-5])?-codex"), "low", "medium"),
    Family(re.compile(r"gpt-5(-|$)"), "minimal", "low"),
    Family(re.compile(r"gpt-5\.[1-5](-|$)"), "none", "low"),
    Family(re.compile(r"(gpt-5\.\d+(-(sol|terra|luna))?|gpt-6-(sol|luna))(-\d|$)"), "none", "low", breakpoints=True),
    # Astra, 6.1, 6.2 and whatever comes next: some of them refuse "none", all that reason take "low"
    Family(re.compile(r"gpt-"), "low", "low", breakpoints=True),
    Family(re.compile(r"o1-(mini|preview)")),
    Family(re.compile(r"o\d"), "low"),
)
"""The first that fits counts. Source: the pages of the models, https://developers.openai.com/api/docs/models, as of
November 2026."""
_OTHER = Family(re.compile(""), most_output=None)
"""A model of another maker behind OPENAI_BASE_URL, of which nothing is known, gets nothing that it may not know."""


def family(model: str) -> Family:
    """The family of a model, also of one fine-tuned (`ft:gpt-4.1:…`) or named by a router (`openai/gpt-6-luna`)."""
    name = model.lower().removeprefix("ft:").rpartition("/")[2]
    return next((one for one in _FAMILIES if one.names.match(name)), _OTHER)
