"""Messages that were changed or deleted: nothing is answered, but their old words leave the conversation."""

from __future__ import annotations

import time
from collections.abc import Iterable

import discord

from adapters.discord.desk import Desk
from adapters.discord.inbound import Place, author, names, readable, spoken
from core.chat import Revision


async def edited(desk: Desk, payload: discord.RawMessageUpdateEvent) -> None:
    """A message was changed: by its author, or by Discord, which shows what a link leads to."""
    message = payload.message
    if message.edited_at is None or not spoken(message):
        return
    where = _where(desk, payload.channel_id, payload.message_id, message.guild)
    if where is None:
        return
    text = readable(message.content, names(message), desk.me.id)
    change = f"{payload.message_id}/{message.edited_at.timestamp()}"
    revision = Revision(where.thread(), str(payload.message_id), text, author(message.author))
    await _revise(desk, where, revision, change, message.edited_at.timestamp())


async def deleted(desk: Desk, guild: discord.Guild | None, channel: int, messages: Iterable[int]) -> None:
    """Messages are gone, whoever deleted them."""
    for message in messages:
        where = _where(desk, channel, message, guild)
        if where is not None:
            revision = Revision(where.thread(), str(message))
            await _revise(desk, where, revision, f"{message}/deleted", time.time())


async def _revise(desk: Desk, where: Place, revision: Revision, change: str, at: float) -> None:
    """Have it done, in threads of the bot's, after all that was said there before."""
    async with desk.core.claim(where.thread(), change, at) as claim, desk.running.in_order(where):
        if not await claim.granted():
            return
        if await desk.threads.ours(where, desk.core.written_elsewhere(where.thread())):
            await desk.core.revise(revision)
            claim.answered()


def _where(desk: Desk, channel: int, message: int, guild: discord.Guild | None) -> Place | None:
    """The thread of the bot's that a message may belong to: the one it stands in, or the one it was opened from.

    In a channel it costs no look at each message: threads that are open are known, and so are the bot's own.
    """
    if guild is None:
        return Place(channel, private=True)
    here, opened = Place(channel), Place(message)
    if guild.get_thread(message) is not None or desk.threads.knows(opened):
        return opened
    if desk.threads.knows(here) or guild.get_channel(channel) is None:
        return here
    return None
