"""What a change brings unasked is any process's to say: how the others are told of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.chat import Receipt
from core.database import Database, statement
from core.errors import DatabaseUnavailable
from core.model import Outcome

CHANNEL = "task_bot"
SIGN = "@"
"""How a word about it begins; seconds since 1970 follow, or 0."""

_SAY = statement("SELECT pg_notify(:channel, :word)")


@dataclass(frozen=True, slots=True)
class Coming:
    """Something is to be said at an instant; None: at any."""

    at: dt.datetime | None = None

    @property
    def word(self) -> str:
        """As processes tell one another."""
        return f"{SIGN}{int(self.at.timestamp()) if self.at else 0}"


def coming(receipt: Receipt) -> Coming | None:
    """The first of what a change brings, if it brings anything."""
    if receipt.action is Outcome.PREFERENCES:
        return Coming()
    instants = [task.next_reminder for task in receipt.tasks if task.next_reminder is not None]
    return Coming(min(instants)) if instants else None


async def announce(database: Database, receipt: Receipt) -> None:
    """Tell all processes, for one that has no session of its own. Where nobody can be told, they look by themselves."""
    if (news := coming(receipt)) is None:
        return
    values = {"channel": CHANNEL, "word": news.word}
    try:
        await database.read(lambda session: session.execute(_SAY, values))
    except DatabaseUnavailable:
        return
