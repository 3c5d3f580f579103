"""What can be read without a call: today, what is overdue, the week's review, and each task by its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from adapters.mcp import app
from adapters.mcp.connector import one
from adapters.mcp.results import DATA, encoded, facts
from adapters.mcp.uris import OVERDUE, TASK, TODAY, WEEK, task_number
from core.chat import Caller, DueFilter, RefusedError, TaskQuery

_JSON = "application/json"
_MOST = 100

LISTED = [
    types.Resource(uri=TODAY, name="today", title="Due today", mime_type=_JSON),
    types.Resource(uri=OVERDUE, name="overdue", title="Overdue", mime_type=_JSON),
    types.Resource(uri=WEEK, name="week", title="The week's review", mime_type=_JSON),
    app.LISTED,
]
TEMPLATES = [types.ResourceTemplate(uri_template=TASK, name="task", title="One task by its number", mime_type=_JSON)]


async def read(caller: Caller, uri: str) -> types.TextResourceContents:
    """What is there now. Raises MCPError for an address that leads nowhere, and for what can't be read now."""
    if uri == app.URI:
        return app.page()
    try:
        content = await _content(caller, uri)
    except RefusedError as error:
        raise MCPError(types.INTERNAL_ERROR, str(error)) from None
    return types.TextResourceContents(uri=uri, mime_type=_JSON, text=encoded(content))


async def _content(caller: Caller, uri: str) -> Mapping[str, Any]:
    match uri:
        case _ if uri == TODAY:
            return await _page(caller, DueFilter.TODAY)
        case _ if uri == OVERDUE:
            return await _page(caller, DueFilter.OVERDUE)
        case _ if uri == WEEK:
            result = await caller.call("review_week", "{}")
            if result.failed:
                raise MCPError(types.INTERNAL_ERROR, str(result.content["error"]))
            return result.content
    number = task_number(uri)
    task = await one(caller, number) if number is not None else None
    if task is None:
        raise MCPError(types.INVALID_PARAMS, "There is no such resource, or it is somebody else's.")
    return {**facts(task), "note": DATA}


async def _page(caller: Caller, due: DueFilter) -> Mapping[str, Any]:
    page = await caller.find(TaskQuery(due=due, size=_MOST))
    return {"total": page.total, "tasks": [facts(task) for task in page.tasks], "note": DATA}
