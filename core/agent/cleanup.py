"""Takes briefings out of conversations after their turn, while nobody waits.

Every input item of a response is stored in its conversation. No event of the stream tells an input item's id, and a
client can't choose it, so the newest items are listed and the briefings among them deleted. Source:
https://platform.openai.com/docs/api-reference/conversations/list-items.

A briefing that is left behind (a refusal, a process that died) costs its tokens in each turn and does no other harm:
the newest one counts. The next turn's cleanup takes it out too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import httpx2
import openai
import structlog
from cachetools import LRUCache
from openai import AsyncOpenAI

from core.agent import failures
from core.agent.briefing import turn_of

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds that the next turn of a conversation waits for the cleanup after the last: it takes two short requests."""
AT_ONCE = 32
"""Cleanups that run at the same time: they must not take the connections that people's turns wait for."""
REQUEST_SECONDS = 5.0
_NEWEST = 12
"""Items of the first page: those of a turn with three tool calls and of the one before."""
_PAGE = 100
_MOST_PAGES = 50
_REMEMBERED = 10_000
"""Conversations that are known to hold no older briefing."""

Item = Mapping[str, Any]


class Cleanup:
    """The cleanups of one process."""

    def __init__(self, client: AsyncOpenAI, *, patience: float = PATIENCE, stores: bool = True) -> None:
        """`stores`: whether responses are stored, of which it is sure that their conversation keeps their items."""
        self._client = client
        self._stores = stores
        self._patience = patience
        self._running: dict[str, asyncio.Task[None]] = {}
        self._all: set[asyncio.Task[None]] = set()
        self._clean: LRUCache[str, bool] = LRUCache(_REMEMBERED)
        self._room = asyncio.Semaphore(AT_ONCE)

    def begin(self, conversation: str, turn: str) -> None:
        """Take this turn's briefing out of the conversation, and those of turns before it, in the background."""
        task = asyncio.create_task(self._cleaned(conversation, turn), name="cleanup")
        self._running[conversation] = task
        self._all.add(task)
        task.add_done_callback(self._all.discard)
        task.add_done_callback(lambda done: self._forget(conversation, done))

    def doubt(self, conversation: str) -> None:
        """Nobody knows whether the conversation has kept a briefing: the next cleanup looks further back."""
        self._clean.pop(conversation, None)

    async def settled(self, conversation: str) -> None:
        """Wait until the last turn's cleanup is done, but not for longer than a person hardly notices."""
        if task := self._running.get(conversation):
            await asyncio.wait((task,), timeout=self._patience)

    async def close(self) -> None:
        """Let those that run come to their end, within the same time, and give up the rest."""
        if self._all:
            _, late = await asyncio.wait(self._all, timeout=self._patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _forget(self, conversation: str, done: asyncio.Task[None]) -> None:
        if self._running.get(conversation) is done:
            del self._running[conversation]

    async def _cleaned(self, conversation: str, turn: str) -> None:
        clean = False
        async with self._room:
            try:
                clean = await self._take_out(conversation, turn, thorough=conversation not in self._clean)
                if not (clean or self._stores):
                    log.warning(
                        "conversation.unkept", reason="OPENAI_STORE=false: this turn is not in its conversation"
                    )
            except failures.ANY as error:
                # deleted meanwhile: and so is the briefing
                if failures.classify(error) is not failures.Failure.GONE:
                    log.warning("briefing.left", error=type(error).__name__)
        if clean:
            self._clean[conversation] = True
        else:
            self.doubt(conversation)

    async def _take_out(self, conversation: str, turn: str, *, thorough: bool) -> bool:
        """Delete the briefings up to this turn's; returns whether that one was there, and so none of them is left.

        A newer one belongs to a turn that another process runs now, and stays. Usually the newest page has all there
        is; a `thorough` cleanup goes on until a page is without a briefing.
        """
        own, doomed, pages_read = False, list[str](), 0
        async with aclosing(self._pages(conversation)) as pages:
            async for page in pages:
                pages_read, before = pages_read + 1, len(doomed)
                for item in page:
                    found = turn_of(item)
                    own = own or found == turn
                    if found and own:
                        doomed.append(str(item["id"]))
                if own and not (thorough and len(doomed) > before):
                    break
                if not own and pages_read > 1:
                    break
        for item_id in dict.fromkeys(doomed):
            await self._delete(conversation, item_id)
        return own

    async def _pages(self, conversation: str) -> AsyncGenerator[list[Item], None]:
        """The conversation's items, newest first, as plain JSON: of its dozens of types none is looked at here."""
        asked: dict[str, object] = {"limit": _NEWEST, "order": "desc"}
        for _ in range(_MOST_PAGES):
            response = await self._client.get(
                f"/conversations/{conversation}/items",
                cast_to=httpx2.Response,
                options={"params": asked, "timeout": REQUEST_SECONDS},
            )
            page: Any = response.json()
            yield page["data"]
            if not page["has_more"]:
                return
            asked |= {"limit": _PAGE, "after": page["last_id"]}

    async def _delete(self, conversation: str, item: str) -> None:
        try:
            await self._client.delete(
                f"/conversations/{conversation}/items/{item}",
                cast_to=httpx2.Response,
                options={"timeout": REQUEST_SECONDS},
            )
        except openai.NotFoundError:
            return  # another process was here first
