"""A model gives dates in English words or as ISO. What may be another language's is refused, and never half-read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import Invalid
from core.quickadd.words import VOCABULARY
from core.tools.context import TurnContext

_TRANSLATE = (
    "Translate it into English words, written out ('next friday 5pm', 'in 3 days', 'every other tuesday'), or give an "
    "ISO date, and call again. Nothing was changed."
)
_RULE = re.compile(r"FREQ=", re.IGNORECASE)
_TWO_MEANINGS = re.compile(r"(?<![a-z])(?:mar|mo)(?![a-z])", re.IGNORECASE)
"""`mar` is martes, mardi or martedì as well as March, `mo` is Montag as well as a month."""
_UNITS_OF_TWO_MEANINGS = re.compile(r"\d\s*(?:m|mon|s|a)(?![a-z])", re.IGNORECASE)
"""`3 m` is meses, mois, mesi or Monate as well as minutes, `3 s` semanas, `3 a` años. Not where English is spoken."""


@contextmanager
def in_english(turn: TurnContext, *phrases: str | None) -> Iterator[None]:
    """Read dates, repetitions and reminders within; without a model (`turn.translates`) they are the person's own.

    Raises:
        Invalid: a phrase isn't English for sure; the sentence tells the model to translate.
    """
    given = [phrase for phrase in phrases if phrase and not _RULE.search(phrase)] if turn.translates else []
    for phrase in given:
        if _is_foreign(phrase, turn.actor.locale):
            raise Invalid(f"“{phrase[:60]}” may not be English. {_TRANSLATE}")
    try:
        yield
    except Invalid as error:
        if any(_has_unknown_words(phrase) for phrase in given):
            raise Invalid(f"{error} {_TRANSLATE}") from error
        raise


def _is_foreign(phrase: str, locale: str) -> bool:
    if any(character.isalnum() and not character.isascii() for character in phrase):
        return True
    if _TWO_MEANINGS.search(phrase):
        return True
    return not locale.lower().startswith("en") and _UNITS_OF_TWO_MEANINGS.search(phrase) is not None


def _has_unknown_words(phrase: str) -> bool:
    return any(word not in VOCABULARY for word in re.findall(r"[^\W\d_]+", phrase.lower()))
