"""The list with tick boxes, in clients that show pages of servers (MCP Apps, `io.modelcontextprotocol/ui`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

import mcp_types as types

EXTENSION: Final = "io.modelcontextprotocol/ui"
URI: Final = "ui://tasks/list"
TOOL: Final = "list_tasks"
"""Its results are what the page shows."""
_MIME: Final = "text/html;profile=mcp-app"

LISTED = types.Resource(uri=URI, name="list", title="The list, with tick boxes", mime_type=_MIME)
META: Final[dict[str, Any]] = {"ui": {"resourceUri": URI}}
"""Of the tool, for its clients; those that know no pages show what it says in words."""


@cache
def page() -> types.TextResourceContents:
    """The page. It loads nothing and asks nobody but the host, which holds it to that (no domains are allowed)."""
    html = files("adapters.mcp").joinpath("app.html").read_text(encoding="utf-8")
    return types.TextResourceContents(uri=URI, mime_type=_MIME, text=html, _meta={"ui": {"prefersBorder": True}})
