"""Ana's tasks, and the package's own client beside them in one process."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from mcp import Client

from adapters.mcp.news import News
from adapters.mcp.server import Context, build
from core.chat import Author, Caller
from core.database import Database
from core.toolbox import Tools
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
