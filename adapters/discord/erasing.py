"""Taking a forgotten conversation's id off the earlier messages of its thread: what was answered stays answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.discord.inbound import Place
from adapters.discord.stamps import without_conversation
from adapters.shared.erasing import LONG, begun, ended

log = structlog.get_logger()

_AT_ONCE = 2.0
"""Seconds that the answer waits; what takes longer goes on in the background."""
_APART = 1.0
"""Seconds between edits of a channel's messages, for which discord.py waits."""

Raw = Mapping[str, Any]


async def begin(desk: Desk, where: Place) -> None:
    """Take the ids off, for the most part before the answer is there: that waits no longer than a moment."""
    desk.erased[where.channel] = True
    task = asyncio.create_task(erase(desk, where))
    await asyncio.wait([task], timeout=_AT_ONCE)


def go_on(desk: Desk, where: Place) -> None:
    """Take up what another process left undone, once, without a word."""
    if where.channel not in desk.erased:
        desk.erased[where.channel] = True
        desk.running.keep(asyncio.create_task(erase(desk, where, so_far=False)))


async def erase(desk: Desk, where: Place, *, so_far: bool = True) -> None:
    """Rewrite the stamps of the bot's own messages without the conversation; goes on where one can't be changed.

    All that there are `so_far`, or those before the last time that a conversation was forgotten. discord.py waits where
    Discord asks for it: five edits in five seconds of a channel.
    """
    async with desk.running.counted():
        try:
            found = await desk.threads.whole(where)
        except REFUSED as error:
            # the stamp stays, so that a later process goes on
            log.warning("discord.not_erased", error=code(error) or type(error).__name__)
            return
        if so_far:
            desk.threads.ended(where)
        named = found.named if so_far else found.forgotten
        changes = [(found.messages[index], _without_conversation(found.messages[index])) for index in named]
        seconds, notice, stubborn = len(changes) * _APART, 0, 0
        if so_far and seconds > LONG:
            notice = await _say(desk, where, begun("Discord", len(changes), seconds))
        for message, told in changes:
            if told is not None:
                stubborn += not await _erased(desk, where, message, told)
        log.info("discord.erased", messages=len(changes) - stubborn, kept=stubborn)
        if notice or (stubborn and so_far):
            await _say(desk, where, ended("Discord", len(changes) - stubborn, stubborn), instead=notice)


async def _say(desk: Desk, where: Place, sentence: str, *, instead: int = 0) -> int:
    """Tell the thread, by a message or in place of one; its id, 0 where Discord won't."""
    try:
        if instead:
            await desk.api.edit(where.channel, instead, {"content": sentence})
            return instead
        return await desk.api.say(where.channel, sentence)
    except REFUSED as error:
        log.info("discord.progress_untold", error=code(error) or type(error).__name__)
        return 0


def _without_conversation(message: Raw) -> dict[str, Any] | None:
    """What to change a message to; None for one whose stamp names no conversation."""
    changed = [_component(one) for one in message.get("components") or ()]
    if changed == list(message.get("components") or ()):
        return None
    content = {"content": message["content"]} if message.get("content") else {}
    return {"components": changed, **content}


def _component(component: Raw) -> dict[str, Any]:
    told = dict(component)
    if (custom_id := without_conversation(str(told.get("custom_id") or ""))) is not None:
        told["custom_id"] = custom_id
    if isinstance(told.get("components"), list):
        told["components"] = [_component(one) for one in told["components"]]
    return told


async def _erased(desk: Desk, where: Place, message: Raw, told: dict[str, Any]) -> bool:
    try:
        desk.edits.made(where.channel)
        await desk.api.edit_once(where.channel, int(message["id"]), told)
    except REFUSED as error:
        log.warning("discord.stamp_kept", error=code(error) or type(error).__name__)
        return False
    return True
