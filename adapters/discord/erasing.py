"""Taking a forgotten conversation's id off the earlier messages of its thread: what was answered stays answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.discord.inbound import Place
from adapters.discord.threads import without_conversation

log = structlog.get_logger()

_AT_ONCE = 2.0
"""Seconds that the answer waits; what takes longer goes on in the background."""

Raw = Mapping[str, Any]


async def begin(desk: Desk, where: Place) -> None:
    """Take the ids off, for the most part before the answer is there: that waits no longer than a moment."""
    task = asyncio.create_task(erase(desk, where))
    await asyncio.wait([task], timeout=_AT_ONCE)


async def erase(desk: Desk, where: Place) -> None:
    """Rewrite the stamps of the bot's own messages without the conversation; goes on where one can't be changed.

    discord.py waits where Discord asks for it: five edits in five seconds of a channel.
    """
    async with desk.running.counted():
        found = await desk.threads.look(where)
        desk.threads.ended(where)
        stubborn = 0
        for message in found.messages if found else ():
            told = _without_conversation(message) if desk.threads.mine(message) else None
            if told is not None:
                stubborn += not await _erased(desk, where, message, told)
        log.info("discord.erased", kept=stubborn)


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
        await desk.api.edit(where.channel, int(message["id"]), told)
    except REFUSED as error:
        log.warning("discord.stamp_kept", error=code(error) or type(error).__name__)
        return False
    return True
