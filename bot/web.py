"""A web server that nobody can hold up: few connections, little patience, small bodies, one line for what is bad."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from core.errors import TaskBotError

log = structlog.get_logger()


class PortTakenError(TaskBotError):
    """The web server can't listen; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may cost. Slack's events are answered in 3 s and are far smaller than this."""

    connections: int = 200
    """Beyond it a connection that asks nothing makes room for a new one; well below the usual 1,024 open files."""
    headers: float = 10.0
    """Seconds for a request's line and headers, and for an idle connection to ask again."""
    body: float = 10.0
    """Seconds for a request's body."""
    body_bytes: int = 1024 * 1024


class _Refused(asyncio.Protocol):
    """A connection for which there is no room."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class _OneLine(logging.Filter):
    """aiohttp logs what it can't read with a traceback, which may quote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "web.bad_request", ()
        return True


class _Room:
    """Who is connected, and who of them is being answered."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._answered: set[object] = set()

    def enter(self, server: web.Server) -> asyncio.BaseProtocol:
        """The protocol of a new connection, for which the oldest one that asks nothing may have to go."""
        if len(server.connections) >= self._limits.connections:
            idle = next((one for one in server.connections if one not in self._answered), None)
            if idle is None:
                return _Refused()
            idle.force_close()
        return server()

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Read the body, within its limits, before anybody is asked: else 408, 413; 400 for what makes no sense."""
        try:
            async with asyncio.timeout(self._limits.body):
                await request.read()
        except TimeoutError:
            return _refusal(408)
        except web.RequestPayloadError:
            return _refusal(400)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(413)
        self._answered.add(request.protocol)
        try:
            return await handler(request)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            # a body that is no JSON, or not of the shape it should have; a mistake of ours shows here by its name
            return _refusal(400, error=type(error).__name__)
        finally:
            self._answered.discard(request.protocol)


def _refusal(status: int, **fields: str) -> web.Response:
    log.warning("web.refused", status=status, **fields)
    answer = web.Response(status=status)
    answer.force_close()
    return answer


@asynccontextmanager
async def listening(
    host: str, port: int, routes: Iterable[web.RouteDef], limits: Limits | None = None
) -> AsyncIterator[int]:
    """Serve the routes for as long as the block runs; gives the port, which 0 leaves open.

    Raises:
        PortTakenError: nothing can listen there.
    """
    limits = limits or Limits()
    room = _Room(limits)
    app = web.Application(middlewares=[room.guard], client_max_size=limits.body_bytes)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, logger=_logger(), keepalive_timeout=limits.headers, lingering_time=1.0)
    await runner.setup()
    try:
        async with await _bound(runner, room, host, port) as server:
            yield int(server.sockets[0].getsockname()[1])
    finally:
        await runner.cleanup()


async def _bound(runner: web.AppRunner, room: _Room, host: str, port: int) -> asyncio.Server:
    server = runner.server
    if server is None:
        raise RuntimeError("the runner is set up above")
    try:
        return await asyncio.get_running_loop().create_server(lambda: room.enter(server), host, port, backlog=256)
    except OSError as error:
        raise PortTakenError(f"Nothing can listen on {host}:{port} ({error.strerror}). Set HOST or PORT.") from error


def _logger() -> logging.Logger:
    logger = logging.getLogger("bot.web")
    if not logger.filters:
        logger.addFilter(_OneLine())
    return logger
