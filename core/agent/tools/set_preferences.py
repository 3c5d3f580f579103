"""The tool that sets a person's preferences."""

from __future__ import annotations

from pydantic import Field

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, define
from core.agent.tools._results import said
from core.receipts import preferences
from core.users import set_preferences as save_preferences
from core.when import time_of_day


class SetPreferences(Arguments):
    """What to set; leave out what stays."""

    timezone: str | None = Field(None, description="IANA name, e.g. Europe/Berlin, or a city")
    morning: str | None = Field(None, description="When all-day tasks remind, e.g. 08:30")


async def set_preferences(turn: TurnContext, arguments: SetPreferences) -> str:
    """Set the author's time zone or morning time."""
    said_morning = arguments.morning
    morning = time_of_day(said_morning, now=turn.now, locale=turn.actor.locale) if said_morning else None
    async with turn.database.transaction() as session:
        turn.actor = await save_preferences(session, turn.actor, timezone=arguments.timezone, morning=morning)
    turn.now = turn.now.astimezone(turn.actor.timezone)
    turn.show(preferences(turn.actor, turn.now))
    return said(
        timezone=turn.actor.timezone.key, morning=f"{turn.actor.morning:%H:%M}", now=f"{turn.now:%Y-%m-%dT%H:%M}"
    )


TOOL = define(set_preferences, SetPreferences)
