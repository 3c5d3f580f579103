"""Files for one person alone: in their direct messages, whatever thread they asked in."""

from __future__ import annotations

from collections.abc import Sequence

import discord
import structlog

from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.discord.inbound import Place
from core.chat import File

log = structlog.get_logger()


def attached(files: Sequence[File]) -> list[discord.File]:
    """The files as discord.py uploads them."""
    return [discord.File(file.body, file.name) for file in files]


async def send(desk: Desk, where: Place, owner: str, files: Sequence[File]) -> None:
    """Send the files to the person, and say so where they asked; or say what keeps them from it."""
    try:
        channel = where.channel if where.private else await desk.api.private(int(owner))
        await desk.api.upload(channel, attached(files))
    except REFUSED as error:
        log.warning("discord.files_refused", error=code(error) or type(error).__name__)
        sentence = "I can't send you files: allow direct messages from this server, or use `/task export`."
    else:
        if where.private:
            return
        sentence = "The files are in our direct messages."
    try:
        await desk.api.say(where.channel, sentence)
    except REFUSED as error:
        log.info("discord.words_lost", error=code(error) or type(error).__name__)
