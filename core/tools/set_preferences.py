"""The tool that sets a person's preferences."""

from __future__ import annotations

from pydantic import Field

from core.preferences import prefer
from core.receipts import preferences
from core.tools._english import in_english
from core.tools._results import said
from core.tools.context import TurnContext
from core.tools.shapes import PREFERENCES
from core.tools.tool import Arguments, Facts, define
from core.when import time_of_day


class SetPreferences(Arguments):
    """What to set; leave out what stays. Without anything it tells what is set."""

    timezone: str | None = None
    morning: str | None = None
    digest: bool | None = None
    here: bool | None = None
    lead: int | None = Field(None, ge=0, le=10080)


async def set_preferences(turn: TurnContext, arguments: SetPreferences) -> str:
    """Set or tell; morning: of digest and all-day tasks; here: remind here; lead: minutes."""
    said_morning = arguments.morning
    with in_english(turn, said_morning):
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


TOOL = define(
    set_preferences,
    SetPreferences,
    Facts(
        "Set what is given, tell all. timezone: IANA or city; morning: when the digest and reminders of whole "
        "days come; lead: minutes that reminders come early; here: remind where this was connected.",
        PREFERENCES,
        idempotent=True,
    ),
)
