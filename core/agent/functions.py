"""The bot's tools as the Agents SDK takes them."""

from __future__ import annotations

from agents import FunctionTool
from agents import Tool as SdkTool
from agents.tool_context import ToolContext

from core.tools import discover
from core.tools.context import TurnContext
from core.tools.tool import Tool


def functions() -> list[SdkTool]:
    """Every tool of the bot."""
    return [_function(tool) for tool in discover()]


def _function(tool: Tool) -> FunctionTool:
    """The schema is not in strict mode, where every parameter would be required: what may be left out is left out."""

    async def invoke(context: ToolContext[TurnContext], raw: str) -> str:
        return await tool.call(context.context, raw)

    return FunctionTool(
        name=tool.name,
        description=tool.description,
        params_json_schema=dict(tool.schema),
        on_invoke_tool=invoke,
        strict_json_schema=False,
    )
