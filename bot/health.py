"""The bot's own web server: how it is, and the events that platforms send over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.chat import Platform
from core.errors import TaskBotError

if TYPE_CHECKING:
    from aiohttp import web


def _well() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Connection:
    """A platform, with what the web server does for it."""

    platform: Platform
    events: tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] | None = None
    """The path to which the platform posts its events, and what takes them."""
    trouble: Callable[[], str | None] = _well
    """What is wrong with the connection, if anything is."""


class PortTakenError(TaskBotError):
    """The web server can't listen; the sentence says where."""


@asynccontextmanager
async def serving(host: str, port: int, connections: Sequence[Connection]) -> AsyncIterator[int]:
    """Serve `GET /health` and the platforms' routes for as long as the block runs; gives the port, which 0 leaves open.

    `/health` answers 200 when every platform is connected, else 503, with what is wrong as JSON. It doesn't ask the
    database: a probe every few seconds would keep a serverless one awake, and every reply says when it is away.

    Raises:
        PortTakenError: nothing can listen there.
    """
    # here and not above: a talk in the terminal does without a web server
    from aiohttp import web

    async def health(request: web.Request) -> web.Response:
        troubles = {one.platform.name: one.trouble() for one in connections}
        state = {name: trouble or "ok" for name, trouble in troubles.items()}
        return web.json_response(state, status=503 if any(troubles.values()) else 200)

    app = web.Application()
    app.add_routes([web.get("/health", health), *(web.post(*one.events) for one in connections if one.events)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise PortTakenError(f"Nothing can listen on {host}:{port} ({error.strerror}). Set HOST or PORT.") from error
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
