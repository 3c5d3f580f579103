"""OpenAI conversations: open, seed, repair, forget. The memory of a thread lives there and nowhere else.

Source: the Conversations API, https://platform.openai.com/docs/api-reference/conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from openai import AsyncOpenAI
from openai.types.responses import ResponseInputItemParam

from core.agent.deleting import Left, delete_conversation
from core.agent.stored import Stored
from core.chat import Said

_ITEMS_A_REQUEST = 20
"""`conversations.create` and `items.create` take no more."""
_ITEMS_A_PAGE = 100
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
    """The conversations of one OpenAI project. Every method but `forget` may raise `openai.OpenAIError`."""

    def __init__(self, client: AsyncOpenAI, *, breakpoints: bool = False, stored: Stored | None = None) -> None:
        """`breakpoints`: whether the model keeps a prompt cache with marked breakpoints (`core.agent.models`).

        `stored`: the responses that are made in them, where OpenAI stores any.
        """
        self._client = client
        self._stored = stored
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

    async def forget(self, conversation: str) -> Left:
        """Delete the conversation with its items and responses; tells what could not be. Raises nothing."""
        fresh = self._stored.fresh(conversation) if self._stored else []
        left = await delete_conversation(self._client, conversation, fresh)
        if self._stored:
            for response in set(left.responses).intersection(fresh):
                self._stored.made(conversation, response)
        return left


def _batches(items: Sequence[ResponseInputItemParam]) -> list[list[ResponseInputItemParam]]:
    return [list(items[start : start + _ITEMS_A_REQUEST]) for start in range(0, len(items), _ITEMS_A_REQUEST)]


def _seed(said: Said) -> ResponseInputItemParam:
    """One earlier message as an input item; a person's names its author, for several may talk in a thread."""
    if said.mine:
        return {"type": "message", "role": "assistant", "content": said.text}
    return {"type": "message", "role": "user", "content": f"{said.name}: {said.text}"}
