"""Over standard input and output, for a client on the same machine that starts the process."""

from __future__ import annotations

import sys
from typing import cast

import anyio
from mcp.server.stdio import stdio_server

from adapters.mcp.news import News
from adapters.mcp.server import Context, build
from adapters.shared.lines import piped_lines
from core.chat import Author, Caller, Toolbox


async def serve(toolbox: Toolbox, who: Author, news: News) -> None:
    """Answer until standard input ends, or the task is cancelled.

    Standard output belongs to the protocol: whatever else is printed goes to standard error.
    """

    async def acting(ctx: Context) -> Caller:
        return await toolbox.local(who)

    server = build(toolbox, acting, news, lasting=True)
    # of the file, only its lines are used; the library's own waits for standard input even when it is to stop
    lines = cast("anyio.AsyncFile[str]", piped_lines(sys.stdin))
    async with stdio_server(stdin=lines) as (read, write):
        try:
            await server.run(read, write, server.create_initialization_options())
        finally:
            news.close()
