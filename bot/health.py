"""How the bot is, over HTTP, beside the events that platforms send there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.chat import Author, Platform, Reach

if TYPE_CHECKING:
    from aiohttp import web

    from bot.web import Limits


def _well() -> str | None:
    return None


def _nothing(who: Author) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Connection:
    """A platform, with what the process does for it."""

    platform: Platform
    events: tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] | None = None
    """The path to which the platform posts its events, and what takes them."""
    pages: tuple[tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]], ...] = ()
    """Paths that browsers open, and what shows them."""
    reach: Reach | None = None
    """The workspaces that it can speak in, where it tells."""
    trouble: Callable[[], str | None] = _well
    """What is wrong with the connection at this moment, if anything is; asks nobody."""
    introduction: Callable[[], str] | None = None
    """As whom it is connected, and where, once it is."""
    changed: Callable[[Author], None] = _nothing
    """A person's tasks were changed elsewhere: what shows them is to be shown anew."""


@asynccontextmanager
async def serving(
    host: str,
    port: int,
    connections: Sequence[Connection],
    limits: Limits | None = None,
    *,
    routes: Sequence[web.RouteDef] = (),
) -> AsyncIterator[int]:
    """Serve `GET /health`, the platforms' routes and others for the block; gives the port, which 0 leaves open.

    `/health` answers 200 when every platform is connected, else 503, with what is wrong as JSON. It asks neither a
    platform nor the database: a probe every few seconds would keep a serverless one awake, and every reply says when it
    is away.

    Raises:
        PortTakenError: nothing can listen there.
    """
    # here and not above: a talk in the terminal does without a web server
    from aiohttp import web

    from bot.web import listening

    async def health(request: web.Request) -> web.Response:
        troubles = {one.platform.name: one.trouble() for one in connections}
        state = {name: trouble or "ok" for name, trouble in troubles.items()}
        return web.json_response(state, status=503 if any(troubles.values()) else 200)

    events = [web.post(*one.events) for one in connections if one.events]
    events += [web.get(*page) for one in connections for page in one.pages]
    async with listening(host, port, [web.get("/health", health), *events, *routes], limits) as taken:
        yield taken
