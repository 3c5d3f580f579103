"""Tools, as clients list and call them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from adapters.mcp import app, connector
from adapters.mcp.results import failed, told
from core.chat import Caller, RefusedError, ToolSpec


def listed(specs: Sequence[ToolSpec]) -> list[types.Tool]:
    """All tools of the core's, and the two that connectors ask for."""
    return [_tool(spec) for spec in (*specs, connector.SEARCH, connector.FETCH)]


def _tool(spec: ToolSpec) -> types.Tool:
    """What a hint says by being left out is left out, as each is told with every list."""
    hints = types.ToolAnnotations(
        read_only_hint=spec.read_only or None,
        destructive_hint=None if spec.read_only else spec.destructive,
        idempotent_hint=None if spec.read_only else spec.idempotent or None,
        open_world_hint=False,
    )
    return types.Tool(
        name=spec.name,
        description=spec.description,
        input_schema=dict(spec.schema),
        output_schema=dict(spec.result),
        annotations=hints,
        _meta=app.META if spec.name == app.TOOL else None,
    )


async def called(caller: Caller, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """Call one for a person. Raises MCPError (invalid params) for a tool that isn't there."""
    try:
        match name:
            case "search":
                return await connector.search(caller, arguments)
            case "fetch":
                return await connector.fetch(caller, arguments)
            case _:
                return told(await caller.call(name, json.dumps(arguments)))
    except RefusedError as error:
        return failed(str(error))
    except KeyError:
        raise MCPError(types.INVALID_PARAMS, "There is no such tool: tools/list tells which there are.") from None
