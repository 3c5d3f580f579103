"""What the service keeps: conversations and their items, with the rules for both."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.openai.brain import Item

MOST_ITEMS = 20
MOST_METADATA = 16


class ApiError(Exception):
    """An answer that is an error, with the body OpenAI gives it."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        kind = "server_error" if status >= 500 else "invalid_request_error"
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


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

    def resource(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.id,
            "object": "conversation",
            "created_at": self.created_at,
            "metadata": self.metadata,
        }

    def check(self, added: Sequence[Item]) -> None:
        """Refuse input that leaves a call without an output, or an output without a call."""
        calls = {item["call_id"] for item in (*self.items, *added) if item["type"] == "function_call"}
        outputs = {item["call_id"] for item in (*self.items, *added) if item["type"] == "function_call_output"}
        for missing in sorted(calls - outputs):
            raise ApiError(400, f"No tool output found for function call {missing}.", param="input")
        for unknown in sorted(outputs - calls):
            raise ApiError(400, f"No tool call found for function call output with call_id {unknown}.", param="input")


class Store:
    """All conversations of the project; a deleted one leaves the items that were not deleted before it."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.left_behind: list[Item] = []

    def create(self, items: Iterable[Item], metadata: dict[str, str]) -> Conversation:
        """A new conversation with its first items."""
        if len(metadata) > MOST_METADATA:
            raise ApiError(400, f"Invalid 'metadata': too many properties, at most {MOST_METADATA}.", param="metadata")
        conversation = Conversation(new_id("conv"), metadata)
        conversation.items += stored(items)
        self.conversations[conversation.id] = conversation
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        """Raises ApiError 404."""
        try:
            return self.conversations[conversation_id]
        except KeyError:
            raise ApiError(404, f"Conversation with id '{conversation_id}' not found.") from None

    def delete(self, conversation_id: str) -> None:
        """Delete the conversation; its items stay behind, as on the real service."""
        self.left_behind += self.get(conversation_id).items
        del self.conversations[conversation_id]


def stored(items: Iterable[Item]) -> list[Item]:
    """Input items as they are kept and shown: with an id, a status, and content in parts."""
    given = list(items)
    if len(given) > MOST_ITEMS:
        raise ApiError(400, f"Invalid 'items': at most {MOST_ITEMS} can be added at once.", param="items")
    return [_stored(item) for item in given]


def _stored(item: Item) -> Item:
    kind = item.get("type", "message")
    match kind:
        case "message":
            role = item["role"]
            content = item["content"]
            if isinstance(content, str):
                part: Item = {"type": "output_text" if role == "assistant" else "input_text", "text": content}
                if role == "assistant":
                    part |= {"annotations": [], "logprobs": []}
                content = [part]
            return {"id": new_id("msg"), "type": "message", "role": role, "status": "completed", "content": content}
        case "function_call_output":
            kept = {key: item[key] for key in ("call_id", "output")}
            return {"id": new_id("fco"), "type": kind, "status": "completed", **kept}
        case "function_call":
            kept = {key: item[key] for key in ("call_id", "name", "arguments")}
            return {"id": new_id("fc"), "type": kind, "status": "completed", **kept}
        case _:
            raise ApiError(400, f"Invalid value: '{kind}'.", param="input")
