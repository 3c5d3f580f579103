"""Clients that call the tools over the network, where the settings have keys for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.mcp.settings import McpSettings
from core.chat import Author, Inviter, Receipt
from core.database import Database

if TYPE_CHECKING:
    from aiohttp import web

    from adapters.mcp.endpoint import Endpoint
    from adapters.mcp.news import News

_BURST, _A_MINUTE = 120, 300.0
"""Requests of one account's clients, in one process."""

Changed = Callable[[Receipt, Author], None]


@dataclass(frozen=True, slots=True)
class Clients:
    """What serves them; nothing, without a key."""

    endpoint: Endpoint | None = None
    news: News | None = None
    inviter: Inviter | None = None
    routes: Sequence[web.RouteDef] = field(default_factory=tuple)

    def changed(self, receipt: Receipt, who: Author) -> None:
        """A person's tasks were changed in this process, by whatever means."""
        if self.news:
            self.news.changed(receipt, who)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Answer them for as long as the block runs; the web server has to be there by itself."""
        if self.endpoint is None:
            yield
            return
        async with self.endpoint.running():
            yield


def clients(settings: McpSettings | None, database: Database, default_zone: str, changed: Changed) -> Clients:
    """What the settings ask for. `changed` is told of each change that a client makes."""
    if settings is None or not settings.configured:
        return Clients()
    # here and not above: whoever has no key does without the protocol, which takes a while to import
    from adapters.mcp.endpoint import Endpoint, inviter
    from adapters.mcp.news import News
    from core.allowance import Allowance
    from core.toolbox import Tools

    news = News()
    tools = Tools(database, default_zone, changed, allowance=Allowance(_BURST, _A_MINUTE))
    endpoint = Endpoint(settings, tools, news)
    return Clients(endpoint, news, inviter(settings), endpoint.routes())
