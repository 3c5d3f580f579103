"""What may say when and was not read for sure: the words stay in the title, and the person is asked."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat import Due


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that may say when, and what they may mean."""

    words: str
    """As they were written."""
    meanings: tuple[Due, ...] = ()
    """Dues that may be meant, none of which was taken."""
    contradiction: str | None = None
    """The sentence that says why, where a weekday contradicts its date; else the words were understood in part."""
