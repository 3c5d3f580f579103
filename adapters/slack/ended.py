"""Which threads' conversations were ended, so that their first messages are told to no other thread's model either.

What stands before a thread in its channel begins threads itself, and only those threads' stamps say whether what was
said there was to be forgotten. A process knows it of the threads that it has read or answered; of others that the bot
takes part in, the newest few are read, and what is not known then is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from cachetools import LRUCache

from adapters.slack.inbound import Event, Place, text_of

_KEPT = 10_000
_READ = 3
"""Threads that are read for one that begins: "that one too" means one of the last."""

Reads = Callable[[Place], Awaitable[bool | None]]
"""Whether the thread's conversation was ended; None where that can't be told."""


class Ended:
    """What this process knows of ends."""

    def __init__(self, bot: str, written: Callable[[Place], float]) -> None:
        """`written`: when another process wrote in a thread last, by the monotonic clock."""
        self._bot = bot
        self._written = written
        self._over: LRUCache[tuple[str, str], bool] = LRUCache(_KEPT)
        self._goes_on: LRUCache[tuple[str, str], float] = LRUCache(_KEPT)

    def is_over(self, where: Place) -> None:
        """Something said in the thread so far was to be forgotten, and so was the message that begins it."""
        self._over[where.channel, where.ts] = True

    def goes_on(self, where: Place, at: float) -> None:
        """At that instant of the monotonic clock nothing in the thread was to be forgotten."""
        self._goes_on[where.channel, where.ts] = at

    async def among(self, channel: str, messages: Sequence[Event], read: Reads) -> frozenset[str]:
        """The timestamps of messages that are to be told to nobody; `messages` are the channel's, newest first."""
        places = [Place(channel, text_of(one, "ts"), channel.startswith("D")) for one in messages if self._ours(one)]
        over = {place.ts for place in places if (channel, place.ts) in self._over}
        doubtful = [place for place in places if place.ts not in over and not self._known(place)]
        over |= {place.ts for place in doubtful[_READ:]}
        told = await asyncio.gather(*(read(place) for place in doubtful[:_READ]))
        over |= {place.ts for place, is_over in zip(doubtful[:_READ], told, strict=True) if is_over is not False}
        return frozenset(over)

    def _known(self, where: Place) -> bool:
        at = self._goes_on.get((where.channel, where.ts))
        return at is not None and at > self._written(where)

    def _ours(self, root: Event) -> bool:
        """Whether the bot may have answered below the message."""
        users, count = root.get("reply_users"), root.get("reply_users_count")
        if not root.get("reply_count"):
            return False
        if not isinstance(users, list):
            return True
        # Slack names a few of those who wrote, not all
        return self._bot in users or (isinstance(count, int) and count > len(users))
