"""What people say: mentions, the bot's own threads, direct messages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Awaitable, Callable

import discord
import structlog

from adapters.discord import admission
from adapters.discord.answer import Answer
from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.discord.erasing import go_on
from adapters.discord.inbound import Place, author, names, readable, said, spoken
from adapters.shared.admission import Verdict
from adapters.shared.meant import meant
from core.chat import Command, Message

log = structlog.get_logger()

Handle = Callable[[Desk, discord.Message, Place, bool], Awaitable[bool]]
"""Answers a message, which may have been answered where the last value says so; tells whether it is answered now."""

_LONGEST_NAME = 80
_OF_THE_THREAD = re.compile(
    r"/?(?:task )?(?:(forget)(?: (?:this|the) (?:conversation|thread))?|(new)(?: conversation)?)[.!]?", re.IGNORECASE
)
_NOT_READ = (
    "I can't read messages here that don't mention me: whoever runs me has to turn on *Message Content Intent* in "
    "Discord's developer portal. Mention me, or use `/task`."
)


async def hear(desk: Desk, message: discord.Message, *, again: bool = False) -> None:
    """Answer what was said, if it was said to the bot, after all that was said earlier in the thread."""
    if not spoken(message) or desk.running.draining:
        return
    desk.heard[message.id] = True
    called = calls(message, desk.me)
    channel = message.channel
    directly = called or isinstance(channel, discord.DMChannel)
    if directly and (await admission.of_message(desk, message)).refused:
        return
    if isinstance(channel, discord.DMChannel):
        await _claimed(desk, message, Place(channel.id, private=True), _answer, again=again)
    elif isinstance(channel, discord.Thread):
        await _claimed(desk, message, Place(channel.id), _called if called else _in_thread, again=again)
    elif called:
        await _claimed(desk, message, Place(message.id), _in_channel, again=again)


async def _claimed(desk: Desk, message: discord.Message, where: Place, handle: Handle, *, again: bool) -> None:
    """Have the message in hand, after all that came before it in its thread; it may be another process's already."""
    at = message.created_at.timestamp()
    async with desk.core.claim(where.thread(), str(message.id), at) as claim, desk.running.in_order(where):
        if await claim.granted() and await handle(desk, message, where, again or claim.doubtful):
            claim.answered()


def calls(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether the message mentions the bot, or the role that Discord made for it."""
    roles = (role.tags.bot_id for role in message.role_mentions if role.tags)
    return any(user.id == me.id for user in message.mentions) or me.id in roles


async def _called(desk: Desk, message: discord.Message, where: Place, again: bool) -> bool:
    """A mention in a thread."""
    desk.talkers.several(where, str(message.author.id))
    desk.threads.called(where)
    return await _answer(desk, message, where, again)


async def _in_thread(desk: Desk, message: discord.Message, where: Place, again: bool) -> bool:
    """A message in a thread without a mention: answered where the bot takes part."""
    several = desk.talkers.several(where, str(message.author.id))
    if message.content and not meant(message.content, str(desk.me.id), several=several):
        return False
    own = isinstance(message.channel, discord.Thread) and message.channel.owner_id == desk.me.id
    if not own and not await desk.threads.ours(where, desk.core.written_elsewhere(where.thread())):
        desk.heard.pop(message.id, None)
        return False
    if not message.content and not desk.reads:
        await _not_read(desk, where)
        return False
    if (await admission.of_message(desk, message)).refused:
        return False
    return await _answer(desk, message, where, again)


async def _in_channel(desk: Desk, message: discord.Message, where: Place, again: bool) -> bool:
    """Open a thread from the mention and answer there. Where no thread can be, the answer is in the channel."""
    desk.talkers.several(where, str(message.author.id))
    try:
        await desk.api.thread(message.channel.id, message.id, name(message, desk.me.id))
    except REFUSED as error:
        log.info("discord.no_thread", error=code(error) or type(error).__name__)
        channel = Place(message.channel.id)
        async with desk.running.in_order(channel):
            return await _answer(desk, message, channel, again)
    desk.threads.called(where, parent=None if again else message.channel.id)
    return await _answer(desk, message, where, again)


async def _answer(desk: Desk, message: discord.Message, where: Place, again: bool) -> bool:
    """Run the turn and show its reply as it comes."""
    told = said(message, where, desk.me.id, again=again)
    if await admission.of_message(desk, message) is Verdict.COMMANDS:
        told = dataclasses.replace(told, model=False)
    await reply(desk, told, where)
    if desk.threads.remains.pop(where.channel, False):
        go_on(desk, where)
    return True


async def reply(desk: Desk, told: Message, where: Place) -> bool:
    """The turn of a message, or what is about the thread itself; tells whether a question needs its buttons no more."""
    if verb := _of_the_thread(told.text):
        answer = desk.core.command(Command(told.author, verb, told.thread, message=told.id))
    else:
        answer = desk.core.respond(told)
    shown = Answer(desk, where, told.author, told.id)
    async with desk.running.turn(where) as turn:
        await shown.show(answer, turn)
    return shown.settled


def name(message: discord.Message, bot: int) -> str:
    """What a thread is called: the request, or as much of it as fits."""
    words = " ".join(readable(message.content, names(message), bot).split())
    return words[:_LONGEST_NAME].rstrip() or f"Tasks of {author(message.author).name}"


async def _not_read(desk: Desk, where: Place) -> None:
    """Say once in a thread what keeps the bot from answering."""
    key = f"unread:{where.channel}"
    if key in desk.asked:
        return
    desk.asked[key] = True
    try:
        await desk.api.say(where.channel, _NOT_READ)
    except REFUSED as error:
        log.info("discord.words_lost", error=code(error) or type(error).__name__)


def _of_the_thread(text: str) -> str | None:
    """`forget` or `new`, when the whole message says nothing else."""
    found = _OF_THE_THREAD.fullmatch(text.strip())
    return (found[1] or found[2]).lower() if found else None
