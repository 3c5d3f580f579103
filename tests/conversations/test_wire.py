"""What the bot sends to OpenAI is what its API description asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.tools import discover
from tests.conversations.conftest import Bot, StartBot
from tests.fakes import openapi
from tests.fakes.openai import OpenAIServer

SCHEMAS = {"/responses": "CreateResponse", "/conversations": "CreateConversationBody"}


async def test_every_request_body_is_well_formed(start: StartBot, openai: OpenAIServer) -> None:
    """Opening with a seed, tool turns, their outputs: each body fits the published schema and asks to be streamed."""
    start().chat.message("earlier words")
    await start().says('tool:add_task {"tasks": [{"title": "One", "due": "tomorrow"}]}')
    await start().says('tool:list_tasks {"due": "tomorrow"}')
    asked = [request for request in openai.requests if request.method == "POST"]
    assert [request.path for request in asked] == ["/conversations", *["/responses"] * 4]
    assert all(request.body["stream"] for request in asked[1:])
    assert all(request.body["truncation"] == "auto" for request in asked[1:])
    if openapi.present():
        broken = [fault for request in asked for fault in openapi.problems(SCHEMAS[request.path], request.body)]
        assert broken == []


async def test_the_parameters_of_the_tools(bot: Bot, openai: OpenAIServer) -> None:
    """Other programs call these tools: names, parameters and which of them may be left out stay as they are."""
    await bot.says("hello")
    sent = {tool["name"]: tool["parameters"] for tool in openai.asked()[0].body["tools"]}
    assert set(sent) == {tool.name for tool in discover()}
    assert {name: _shape(schema) for name, schema in sent.items()} == {
        "add_task": {"tasks": True},
        "complete_task": {"numbers": True},
        "delete_task": {"numbers": True},
        "list_tasks": dict.fromkeys(
            ("status", "due", "priority", "tag", "from", "until", "text", "sort", "page"), False
        ),
        "reopen_task": {"numbers": True},
        "review_week": {},
        "set_preferences": dict.fromkeys(("timezone", "morning", "digest", "here", "lead"), False),
        "skip_task": {"numbers": True},
        "undo": {"change": False, "redo": False},
        "update_task": {"changes": True},
    }
    nested = [
        sent[name]["properties"][many]["items"] for name, many in (("add_task", "tasks"), ("update_task", "changes"))
    ]
    added = {"title": True} | dict.fromkeys(("notes", "due", "recurrence", "priority", "tags", "remind"), False)
    changed = {"number": True, "title": False, **{name: False for name in added if name != "title"}}
    assert _shape(nested[0]) == added
    assert _shape(nested[1]) == changed | {"remind": False, "clear": False}


async def test_the_tools_are_small(bot: Bot, openai: OpenAIServer) -> None:
    """They go with every request: at most 3,500 bytes as sent, half of what they were, and no schema without a type."""
    await bot.says("hello")
    tools = openai.asked()[0].body["tools"]
    assert len(json.dumps(tools, ensure_ascii=False, separators=(",", ":")).encode()) <= 3500
    assert all(tool["description"] for tool in tools)
    assert all("type" in schema for tool in tools for schema in _schemas(tool["parameters"]))


def _schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and those within."""
    yield schema
    for within in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
        yield from _schemas(within)


def _shape(schema: dict[str, object]) -> dict[str, bool]:
    """Each parameter, and whether it must be given."""
    required, properties = schema.get("required", []), schema["properties"]
    assert isinstance(required, list)
    assert isinstance(properties, dict)
    return {name: name in required for name in properties}
