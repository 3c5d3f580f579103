"""What was said to the bot while nobody listened, in all channels and threads that it may read.

Direct messages are not among them: Discord names a bot none of its direct messages until somebody writes there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import discord
import structlog

from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.discord.inbound import Place
from adapters.discord.listeners.messages import hear
from core.chat import Heard, missed

log = structlog.get_logger()

Raw = Mapping[str, Any]
Answers = Sequence[Callable[[], Awaitable[None]]]

_SPOKEN = (0, 19)
_HAD_THREAD = 1 << 5
_PAGE = 100
_PAGES = 10


async def threads(desk: Desk, client: discord.Client, since: float) -> AsyncIterator[tuple[Place, Answers]]:
    """Threads with messages to the bot that nobody has answered; `since` is in seconds since 1970.

    A channel in which no thread can be opened is one itself.
    """
    for guild in client.guilds:
        channels: list[discord.Thread | discord.TextChannel] = [*guild.threads, *guild.text_channels]
        for channel in channels:
            if not _worth_reading(desk, channel, since):
                continue
            try:
                if isinstance(channel, discord.Thread):
                    yield Place(channel.id), await _in_thread(desk, channel, since)
                else:
                    async for place, answers in _in_channel(desk, channel, since):
                        yield place, answers
            except REFUSED as error:
                log.info("discord.not_caught_up", error=code(error) or type(error).__name__)


def _worth_reading(desk: Desk, channel: discord.Thread | discord.TextChannel, since: float) -> bool:
    """Whether somebody has written there lately, and the bot may read it, and is in it if it is a thread."""
    last = channel.last_message_id or (channel.id if isinstance(channel, discord.Thread) else None)
    if last is None or _instant(last) < since:
        return False
    if isinstance(channel, discord.Thread) and channel.owner_id != desk.me.id and channel.me is None:
        return False
    may = channel.permissions_for(channel.guild.me) if channel.guild.me else None
    return may is None or (may.view_channel and may.read_message_history)


async def _in_thread(desk: Desk, thread: discord.Thread, since: float) -> Answers:
    """The mention that it was opened for, if need be, and what was said since."""
    found = await desk.threads.look(Place(thread.id))
    if found is None:
        return ()
    own = thread.owner_id == desk.me.id
    heard = [_heard(desk, message) for message in found.messages]
    answers = [
        partial(_hear_late, desk, thread, int(one))
        for one in missed(heard, found.notes.answered, since=since, meant=own)
    ]
    parent = thread.parent
    begun = own and isinstance(parent, discord.TextChannel) and _instant(thread.id) >= since
    if begun and isinstance(parent, discord.TextChannel) and str(thread.id) not in found.notes.answered:
        answers.insert(0, partial(_hear_late, desk, parent, thread.id))
    return answers


async def _in_channel(desk: Desk, channel: discord.TextChannel, since: float) -> AsyncIterator[tuple[Place, Answers]]:
    """Mentions without a thread, and without an answer in the channel itself."""
    messages: list[Raw] = []
    for _ in range(_PAGES):
        before = int(messages[-1]["id"]) if messages else None
        page = await desk.api.history(channel.id, before=before)
        messages += page
        if len(page) < _PAGE or _instant(int(page[-1]["id"])) < since:
            break
    messages.reverse()
    answered = desk.threads.read(messages).notes.answered
    for message in messages:
        # where a thread was and is no more, somebody has had its answer and deleted it
        had_thread = message.get("thread") or int(message.get("flags") or 0) & _HAD_THREAD
        one = _heard(desk, message)
        if one.calls and one.spoken and one.at >= since and not had_thread and one.id not in answered:
            yield Place(int(one.id)), [partial(_hear_late, desk, channel, int(one.id))]


def _heard(desk: Desk, message: Raw) -> Heard:
    mine = desk.threads.mine(message)
    return Heard(
        id=str(message["id"]),
        at=_instant(int(message["id"])),
        mine=mine,
        spoken=message.get("type") in _SPOKEN and not message["author"].get("bot") and not message.get("webhook_id"),
        calls=any(int(user["id"]) == desk.me.id for user in message.get("mentions") or ()),
    )


async def _hear_late(desk: Desk, channel: discord.Thread | discord.TextChannel, message: int) -> None:
    """Answer a message, unless it has come by itself meanwhile, or is gone."""
    if message in desk.heard:
        return
    try:
        said = await channel.fetch_message(message)
    except REFUSED as error:
        log.info("discord.not_caught_up", error=code(error) or type(error).__name__)
        return
    await hear(desk, said, again=True)


def _instant(snowflake: int) -> float:
    return discord.utils.snowflake_time(snowflake).timestamp()
