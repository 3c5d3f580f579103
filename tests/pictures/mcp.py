"""`python -m tests.pictures.mcp`: the list with tick boxes, as a client shows it."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mcp import Client

from adapters.mcp.app import page
from adapters.mcp.news import News
from adapters.mcp.server import Context, build
from core.chat import Author, Caller
from core.database import Database
from core.toolbox import Tools
from tests.adapters.mcp.browser import shown
from tests.benchmarks.servers import postgres

PICTURE = Path(__file__).parents[2] / ".github" / "mcp-list.png"
_NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
_ANA = Author("console", "", "ana", "Ana", timezone="Europe/Berlin", locale="en-GB")
_TASKS = [
    {"title": "Send Ana the contract", "due": "friday 9am", "tags": ["work"]},
    {"title": "Pay rent", "due": "every 1st at 9am", "tags": ["home"]},
    {"title": "Call the dentist", "due": "today 3pm"},
    {"title": "Book the train to Lyon"},
]


async def draw(url: str) -> None:
    """Fill a list, tick one box, and keep what is to be seen."""
    database = Database(url)
    tools = Tools(database, "Europe/Berlin", clock=lambda: _NOW)

    async def acting(ctx: Context) -> Caller:
        return await tools.local(_ANA)

    async with Client(build(tools, acting, News(), lasting=True)) as client:

        async def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            result = await client.call_tool(name, arguments)
            return result.model_dump(by_alias=True, mode="json", exclude_none=True)

        await call("add_task", {"tasks": _TASKS})
        async with shown(page().text, call, width=560, height=255) as app:
            await app.run('document.querySelector("input").click()')
            await app.until('document.querySelector("li.done")')
            PICTURE.write_bytes(await app.picture())
    await database.close()
    print(f"Wrote {PICTURE.name} ({PICTURE.stat().st_size // 1024} kB)")


if __name__ == "__main__":
    with postgres() as address:
        asyncio.run(draw(address))
