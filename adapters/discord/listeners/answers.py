"""Answers to the question before another service is called: pressing one says its line in the thread."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from adapters.discord.desk import Desk
from adapters.discord.inbound import Place
from adapters.discord.listeners.messages import reply
from adapters.discord.render.actions import Pressed
from adapters.discord.render.components import Component, plain_id, text
from adapters.discord.surface import finish, shown
from core.chat import Author, Message

ANSWERED = "-# Answered."


async def say(desk: Desk, interaction: discord.Interaction, who: Author, pressed: Pressed, custom_id: str) -> None:
    """Answer as if the person had typed the line, after all that was said earlier; then take the buttons away.

    They stay where nothing is decided yet, so that they can be pressed again.
    """
    where = Place(interaction.channel_id or 0, private=interaction.guild_id is None)
    thread, at = where.thread(), interaction.created_at
    async with desk.core.claim(thread, str(interaction.id), at.timestamp()) as claim, desk.running.in_order(where):
        # which of several processes does it is settled already
        await claim.granted()
        settled = await reply(desk, Message(str(interaction.id), thread, who, pressed.line, at), where)
        claim.answered()
    if settled:
        left = _without(shown(interaction), plain_id(custom_id))
        await finish(desk, interaction, {"components": left, "flags": 1 << 15})


def _without(components: Sequence[Component], custom_id: str) -> list[Component]:
    """The components with a word in place of the row that holds the pressed button."""
    left: list[Component] = []
    for component in components:
        inner = component.get("components")
        held = [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
        if any(plain_id(str(one.get("custom_id", ""))) == custom_id for one in held):
            left.append(text(ANSWERED))
        else:
            left.append({**component, "components": _without(held, custom_id)} if held else component)
    return left
