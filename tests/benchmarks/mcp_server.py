"""`python -m tests.benchmarks.mcp_server ours|bare PORT [DATABASE_URL]`: a server to be measured, in its own process.

`GET /cpu` tells the seconds of processor time that it has used; `GET /sql`, of ours, does what a listing does in SQL
and nothing else.
"""

from __future__ import annotations

import asyncio
import sys
import time

import mcp_types as types
import uvicorn
from aiohttp import web
from mcp.server import Server, ServerRequestContext
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.mcp.endpoint import Endpoint
from adapters.mcp.news import News
from adapters.mcp.settings import McpSettings
from bot.health import serving
from bot.logging import configure_logging
from core.chat import Grant, TaskQuery
from core.database import Database
from core.toolbox import Tools

KEY = "k" * 40
Context = ServerRequestContext[object, object]


def settings_for(port: int) -> McpSettings:
    """Of a bot whose public address leads to this port."""
    return McpSettings(_env_file=None, keys=(SecretStr(KEY),), url=f"http://127.0.0.1:{port}")  # type: ignore[call-arg]


async def ours(port: int, url: str, public: int) -> None:
    """The bot's web server and endpoint, as `bot run` puts them together, without a limit to what one may ask."""
    database = Database(url)
    tools, news = Tools(database, "UTC"), News()
    endpoint = Endpoint(settings_for(public), tools, news)

    async def cpu(request: web.Request) -> web.Response:
        return web.json_response(time.process_time())

    async def sql(request: web.Request) -> web.Response:
        """The statements of a listing: who it is, whether they still let the client, and the page."""
        caller = await tools.granted(Grant(1, 0, ""))
        if caller is None:
            return web.Response(status=409)
        await caller.find(TaskQuery())
        return web.json_response(time.process_time())

    extra = [web.get("/cpu", cpu), web.get("/sql", sql)]
    async with serving("127.0.0.1", port, [], routes=[*endpoint.routes(), *extra]), endpoint.running():
        print("ready", flush=True)
        await asyncio.Event().wait()


async def bare(port: int) -> None:
    """The package's own server with one tool that does nothing, as its documentation puts it together."""

    async def list_tools(ctx: Context, params: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[types.Tool(name="nothing", input_schema={"type": "object"})])

    async def call_tool(ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        return types.CallToolResult(content=[types.TextContent(text="ok")])

    async def cpu(request: Request) -> JSONResponse:
        return JSONResponse(time.process_time())

    server = Server("bare", on_list_tools=list_tools, on_call_tool=call_tool)
    app = server.streamable_http_app(
        json_response=True, stateless_http=True, custom_starlette_routes=[Route("/cpu", cpu)]
    )
    print("ready", flush=True)
    await uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error", access_log=False)).serve()


if __name__ == "__main__":
    configure_logging("ERROR", "console")
    kind, own, *rest = sys.argv[1:]
    asyncio.run(ours(int(own), rest[0], int(rest[1])) if kind == "ours" else bare(int(own)))
