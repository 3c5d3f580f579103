"""A server's tools as the model is told of them: names that shadow none of ours, sizes bounded, the order constant.

What a function may be called and which schemas are taken: https://developers.openai.com/api/docs/guides/function-calling.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from core.agent.servers.config import Approve, ServerConfig
from core.text import clean

if TYPE_CHECKING:
    from mcp.types import Tool

log = structlog.get_logger()

BETWEEN = "__"
"""Between a server's label and a tool's name; none of our own tools has it."""
MOST_TOOLS = 40
"""Tools of one server: each costs its description in every turn. MCP_SERVERS can name those that matter."""
_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 800
_LONGEST_SCHEMA = 8_000
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")
_NOT_AT_THE_TOP = frozenset({"$schema", "anyOf", "oneOf", "allOf", "not", "enum", "title", "description"})
"""What OpenAI refuses in the outermost schema, or what says nothing; the server checks its arguments by itself."""


@dataclass(frozen=True, slots=True)
class ServerTool:
    """One tool of a server."""

    label: str
    """The server's."""
    name: str
    """As the server calls it."""
    function: str
    """As the model calls it."""
    description: str
    schema: Mapping[str, Any]
    reads: bool
    """Whether the server says that it changes nothing."""
    asks: bool
    """Whether the person is asked before a call."""


def catalogue(config: ServerConfig, tools: Iterable[Tool]) -> tuple[ServerTool, ...]:
    """The tools that may be used, by name; what OpenAI would refuse is left out, so that no turn fails for it."""
    by_name: dict[str, ServerTool] = {}
    for tool in sorted(tools, key=lambda tool: tool.name):
        if config.tools is not None and tool.name not in config.tools:
            continue
        schema = _fit(tool.input_schema)
        if schema is None or not tool.name:
            log.warning("mcp.tool_unfit", server=config.label)
            continue
        reads = bool(tool.annotations and tool.annotations.read_only_hint)
        function = function_name(config.label, tool.name)
        by_name.setdefault(
            function,
            ServerTool(
                config.label,
                tool.name,
                function,
                clean(tool.description or tool.title or "")[:_LONGEST_DESCRIPTION],
                schema,
                reads,
                config.approve is Approve.ALWAYS or (config.approve is Approve.WRITES and not reads),
            ),
        )
    if len(by_name) > MOST_TOOLS:
        log.warning("mcp.too_many_tools", server=config.label, tools=len(by_name), used=MOST_TOOLS)
    return tuple(by_name.values())[:MOST_TOOLS]


def function_name(label: str, tool: str) -> str:
    """`calendar__list_events`; a name that doesn't fit ends in a hash, so that no two tools share one."""
    plain = _UNFIT.sub("_", tool)
    name = f"{label}{BETWEEN}{plain}"
    if plain == tool and len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.blake2b(tool.encode(errors="surrogatepass"), digest_size=4).hexdigest()
    return f"{name[: _LONGEST_NAME - len(digest) - 1]}_{digest}"


def label_of(function: str) -> str:
    """The label of the server whose tool it would be; empty for a tool of our own."""
    label, between, _ = function.partition(BETWEEN)
    return label if between else ""


def _fit(schema: object) -> dict[str, Any] | None:
    """The schema as OpenAI takes it: an object's, and not too long; None where it can't be made so."""
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        return None
    fit = {key: value for key, value in schema.items() if key not in _NOT_AT_THE_TOP}
    fit["type"] = "object"
    if not isinstance(fit.setdefault("properties", {}), dict):
        return None
    return fit if len(json.dumps(fit)) <= _LONGEST_SCHEMA else None
