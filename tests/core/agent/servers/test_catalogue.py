"""Which of a server's tools the model is told of, and how they are called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from mcp.types import Tool, ToolAnnotations

from core.agent.servers.catalogue import MOST_TOOLS, catalogue, function_name, label_of
from core.agent.servers.config import Approve, ServerConfig

CALENDAR = ServerConfig("calendar", url="https://calendar.example/mcp")


def _tool(name: str, schema: dict[str, Any] | None = None, *, reads: bool | None = None) -> Tool:
    annotations = None if reads is None else ToolAnnotations(read_only_hint=reads)
    return Tool(name=name, input_schema=schema or {"type": "object"}, annotations=annotations)


@pytest.mark.parametrize("tool", ["list.events", "liste des événements", "x" * 200, "a b", "日程", "\udc80"])
def test_any_name_becomes_one_that_openai_takes(tool: str) -> None:
    """It begins with the label, and no two names become the same."""
    name = function_name("calendar", tool)
    assert re.fullmatch(r"calendar__[a-zA-Z0-9_-]{1,54}", name)
    assert name != function_name("calendar", tool + "!")
    assert label_of(name) == "calendar"
    assert function_name("calendar", "list_events") == "calendar__list_events"


def test_our_own_tools_are_nobodys() -> None:
    """A label alone begins no name of ours."""
    assert label_of("list_tasks") == ""


def test_the_order_is_by_name_whatever_the_server_says() -> None:
    """So that the prompt stays alike."""
    told = [_tool("b"), _tool("a"), _tool("c")]
    assert [tool.name for tool in catalogue(CALENDAR, told)] == ["a", "b", "c"]
    assert catalogue(CALENDAR, told) == catalogue(CALENDAR, told[::-1])


@pytest.mark.parametrize(
    ("approve", "asks"),
    [(Approve.ALWAYS, [True] * 3), (Approve.WRITES, [False, True, True]), (Approve.NEVER, [False] * 3)],
)
def test_what_is_not_called_read_only_writes(approve: Approve, asks: list[bool]) -> None:
    """A server that says nothing of a tool is not trusted with it."""
    config = ServerConfig("calendar", url="https://a", approve=approve)
    told = [_tool("a_reads", reads=True), _tool("b_writes", reads=False), _tool("c_says_nothing")]
    assert [tool.asks for tool in catalogue(config, told)] == asks


def test_what_openai_would_refuse_is_mended_or_left_out() -> None:
    """No turn fails for somebody else's schema."""
    told = [
        _tool("a_no_object", {"type": "string"}),
        _tool("b_choice", {"type": "object", "anyOf": [{"required": ["x"]}], "properties": {"x": {"type": "string"}}}),
        _tool("c_huge", {"type": "object", "properties": {"x": {"type": "string", "description": "x" * 9_000}}}),
        _tool("d_bare", {}),
    ]
    found = {tool.name: tool.schema for tool in catalogue(CALENDAR, told)}
    assert found == {
        "b_choice": {"type": "object", "properties": {"x": {"type": "string"}}},
        "d_bare": {"type": "object", "properties": {}},
    }


def test_a_server_has_so_many_tools_at_most() -> None:
    """All processes use the same ones."""
    told = [_tool(f"tool_{number:03}") for number in range(100)]
    assert len(catalogue(CALENDAR, told)) == MOST_TOOLS
    only = ServerConfig("calendar", url="https://a", tools=frozenset({"tool_099"}))
    assert [tool.name for tool in catalogue(only, told)] == ["tool_099"]
