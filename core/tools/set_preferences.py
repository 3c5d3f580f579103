"""The tool that sets a person's preferences."""

from __future__ import annotations

from pydantic import Field

from core.intents.values import Prefer
from core.tools._english import in_english
from core.tools._results import receipt_of, said
from core.tools.context import TurnContext
from core.tools.shapes import PREFERENCES
from core.tools.tool import Arguments, Facts, define


class SetPreferences(Arguments):
    """What to set; leave out what stays. Without anything it tells what is set."""

    timezone: str | None = None
    morning: str | None = None
    digest: bool | None = None
    here: bool | None = None
    lead: int | None = Field(None, ge=0, le=10080)


async def set_preferences(turn: TurnContext, arguments: SetPreferences) -> str:
    """Set or tell; morning: of digest and all-day tasks; here: remind here; lead: minutes."""
    with in_english(turn, arguments.morning):
        turn.show(await receipt_of(turn, Prefer(**arguments.model_dump())))
    actor = turn.actor
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
