"""OpenAI conversations: open, seed, repair, forget. The memory of a thread lives there and nowhere else.

Source: the Conversations API, https://platform.openai.com/docs/api-reference/conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from openai import AsyncOpenAI
from openai.types.responses import ResponseInputItemParam

from core.agent.briefing import by_author
from core.agent.deleting import delete_conversation, delete_items, listed
from core.agent.left import Left
from core.agent.marks import mark, mark_of, marked
from core.agent.stored import Stored
from core.chat import Said, Thread

_ITEMS_A_REQUEST = 20
"""`conversations.create` and `items.create` take no more."""
_ITEMS_A_PAGE = 100
INTERRUPTED = (
    "This call was interrupted and its result is unknown: it may or may not have taken effect. "
    "Look with list_tasks before doing it again."
)

EDITED = "(edited) "


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

    def mark(self, thread: Thread, message: str) -> str:
        """What the message's item in a conversation is found by."""
        return mark(self._client.api_key, thread, message)

    async def open(self, thread: Thread, recent: Sequence[Said] = ()) -> str:
        """Open a conversation that already knows `recent` (oldest first; the newest 20 are used); returns its id."""
        items = [self._seed(thread, said) for said in recent[-_ITEMS_A_REQUEST:] if said.text.strip()]
        if self._breakpoints and len(items) < _ITEMS_A_REQUEST:
            # a second request could fail after the first, and leave people's words where nobody finds them
            items.insert(0, OPENING)
        created = await self._client.conversations.create(items=items)
        return created.id

    async def revise(self, conversation: str, its: str, text: str | None, *, answered: bool) -> Left:
        """Put `text` at the conversation's end, if there is any, and delete what had that mark before.

        A message that was `answered` and that a compaction may hold goes with the compaction: nobody can take a part of
        it out. Done again it changes nothing. Tells what could not be deleted.
        """
        marked_items, compactions = await self._marked(conversation, its)
        wanted = EDITED + text if text else None
        there = [name for name, words in marked_items if words == wanted]
        doomed = [name for name, words in marked_items if words != wanted]
        if not doomed and not (answered and compactions and not there):
            return Left()
        try:
            if wanted and not there:
                item = cast(ResponseInputItemParam, marked(wanted, its))
                await self._client.conversations.items.create(conversation, items=[item])
        finally:
            # whatever becomes of the new words, the old ones go
            left = await delete_items(self._client, conversation, [*doomed, *compactions])
        return left

    async def _marked(self, conversation: str, its: str) -> tuple[list[tuple[str, str]], list[str]]:
        """The items with that mark, by id and words, and the ids of compactions; none of one that is gone."""
        found, compactions = list[tuple[str, str]](), list[str]()
        async for item in listed(self._client, conversation):
            if mark_of(item) == its:
                found.append((str(item["id"]), "".join(str(part.get("text")) for part in item["content"][:-1])))
            elif item.get("type") == "compaction":
                compactions.append(str(item["id"]))
        return found, compactions

    def _seed(self, thread: Thread, said: Said) -> ResponseInputItemParam:
        """One earlier message as an input item; a person's names its author, for several may talk in a thread."""
        if said.mine:
            return {"type": "message", "role": "assistant", "content": said.text}
        its = self.mark(thread, said.id) if said.id else ""
        return cast(ResponseInputItemParam, marked(by_author(said.name, said.text), its))

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
