"""OpenAI conversations: open, seed, repair, forget. The memory of a thread lives there and nowhere else.

Source: the Conversations API, https://platform.openai.com/docs/api-reference/conversations.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import openai
from openai import AsyncOpenAI
from openai.types.responses import ResponseInputItemParam

from core.agent.briefing import by_author
from core.chat import Said

_ITEMS_A_REQUEST = 20
"""`conversations.create` and `items.create` take no more."""
_ITEMS_A_PAGE = 100
_DELETES_AT_ONCE = 8
INTERRUPTED = (
    "This call was interrupted and its result is unknown: it may or may not have taken effect. "
    "Look with list_tasks before doing it again."
)


OPENING: ResponseInputItemParam = {
    "type": "message",
    "role": "developer",
    "content": [
        {
            "type": "input_text",
            "text": "Here the thread begins.",
            "prompt_cache_breakpoint": {"mode": "explicit"},
        }
    ],
}
"""Talks begin with it where there is room, so that all of them read the instructions and tools before it from the
prompt cache: without a marked block only the talk that wrote them would find them. Nothing is prewarmed: the first turn
in half an hour writes the same tokens at the same price."""


class Conversations:
    """The conversations of one OpenAI project. Every method may raise `openai.OpenAIError`."""

    def __init__(self, client: AsyncOpenAI, *, breakpoints: bool = False) -> None:
        """`breakpoints`: whether the model keeps a prompt cache with marked breakpoints (`core.agent.models`)."""
        self._client = client
        self._breakpoints = breakpoints

    async def open(self, recent: Sequence[Said] = ()) -> str:
        """Open a conversation that already knows `recent` (oldest first; the newest 20 are used); returns its id."""
        items = [_seed(said) for said in recent[-_ITEMS_A_REQUEST:] if said.text.strip()]
        if self._breakpoints and len(items) < _ITEMS_A_REQUEST:
            # a second request could fail after the first, and leave people's words where nobody finds them
            items.insert(0, OPENING)
        created = await self._client.conversations.create(items=items)
        return created.id

    async def repair(self, conversation: str) -> int:
        """Answer the tool calls that a crash or a stop left without an output; returns how many there were.

        Only the newest page of items is read: the API refuses every turn while an orphan exists, so one can't be older.
        """
        page = await self._client.conversations.items.list(conversation, limit=_ITEMS_A_PAGE, order="desc")
        answered = {item.call_id for item in page.data if item.type == "function_call_output"}
        orphans = [item.call_id for item in page.data if item.type == "function_call" and item.call_id not in answered]
        outputs = [
            cast(ResponseInputItemParam, {"type": "function_call_output", "call_id": call, "output": INTERRUPTED})
            for call in reversed(orphans)
        ]
        for batch in _batches(outputs):
            await self._client.conversations.items.create(conversation, items=batch)
        return len(orphans)

    async def forget(self, conversation: str) -> None:
        """Delete the items, then the conversation: deleting a conversation alone leaves its items. Gone is fine."""
        limit = asyncio.Semaphore(_DELETES_AT_ONCE)
        try:
            while items := (await self._client.conversations.items.list(conversation, limit=_ITEMS_A_PAGE)).data:
                await asyncio.gather(*(self._delete_item(conversation, item.id, limit) for item in items))
            await self._client.conversations.delete(conversation)
        except openai.NotFoundError:
            return  # somebody else forgot it first, which is what was asked for

    async def _delete_item(self, conversation: str, item: str | None, limit: asyncio.Semaphore) -> None:
        async with limit:
            try:
                await self._client.conversations.items.delete(item or "", conversation_id=conversation)
            except openai.NotFoundError:
                return  # already deleted


def _batches(items: Sequence[ResponseInputItemParam]) -> list[list[ResponseInputItemParam]]:
    return [list(items[start : start + _ITEMS_A_REQUEST]) for start in range(0, len(items), _ITEMS_A_REQUEST)]


def _seed(said: Said) -> ResponseInputItemParam:
    """One earlier message as an input item; a person's names its author, for several may talk in a thread."""
    if said.mine:
        return {"type": "message", "role": "assistant", "content": said.text}
    return {"type": "message", "role": "user", "content": by_author(said.name, said.text)}
