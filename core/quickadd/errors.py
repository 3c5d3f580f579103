"""What quick add says when it cannot accept a text."""

from __future__ import annotations


class QuickAddError(ValueError):
    """The text names a date, a time or a rule that cannot be; the message is a sentence for the user."""
