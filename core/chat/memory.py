"""What a thread alone tells of its conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One earlier message of a thread, oldest first in a list, used to seed a fresh conversation."""

    name: str
    text: str
    mine: bool
    """Whether the bot itself said it."""
    id: str = ""
    """The message's id, where the platform has one."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What the thread alone tells: the newest stamp of the bot's own, and the messages the same request brought."""

    conversation: str | None = None
    answered: frozenset[str] = frozenset()
    """Ids of the messages that a stamp says were answered."""
    task: int | None = None
    """The number of the task the thread is about: of its newest reminder, until something else was talked about."""
    recent: tuple[Said, ...] = ()
