"""Discord tells no time zone: a person without one is asked once, under the first receipt that shows a time."""

from __future__ import annotations

from adapters.discord.desk import Desk
from adapters.discord.render import cards
from adapters.discord.render.cards import Component
from core.chat import Author, RefusedError

OFFERED = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago",
    "America/New_York", "America/Halifax", "America/Sao_Paulo", "Atlantic/Azores", "Europe/London", "Europe/Lisbon",
    "Europe/Berlin", "Europe/Athens", "Africa/Lagos", "Africa/Johannesburg", "Europe/Moscow", "Asia/Dubai",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Bangkok", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo",
    "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""One for each part of the world; `/settings` finds all others by the name of a city."""


async def question(desk: Desk, who: Author) -> list[list[Component]]:
    """The question, as a group of components; nothing for whom it has been asked, or who has a zone."""
    if who.external_id in desk.asked:
        return []
    try:
        kept = await desk.core.preferences(who)
    except RefusedError:
        return []
    desk.asked[who.external_id] = True
    return [] if kept.timezone_known else [cards.zones(who.external_id, OFFERED, kept.timezone)]
