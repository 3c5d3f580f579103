"""What a person can begin with: a plan for the day, a review of the week. The tasks come along as data."""

from __future__ import annotations

import mcp_types as types
from mcp.shared.exceptions import MCPError

from adapters.mcp.resources import read
from adapters.mcp.uris import OVERDUE, TODAY, WEEK
from core.chat import Caller

_PROMPTS = {
    "plan_my_day": (
        "Plan my day",
        "What is overdue and due today, in an order that can be done.",
        "Plan my day from the tasks below. Say first what can't wait, then an order for the rest with about how long "
        "each takes, and what had better move to another day. Ask before you change anything.",
        (OVERDUE, TODAY),
    ),
    "weekly_review": (
        "Weekly review",
        "How the week was, and what to do about what was left.",
        "Review my week from the figures and tasks below. Say in a few sentences how it went, then go through what is "
        "overdue and propose for each: do, move, or delete. Ask before you change anything.",
        (WEEK, OVERDUE),
    ),
}

LISTED = [types.Prompt(name=name, title=title, description=what) for name, (title, what, _, _) in _PROMPTS.items()]


async def prompt(caller: Caller, name: str) -> types.GetPromptResult:
    """Its words, and what they speak of as embedded resources. Raises MCPError for one that isn't there."""
    if name not in _PROMPTS:
        raise MCPError(types.INVALID_PARAMS, "There is no such prompt: prompts/list tells which there are.")
    _, what, words, uris = _PROMPTS[name]
    told = [types.PromptMessage(role="user", content=types.TextContent(text=words))]
    for uri in uris:
        found = types.EmbeddedResource(resource=await read(caller, uri))
        told.append(types.PromptMessage(role="user", content=found))
    return types.GetPromptResult(description=what, messages=told)
