"""What the service keeps: conversations and their items, with the rules for both."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.openai.brain import Item
from tests.fakes.openai.errors import ApiError, required

MOST_ITEMS = 20
MOST_METADATA = 16


def new_id(prefix: str) -> str:
    """An id as the service makes them."""
    return f"{prefix}_{secrets.token_hex(24)}"


@dataclass(slots=True)
class Conversation:
    """One conversation."""

    id: str
    metadata: dict[str, str]
    created_at: int = field(default_factory=lambda: int(time.time()))
    items: list[Item] = field(default_factory=list)
    locked: bool = False
    lingering: list[tuple[int, Item]] = field(default_factory=list)
    """Items that are deleted and still listed, so many times more."""

    def resource(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.id,
            "object": "conversation",
            "created_at": self.created_at,
            "metadata": self.metadata,
        }

    def describe(self, metadata: dict[str, str]) -> None:
        """Replace the metadata."""
        if len(metadata) > MOST_METADATA:
            raise ApiError(400, f"Invalid 'metadata': too many properties, at most {MOST_METADATA}.", param="metadata")
        self.metadata = metadata

    def item(self, item_id: str) -> Item:
        """Raises ApiError 404."""
        for item in self.items:
            if item["id"] == item_id:
                return item
        raise ApiError(404, f"Item with id '{item_id}' not found in conversation '{self.id}'.")

    def page(self, limit: int, *, newest_first: bool, after: str | None) -> tuple[list[Item], bool]:
        """So many items after the one of that id, and whether there are more."""
        listed = [*(item for _, item in self.lingering), *self.items]
        ordered = listed[::-1] if newest_first else listed
        ids = [item["id"] for item in ordered]
        if after and after not in ids:
            raise ApiError(404, f"No item found with id '{after}'", param="after")
        start = ids.index(after) + 1 if after else 0
        if start + limit >= len(ordered):
            self.lingering = [(times - 1, item) for times, item in self.lingering if times > 1]
        return ordered[start : start + limit], start + limit < len(ordered)

    def remove(self, item_id: str, lag: int) -> None:
        """Delete an item; so many full listings show it all the same."""
        item = self.item(item_id)
        self.items.remove(item)
        if lag:
            self.lingering.append((lag, item))

    def lock(self) -> None:
        """One response at a time: the second is refused until the first has ended."""
        if self.locked:
            raise ApiError(400, "Another process is currently operating on this conversation.", "conversation_locked")
        self.locked = True

    def take(self, added: Sequence[Item]) -> None:
        """Keep the input of a response, unless it leaves the conversation in disorder."""
        self.check(added)
        self.items += added

    def check(self, added: Sequence[Item]) -> None:
        """Refuse input that leaves a call without an output, or an output without a call."""
        calls = {item["call_id"] for item in (*self.items, *added) if item["type"] == "function_call"}
        outputs = {item["call_id"] for item in (*self.items, *added) if item["type"] == "function_call_output"}
        for missing in sorted(calls - outputs):
            raise ApiError(400, f"No tool output found for function call {missing}.", param="input")
        for unknown in sorted(outputs - calls):
            raise ApiError(400, f"No tool call found for function call output with call_id {unknown}.", param="input")


class Store:
    """All that the project has: conversations and responses, which know nothing of each other's deletion.

    A deleted conversation leaves the items that were not deleted before it, and the responses that were made in it.
    """

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.left_behind: list[Item] = []
        self.responses: dict[str, Item] = {}
        """Stored ones, by their ids: only who knows an id finds one."""
        self.endless = False
        """Whether every listing shows the same page, and says that there is more."""
        self.lag = 0
        """How many listings still show an item that was deleted."""
        self.keeps_items_of_unstored = True
        """Whether a response that isn't stored leaves its items in its conversation, as recordings of the service say
        that it reads them."""

    def create(self, items: Iterable[Item], metadata: dict[str, str]) -> Conversation:
        """A new conversation with its first items."""
        conversation = Conversation(new_id("conv"), {})
        conversation.describe(metadata)
        conversation.items += at_once(items)
        self.conversations[conversation.id] = conversation
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        """Raises ApiError 404."""
        try:
            return self.conversations[conversation_id]
        except KeyError:
            raise ApiError(404, f"Conversation with id '{conversation_id}' not found.") from None

    def response(self, response_id: str) -> Item:
        """Raises ApiError 404."""
        try:
            return self.responses[response_id]
        except KeyError:
            raise ApiError(404, f"Response with id '{response_id}' not found.") from None

    def delete(self, conversation_id: str) -> None:
        """Delete the conversation; its items stay behind, as on the real service."""
        self.left_behind += self.get(conversation_id).items
        del self.conversations[conversation_id]


def at_once(items: Iterable[Item]) -> list[Item]:
    """Items that are put into a conversation by hand, where the number of them is limited; see `stored`."""
    given = list(items)
    if len(given) > MOST_ITEMS:
        raise ApiError(400, f"Invalid 'items': at most {MOST_ITEMS} can be added at once.", param="items")
    return stored(given)


def stored(items: Iterable[Item]) -> list[Item]:
    """Input items as they are kept and shown: with an id, a status, and content in parts."""
    return [_stored(item) for item in items]


def _stored(item: Item) -> Item:
    kind = item.get("type", "message")
    match kind:
        case "message":
            role, content = required(item, "role"), required(item, "content")
            if isinstance(content, str):
                part: Item = {"type": "output_text" if role == "assistant" else "input_text", "text": content}
                if role == "assistant":
                    part |= {"annotations": [], "logprobs": []}
                content = [part]
            return {"id": new_id("msg"), "type": "message", "role": role, "status": "completed", "content": content}
        case "function_call_output":
            kept = {key: required(item, key) for key in ("call_id", "output")}
            return {"id": new_id("fco"), "type": kind, "status": "completed", **kept}
        case "function_call":
            kept = {key: required(item, key) for key in ("call_id", "name", "arguments")}
            return {"id": new_id("fc"), "type": kind, "status": "completed", **kept}
        case _:
            raise ApiError(400, f"Invalid value: '{kind}'.", param="input")
