"""Responses, and the events they are streamed as. Source: the Responses API's streaming events."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.openai.brain import Call, Item, Output, Say
from tests.fakes.openai.cache import Usage, cut, tokens
from tests.fakes.openai.state import new_id


def output_item(output: Output) -> Item:
    """What the model says or calls, as an item."""
    match output:
        case Say(text):
            part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
            return {
                "id": new_id("msg"),
                "type": "message",
                "role": "assistant",
                "status": "completed",
                "content": [part],
            }
        case Call(name, arguments):
            return {
                "id": new_id("fc"),
                "type": "function_call",
                "call_id": new_id("call"),
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
                "status": "completed",
            }


def size_of(item: Item) -> int:
    """Tokens of what the model wrote."""
    made = {key: item[key] for key in ("name", "arguments", "content", "encrypted_content") if key in item}
    return tokens(json.dumps(made))


def limited(output: Sequence[Item], asked: Mapping[str, Any]) -> list[Item]:
    """As much as `max_output_tokens` allows; the item that passes the limit is cut, and the rest not made."""
    left, made = asked.get("max_output_tokens") or math.inf, list[Item]()
    for item in output:
        if size_of(item) > left:
            return [*made, _incomplete(item, int(left))]
        left -= size_of(item)
        made.append(item)
    return made


def _incomplete(item: Item, most: int) -> Item:
    if item["type"] == "function_call":
        return item | {"status": "incomplete", "arguments": cut(item["arguments"], most)}
    part = item["content"][0]
    return item | {"status": "incomplete", "content": [part | {"text": cut(part["text"], most)}]}


def response(asked: Mapping[str, Any], output: Sequence[Item], usage: Usage | None) -> dict[str, Any]:
    """A response object for the request `asked`; in progress until it is known what it cost."""
    conversation = asked.get("conversation")
    passed_limit = any(item.get("status") == "incomplete" for item in output)
    status = "incomplete" if passed_limit else "completed"
    return {
        "id": new_id("resp"),
        "object": "response",
        "created_at": int(time.time()),
        "status": status if usage else "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if passed_limit else None,
        "instructions": asked.get("instructions"),
        "max_output_tokens": asked.get("max_output_tokens"),
        "model": asked["model"],
        "output": list(output),
        "parallel_tool_calls": asked.get("parallel_tool_calls", True),
        "previous_response_id": None,
        "conversation": {"id": conversation} if isinstance(conversation, str) else conversation,
        "store": asked.get("store") is not False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": asked.get("tool_choice") or "auto",
        "tools": [_tool(tool) for tool in asked.get("tools") or []],
        "top_p": 1.0,
        "truncation": asked.get("truncation") or "disabled",
        "metadata": {},
    } | ({"usage": usage.resource()} if usage else {})


def _tool(given: Mapping[str, Any]) -> dict[str, Any]:
    """A tool as a response repeats it, with what was left out filled in."""
    return {"parameters": None, "strict": True, **given} if given["type"] == "function" else {**given}


def events(asked: Mapping[str, Any], output: Sequence[Item], usage: Usage | None) -> Iterator[dict[str, Any]]:
    """The events of a streamed response, without their sequence numbers."""
    begun = response(asked, [], None)
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(output):
        match item["type"]:
            case "message":
                yield from _message(index, item)
            case "function_call":
                yield from _call(index, item)
            case _:
                for what in ("added", "done"):
                    yield {"type": f"response.output_item.{what}", "output_index": index, "item": item}
    ended = response(asked, output, usage) | {"id": begun["id"]}
    yield {"type": f"response.{ended['status']}", "response": ended}


def _message(index: int, item: Item) -> Iterator[dict[str, Any]]:
    where = {"item_id": item["id"], "output_index": index, "content_index": 0}
    part = item["content"][0]
    started = item | {"status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": index, "item": started}
    yield {"type": "response.content_part.added", **where, "part": part | {"text": ""}}
    for delta in re.findall(r"\S+\s*|\s+", part["text"]) or [""]:
        yield {"type": "response.output_text.delta", **where, "delta": delta, "logprobs": []}
    yield {"type": "response.output_text.done", **where, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **where, "part": part}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _call(index: int, item: Item) -> Iterator[dict[str, Any]]:
    where = {"item_id": item["id"], "output_index": index}
    started = item | {"status": "in_progress", "arguments": ""}
    yield {"type": "response.output_item.added", "output_index": index, "item": started}
    yield {"type": "response.function_call_arguments.delta", **where, "delta": item["arguments"]}
    yield {
        "type": "response.function_call_arguments.done",
        **where,
        "name": item["name"],
        "arguments": item["arguments"],
    }
    yield {"type": "response.output_item.done", "output_index": index, "item": item}
