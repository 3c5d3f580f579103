"""The tool that sets a person's preferences."""

from __future__ import annotations

from pydantic import Field

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, define
from core.agent.tools._results import said
from core.preferences import prefer
from core.receipts import preferences
from core.when import time_of_day


class SetPreferences(Arguments):
    """What to set; leave out what stays. Without anything it tells what is set."""

    timezone: str | None = Field(None, description="IANA name, e.g. Europe/Berlin, or a city")
    morning: str | None = Field(None, description="When the digest and reminders of all-day tasks come, e.g. 08:30")
    digest: bool | None = Field(None, description="Whether to say each morning what is due")
    here: bool | None = Field(None, description="Whether all reminders come to where this is said")
    lead: int | None = Field(None, ge=0, le=10080, description="Minutes before its time that a task's reminder comes")


async def set_preferences(turn: TurnContext, arguments: SetPreferences) -> str:
    """Set the author's time zone, morning time, daily digest, or how long before its time a task reminds."""
    said_morning = arguments.morning
    morning = time_of_day(said_morning, now=turn.now, locale=turn.actor.locale) if said_morning else None
    async with turn.database.transaction() as session:
        turn.actor = await prefer(
            session,
            turn.actor,
            timezone=arguments.timezone,
            morning=morning,
            digest=arguments.digest,
            reminder_lead_minutes=arguments.lead,
            reminders_here=arguments.here,
            now=turn.now,
        )
    actor = turn.actor
    turn.now = turn.now.astimezone(actor.timezone)
    timed = arguments.timezone is not None or arguments.morning is not None
    turn.show(preferences(actor, turn.now, whole=not timed))
    return said(
        timezone=actor.timezone.key,
        morning=f"{actor.morning:%H:%M}",
        digest=actor.digest,
        lead=actor.reminder_lead_minutes,
        now=f"{turn.now:%Y-%m-%dT%H:%M}",
    )


TOOL = define(set_preferences, SetPreferences)
