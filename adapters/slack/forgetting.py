"""Forgetting a thread's conversation from where Slack names no thread: a menu of those the bot takes part in."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog

from adapters.slack import whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import gather
from adapters.slack.inbound import Event, Place, instant, readable, text_of
from adapters.slack.post import Post
from adapters.slack.render.blocks import Block, actions, option, section, select
from core.chat import Command, StampKind

log = structlog.get_logger()

PICK = "forget_pick"
_LOOKED_AT = 200
_OFFERED = 50
_NOWHERE = (
    "I find no thread of ours here. In a thread, say `forget`, or choose “Forget this conversation” from the menu of "
    "one of its messages. `/task forget me` deletes your tasks."
)


async def offer(desk: Desk, user: str, channel: str, url: str) -> None:
    """Ask which of the channel's threads is meant: those in which both the bot and the person wrote."""
    try:
        page = await desk.api.read.conversations_history(channel=channel, limit=_LOOKED_AT)
    except REFUSED as error:
        log.info("slack.history_refused", error=code(error) or type(error).__name__)
        await whisper.say(desk, url, _NOWHERE)
        return
    ours = [one for one in page.get("messages") or () if _of_both(one, desk.me.user, user)][:_OFFERED]
    if not ours:
        await whisper.say(desk, url, _NOWHERE)
        return
    question = section("Which conversation shall I forget? Tasks stay.")
    await whisper.replace(desk, url, "", [[question, _menu(desk, ours, channel)]])


async def forget(desk: Desk, user: str, place: Place, url: str, *, instead: bool) -> None:
    """Delete the thread's conversation and tell the thread who had it done; `instead` of what was pressed or beside."""
    thread, now = place.thread(desk.me.team), time.time()
    author = await desk.people.author(user)
    async with desk.core.claim(thread, f"forget-{user}-{now}", now) as claim, desk.running.in_order(place):
        # after all that was said there before, in other processes too
        await claim.granted()
        said = await gather(desk.core.command(Command(author, "forget", thread)), user)
        if said.stamp is not None and said.stamp.kind.ends:
            desk.threads.ended(place)
            if said.stamp.kind is StampKind.FORGOTTEN:
                await desk.erasing.begin(desk, place)
            await Post(desk, place, user).end(said.text, stamp=said.stamp)
            desk.core.posted(thread)
    sentence = said.problem or said.text
    if not (instead and await whisper.replace(desk, url, sentence)):
        await whisper.say(desk, url, sentence, user=user, channel=place.channel, thread=place.ts)


def picked(value: str, channel_is_private: bool) -> Place:
    """The thread that a menu's entry stands for."""
    channel, _, ts = value.partition(":")
    return Place(channel, ts, channel_is_private)


def _of_both(said: Event, bot: str, user: str) -> bool:
    """Whether the bot answers in the thread that a message begins, and the person takes part."""
    replied = said.get("reply_users")
    users = set(replied) if isinstance(replied, list) else set()
    return bot in users | {said.get("user")} and bool(users) and user in users | {text_of(said, "user")}


def _menu(desk: Desk, threads: Sequence[Event], channel: str) -> Block:
    options = []
    for said in threads:
        words = " ".join(readable(text_of(said), {}, desk.me.user).split())
        at = instant(text_of(said, "ts"))
        options.append(option(f"{at:%d %b}: {words or 'a message'}", f"{channel}:{text_of(said, 'ts')}"))
    return actions([select("A thread…", PICK, options)], block_id="forget")
