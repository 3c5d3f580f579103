"""Ana's tasks, and the package's own client beside them in one process."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from adapters.mcp.news import News
from adapters.mcp.server import Context, build
from core.chat import Author, Caller
from core.database import Database
from core.toolbox import Tools
from tests.adapters.mcp.web import Publisher, Site, publishing, site
from tests.conftest import ANA

Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def news() -> News:
    """Who watches what."""
    return News()


@pytest.fixture
def tools(database: Database, now: dt.datetime, news: News) -> Tools:
    """The core's tools on Monday 23 November 2026, 9:00 in Berlin."""
    return Tools(database, "Europe/Berlin", news.changed, lambda: now)


@pytest.fixture
def connect(tools: Tools, news: News) -> Connect:
    """A client of a person's, on a connection that lasts."""

    @asynccontextmanager
    async def connected(who: Author = ANA, **options: Any) -> AsyncIterator[Client]:
        async def acting(ctx: Context) -> Caller:
            return await tools.local(who)

        async with Client(build(tools, acting, news, lasting=True), **options) as client:
            yield client

    return connected


@pytest.fixture
async def publisher(tmp_path: Path) -> AsyncIterator[Publisher]:
    """Where clients publish what they are."""
    async with publishing(tmp_path) as published:
        yield published


@pytest.fixture
async def there(tools: Tools, news: News, publisher: Publisher) -> AsyncIterator[Site]:
    """The bot's web server with `/mcp`."""
    opened: asyncio.Future[Site] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def hold() -> None:
        # a task of its own: what the package begins has to be ended by the same one, and a fixture has two
        async with site(tools, news, publisher) as opening:
            opened.set_result(opening)
            await over.wait()

    holding = asyncio.ensure_future(hold())
    yield await opened
    over.set()
    await holding
