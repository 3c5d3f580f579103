"""What may say when and was not read for sure: the words stay in the title, and the person is asked."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Due


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that may say when, and what they may mean."""

    words: str
    """As they were written."""
    meanings: tuple[Due, ...] = ()
    """Dues that may be meant, none of which was taken."""
    contradiction: str | None = None
    """What contradicts what, as a sentence without its full stop; None where the words were understood in part."""
