"""Who may use the bot in a server; whoever may not is told so once where they speak, and at each command and press."""

from __future__ import annotations

from typing import Any

import discord
import structlog

from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.shared.admission import Verdict

log = structlog.get_logger()


def verdict(desk: Desk, user: int, guild: int | None, channel: object) -> Verdict:
    """What a person may do there; a thread is in its channel, and direct messages are in none."""
    inside = channel.parent_id if isinstance(channel, discord.Thread) else getattr(channel, "id", None)
    return desk.rules.judge(
        str(user), workspace=str(guild) if guild else "", channel=str(inside) if guild and inside else ""
    )


def of_interaction(desk: Desk, interaction: discord.Interaction[Any]) -> Verdict:
    """What whoever typed or pressed may do."""
    return verdict(desk, interaction.user.id, interaction.guild_id, interaction.channel)


async def of_message(desk: Desk, message: discord.Message) -> Verdict:
    """What the author of a message to the bot may do; what they may not they are told, once a process."""
    judgement = verdict(desk, message.author.id, message.guild.id if message.guild else None, message.channel)
    key = f"admitted:{message.author.id}:{judgement.name}"
    if judgement is Verdict.ALL or key in desk.asked:
        return judgement
    desk.asked[key] = True
    try:
        await desk.api.say(message.channel.id, judgement.value)
    except REFUSED as error:
        log.info("discord.words_lost", error=code(error) or type(error).__name__)
    return judgement
