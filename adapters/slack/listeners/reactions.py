"""A check mark on one's own card completes its tasks."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk
from adapters.slack.gather import gather
from adapters.slack.inbound import Event, text_of
from adapters.slack.render import cards
from adapters.slack.surface import Surface, show
from core.chat import Action, ActionName

_DONE = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check"})


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to `reaction_added`."""

    @app.event("reaction_added")
    async def reacted(event: Event) -> None:
        # of a reaction to somebody else's message nothing has to be read
        if text_of(event, "reaction") in _DONE and event.get("item_user") == desk.me.user:
            async with desk.running.counted():
                await complete(desk, event)


async def complete(desk: Desk, event: Event) -> None:
    """Complete the tasks of the card, if it is the person's own."""
    item = event.get("item")
    channel, ts = (text_of(item, "channel"), text_of(item, "ts")) if isinstance(item, Mapping) else ("", "")
    user = text_of(event, "user")
    message = await desk.threads.message(channel, ts)
    blocks = message.get("blocks") if message else None
    if not message or not isinstance(blocks, list) or cards.owner(blocks) != user:
        return
    author = await desk.people.author(user)
    said = await gather(desk.core.act(Action(author, ActionName.DONE, cards.numbers(blocks))), user)
    await show(desk, author, Surface("", channel, ts, text_of(message), blocks), said)
