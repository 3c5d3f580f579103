"""An MCP server with whatever tools a test wants it to tell of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server import Server
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, TextContent, Tool


def odd(tools: Mapping[str, dict[str, Any]]) -> Server[Any]:
    """`tools`: the schemas by name. A call of any answers with its name."""

    async def listed(_context: Any, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[Tool(name=name, input_schema=schema) for name, schema in tools.items()])

    async def called(_context: Any, params: CallToolRequestParams) -> CallToolResult:
        return CallToolResult(content=[TextContent(type="text", text=params.name)])

    return Server("odd", on_list_tools=listed, on_call_tool=called)
