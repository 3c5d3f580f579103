"""What a thread is told while a forgotten conversation's id is taken off its messages."""

from __future__ import annotations

LONG = 20.0
"""Seconds of work that are worth being told of."""


def begun(platform: str, messages: int, seconds: float) -> str:
    """Of so many messages, which the platform lets be changed in so much time."""
    minutes = max(1, round(seconds / 60))
    return (
        f"I am taking the deleted conversation's id off {messages} messages of mine in this thread. "
        f"{platform} lets me do that in about {minutes} minute{'' if minutes == 1 else 's'}."
    )


def ended(platform: str, messages: int, stubborn: int) -> str:
    """It is done with so many messages, and so many could not be changed."""
    done = f"The conversation's id is off {messages} messages of mine."
    if not stubborn:
        return done
    them = "one message" if stubborn == 1 else f"{stubborn} messages"
    return f"{done} {platform} doesn't let me change {them}; what the id there names is deleted all the same."
