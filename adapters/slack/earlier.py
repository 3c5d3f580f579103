"""Earlier messages as the core takes them, and those that stand before a thread in its channel.

"Add this" in mid-channel means what was said just before it, and so does "that one too" in the Messages tab, where each
message begins a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import REFUSED, code
from adapters.slack.attachments import attachments, in_words, passed_on
from adapters.slack.inbound import SPOKEN, Event, Place, mentions, readable, text_of
from adapters.slack.me import Me
from adapters.slack.pace import Budget
from adapters.slack.people import People
from core.chat import Said

log = structlog.get_logger()

RECENT = 20
_BY_APPS = "bot_message"
_PATIENCE = 2.0
"""Seconds that the answer waits for what was said before: it is worth no more."""


Forgotten = Callable[[str, Sequence[Event]], Awaitable[frozenset[str]]]
"""Of a channel's messages, newest first, the timestamps of those that are to be told to nobody."""


class Earlier:
    """Reads what was said, with names in place of ids."""

    def __init__(self, read: AsyncWebClient, me: Me, people: People, budget: Budget) -> None:
        self._read = read
        self._me = me
        self._people = people
        self._budget = budget

    async def before(self, where: Place, forgotten: Forgotten) -> tuple[Said, ...]:
        """The channel's last messages before the one that begins the thread: one request, if there is one to spend.

        `forgotten` tells which of them nobody is to be told any more. Failing costs no more than this.
        See https://docs.slack.dev/reference/methods/conversations.history.
        """
        if not self._budget.take():
            log.info("slack.no_context")
            return ()
        try:
            async with asyncio.timeout(_PATIENCE):
                page = await self._read.conversations_history(channel=where.channel, latest=where.ts, limit=RECENT)
                messages = [one for one in page.get("messages") or () if _spoken(one)]
                over = await forgotten(where.channel, messages)
                return await self.told([one for one in reversed(messages) if one.get("ts") not in over])
        except REFUSED as error:
            if code(error) == "ratelimited":
                self._budget.refused()
            log.info("slack.no_context", error=code(error) or type(error).__name__)
            return ()

    async def told(self, messages: Sequence[Event]) -> tuple[Said, ...]:
        """The messages, oldest first, as they were given; those that say nothing are left out."""
        texts = [words(said) for said in messages]
        users = {text_of(said, "user") for said in messages if not self.mine(said)} - {""}
        mentioned = {user for said in messages for user in mentions(f"{words(said)} {passed_on(said)}")}
        names = await self._people.names((users | mentioned) - {self._me.user})
        told = []
        for said, text in zip(messages, texts, strict=True):
            beside = in_words(attachments(said, names))
            whole = "\n".join(part for part in (readable(text, names, self._me.user), beside) if part)
            if whole:
                name = names.get(text_of(said, "user"), text_of(said, "username") or "Someone")
                told.append(Said(name=name, text=whole, mine=self.mine(said), id=text_of(said, "ts")))
        return tuple(told)

    def called(self, said: Event) -> bool:
        """Whether a message mentions the bot."""
        return self._me.user in mentions(text_of(said))

    def mine(self, said: Event) -> bool:
        """Whether the bot itself posted it: that of this workspace, and of no other one that shares the channel."""
        if said.get("user", self._me.user) != self._me.user:
            return False
        if said.get("bot_id") == self._me.bot:
            return True
        # in an organisation the same bot has another id in each workspace
        return bool(self._me.app) and said.get("app_id") == self._me.app and said.get("user") == self._me.user


def words(said: Event) -> str:
    """What a message says: its text, which an update may have cut, or the Markdown that is shown in place of it."""
    text, blocks = text_of(said), said.get("blocks")
    shown = "\n".join(
        text_of(block)
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, dict) and block.get("type") == "markdown"
    )
    return shown if len(shown) > len(text) else text


def _spoken(said: Event) -> bool:
    return said.get("subtype") in SPOKEN | {_BY_APPS}
