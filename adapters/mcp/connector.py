"""`search` and `fetch`, in the shapes that ChatGPT's connectors want (OpenAI, “Building MCP servers for ChatGPT”)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import mcp_types as types

from adapters.mcp.results import DATA, facts, failed, prose, structured
from adapters.mcp.uris import task_uri
from core.chat import Caller, Status, Task, TaskQuery, ToolSpec

_MOST = 20
_LONGEST_QUERY = 500
_TEXT: Final[Mapping[str, object]] = {"type": "string"}

SEARCH: Final = ToolSpec(
    "search",
    "Find tasks, done ones too, by words of titles, notes and tags.",
    {"type": "object", "properties": {"query": _TEXT}, "required": ["query"]},
    {"type": "object", "properties": {"results": {"type": "array", "items": {"type": "object"}}}},
    read_only=True,
    idempotent=True,
)
FETCH: Final = ToolSpec(
    "fetch",
    "One task whole, by the id that search tells: its number.",
    {"type": "object", "properties": {"id": _TEXT}, "required": ["id"]},
    {"type": "object", "properties": {"id": _TEXT, "title": _TEXT, "text": _TEXT, "url": _TEXT}},
    read_only=True,
    idempotent=True,
)


async def search(caller: Caller, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """At most 20 tasks that fit, best first: `id`, `title` and `url` of each."""
    match arguments:
        case {"query": str(query)} if len(arguments) == 1 and len(query) <= _LONGEST_QUERY:
            page = await caller.find(TaskQuery(status=Status.ALL, text=query.strip() or None, size=_MOST))
        case _:
            return failed(f"search wants query, a text of at most {_LONGEST_QUERY} characters, and nothing else.")
    results = [{"id": str(task.number), "title": task.title, "url": url(task)} for task in page.tasks]
    return structured({"results": results, "note": DATA} if results else {"results": []})


async def fetch(caller: Caller, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """One task with its whole text; `metadata` are its facts."""
    task = None
    match arguments:
        case {"id": str(given)} if len(arguments) == 1:
            task = await one(caller, given)
    if task is None:
        return failed("There is no such task. search and list_tasks tell the ids: a task's number, such as 12.")
    metadata = {**facts(task), "note": DATA}
    return structured(
        {"id": str(task.number), "title": task.title, "text": prose(task), "url": url(task), "metadata": metadata}
    )


async def one(caller: Caller, given: str) -> Task | None:
    """The person's task of this number, whatever has become of it unless it is deleted."""
    if not (given.isascii() and given.isdecimal() and len(given) <= 9):
        return None
    page = await caller.find(TaskQuery(status=Status.ALL, numbers=(int(given),)))
    return page.tasks[0] if page.tasks else None


def url(task: Task) -> str:
    """Where it can be looked at: the message it was made from, else the resource."""
    return task.source or task_uri(task.number)
