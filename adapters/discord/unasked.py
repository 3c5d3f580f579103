"""What the bot says unasked, in direct messages or in a thread. Under the same key it is posted once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import discord
from cachetools import LRUCache

from adapters.discord.api import body, code, not_posted
from adapters.discord.desk import Desk
from adapters.discord.gather import Gathered
from adapters.discord.inbound import Place
from adapters.discord.post import stamped
from adapters.discord.render import cards
from adapters.discord.render.markdown import LIMIT, clean
from core.chat import PostDelayed, PostRefused

_KEPT = 10_000
_PATIENCE = 20.0
"""Seconds to wait for direct messages to be opened: Discord lets a bot open few in a row."""
_LATER = 60.0
_UNAUTHORIZED = 401
_TOKEN_LATER = 300.0
"""Seconds after which a refused token may be a good one again: no reminder is given up for it."""


class Unasked:
    """Posts messages that answer nothing."""

    def __init__(self) -> None:
        self._channels: LRUCache[str, int] = LRUCache(_KEPT)

    async def say(self, desk: Desk, where: Place | None, said: Gathered, key: str) -> Place:
        """Post it there, or in the direct messages of its owner; returns where.

        Raises PostRefused, PostDelayed, and what else discord.py raises where it may have been posted.
        """
        with _translated():
            at = where or Place(await self._private(desk, said.owner), private=True)
            if said.owner and not at.private:
                # one who has left the server is not reached there, and others need not read it
                await desk.api.member(at.channel, int(said.owner))
            words = clean(said.problem or said.text)[:LIMIT]
            called = said.owner if said.owner and not at.private else ""
            first, *more = cards.batches(said.cards, words)
            told = body(f"<@{called}> {words}" if called else words, [*first, *stamped(said.stamp)])
            if called:
                told["allowed_mentions"] = {"users": [called]}
            await desk.api.send(at.channel, told, f"{key}-0")
            for number, batch in enumerate(more, 1):
                await desk.api.send(at.channel, body("", batch), f"{key}-{number}")
        return at

    async def _private(self, desk: Desk, user: str) -> int:
        if user not in self._channels:
            try:
                async with asyncio.timeout(_PATIENCE):
                    self._channels[user] = await desk.api.private(int(user))
            except TimeoutError as error:
                raise PostDelayed(_LATER) from error
        return self._channels[user]


@contextmanager
def _translated() -> Iterator[None]:
    """Discord's refusals as the core knows them."""
    try:
        yield
    except discord.HTTPException as error:
        if not_posted(error):
            raise PostRefused(str(code(error) or error.status)) from error
        if error.status == _UNAUTHORIZED:
            raise PostDelayed(_TOKEN_LATER) from error
        raise
