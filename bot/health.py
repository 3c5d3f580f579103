"""How the bot is, over HTTP, beside the events that platforms send there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.readiness import DatabaseProbe, Readiness
from core.chat import Author, Platform, Reach

if TYPE_CHECKING:
    from aiohttp import web

    from bot.watching.running import Endpoint
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
    database: DatabaseProbe | None = None,
    metrics: Endpoint | None = None,
    routes: Sequence[web.RouteDef] = (),
) -> AsyncIterator[int]:
    """Serve how the bot is, the platforms' routes and others for the block; gives the port, which 0 leaves open.

    `GET /health`: 200 for as long as the process is alive, with what it knows of its connections; it asks nobody, and
    nobody should start it anew because a platform is away. `GET /ready`: 200 while work is taken, else 503, with what
    is wrong as JSON; the database is asked for it, but one that sleeps isn't woken. `GET /metrics`, where wanted.

    Raises:
        PortTakenError: nothing can listen there.
    """
    # here and not above: a talk in the terminal does without a web server
    from aiohttp import web

    from bot.web import listening

    readiness = Readiness(connections, database)

    async def health(request: web.Request) -> web.Response:
        return web.json_response(readiness.connected())

    async def ready(request: web.Request) -> web.Response:
        state = await readiness.state()
        return web.json_response(state, status=200 if all(told == "ok" for told in state.values()) else 503)

    async def measured(request: web.Request) -> web.Response:
        return metrics(request) if metrics else web.Response(status=404)

    served = [web.get("/health", health), web.get("/ready", ready), *routes]
    served += [web.get("/metrics", measured)] if metrics else []
    served += [web.post(*one.events) for one in connections if one.events]
    served += [web.get(*page) for one in connections for page in one.pages]
    async with listening(host, port, served, limits) as taken:
        yield taken
