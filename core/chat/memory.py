"""What a thread alone tells of its conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    """What the thread alone tells: what the bot's stamps add up to, and the messages the same request brought."""

    conversation: str | None = None
    conversations: tuple[str, ...] = ()
    """All conversations that were ever this thread's, oldest first."""
    answered: frozenset[str] = frozenset()
    """Ids of the messages that a stamp says were answered."""
    about: tuple[int, ...] = ()
    """The numbers of the tasks the thread is about: of its newest reminder, until something else was talked about."""
    asks: str = ""
    """What a mere `yes` stands for, after a question of the bot's."""
    recent: tuple[Said, ...] = ()
    """The newest messages, without what was said before the conversation was last forgotten or begun anew."""


@dataclass(frozen=True, slots=True)
class Past:
    """What all messages of a thread tell, from its first one on: what can't be had of its newest ones alone."""

    conversations: tuple[str, ...] = ()
    """All that its stamps name, oldest first: forks, and those that ended and could not be deleted."""
    answered: frozenset[str] = frozenset()
    """Ids of the messages that a stamp says were answered."""
    authors: Mapping[str, str] = field(default_factory=dict)
    """Who wrote what: ids of messages, and the `external_id`s of their authors."""

    def takes_part(self, person: str, message: str | None) -> bool:
        """Whether the person has written in the thread, other than this message."""
        return any(author == person and one != message for one, author in self.authors.items())
