"""Which of a channel's threads are the bot's, by one read of the channel in place of one of each thread."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import structlog
from cachetools import LRUCache
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import REFUSED, code
from adapters.slack.inbound import Event, Place, mentions, text_of
from adapters.slack.me import Me
from adapters.slack.pace import Budget

log = structlog.get_logger()

_PAGE = 200
_NEWEST = ""
_KEPT = 50_000


class Roots:
    """Reads the messages that threads begin with: they tell who wrote below them."""

    def __init__(self, read: AsyncWebClient, me: Me, budget: Budget) -> None:
        self._read = read
        self._me = me
        self._budget = budget
        self._order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ours: LRUCache[tuple[str, str], bool | None] = LRUCache(_KEPT)

    async def ours(self, where: Place) -> bool | None:
        """Whether the bot writes in the thread, as its channel tells; None where that tells nothing for sure.

        What is told is told once: whoever asks again, since others may have written there, is to read the thread.
        """
        key = where.channel, where.ts
        lock = self._order.get(where.channel)
        if lock is None:
            lock = self._order[where.channel] = asyncio.Lock()
        async with lock:
            for latest in (_NEWEST, where.ts):
                if key not in self._ours:
                    await self._page(where.channel, latest)
        return self._ours.pop(key, None)

    async def _page(self, channel: str, latest: str) -> None:
        """The newest messages, or those up to one of them.

        See https://docs.slack.dev/reference/methods/conversations.history.
        """
        if not self._budget.take():
            return
        try:
            page = await self._read.conversations_history(
                channel=channel, limit=_PAGE, latest=latest or None, inclusive=True
            )
        except REFUSED as error:
            log.info("slack.channel_unread", error=code(error) or type(error).__name__)
            return
        for root in page.get("messages") or ():
            self._ours[channel, text_of(root, "ts")] = self._is_ours(root)

    def _is_ours(self, root: Event) -> bool | None:
        if self._me.user in mentions(text_of(root)) or text_of(root, "user") == self._me.user:
            return True
        told, count = root.get("reply_users"), root.get("reply_users_count")
        if not root.get("reply_count"):
            return None  # nothing is told of a thread that begins just now
        if not isinstance(told, list) or not isinstance(count, int):
            return None
        if self._me.user in told:
            return True
        return None if count > len(told) else False  # Slack names a few of those who wrote, not all
