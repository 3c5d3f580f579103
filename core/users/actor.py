"""The person an operation acts for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Actor:
    """An identity and its account, with what the operations need of its preferences.

    Comes from the platform's verified event by way of `identify`, and never from a model.
    """

    user_id: int
    account_id: int
    name: str
    timezone: ZoneInfo
    timezone_known: bool
    """Whether the person or their platform told the zone; otherwise it is the bot's default."""
    locale: str = "en"
    """BCP 47; decides whether 5/6 is May or June."""
    morning: dt.time = dt.time(9)
    """When the digest and the reminders of all-day tasks come, on the clock of `timezone`."""
    digest: bool = False
    reminder_lead_minutes: int = 0
    reminders_here: bool = False
    """Whether the account's reminders come to this identity, wherever a task was made."""
    unreached: bool = False
    """Whether a reminder could not be delivered, and waits to be told."""
    by: str = ""
    """The message that the actor acts by, as a digest: a change carries it, so that a message that comes again is not
    carried out again."""
