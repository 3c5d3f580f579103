"""Rules of the command grammar: a pattern for a whole sentence, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.commands.targets import target
from core.intents.values import Intent, Target

Builder = Callable[[re.Match[str]], Intent | None]
Rule = tuple[re.Pattern[str], Builder]


def rule(pattern: str, build: Builder) -> Rule:
    """A rule for sentences that are nothing but the pattern, in any case."""
    return re.compile(rf"^(?:{pattern})$", re.IGNORECASE | re.DOTALL), build


def always(intent: Intent) -> Builder:
    """A rule whose sentence says all."""
    return lambda match: intent


def on(kind: Callable[[Target], Intent]) -> Builder:
    """A rule whose group `t` names the tasks it acts on."""

    def build(match: re.Match[str]) -> Intent | None:
        found = target(match["t"])
        return kind(found) if found else None

    return build


def first(rules: Sequence[Rule], text: str) -> Intent | None:
    """What the first rule that fits makes of the text."""
    for pattern, build in rules:
        match = pattern.match(text)
        if match and (intent := build(match)):
            return intent
    return None
