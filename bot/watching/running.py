"""Watching from the process's start to its end, where it is wanted; where it isn't, nothing of it is even imported."""

from __future__ import annotations

import asyncio
import hmac
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from bot.watching.settings import Watch
from core.chat.telemetry import listen

if TYPE_CHECKING:
    from aiohttp import web

log = structlog.get_logger()

_FAREWELL = 5.0
"""Seconds that the last words to a collector may take when the process ends."""

Endpoint = Callable[["web.Request"], "web.Response"]


@asynccontextmanager
async def watching(
    watch: Watch,
    wells: Mapping[str, Callable[[], bool]],
    database: Callable[[], bool],
    begun: Callable[[], None] = lambda: None,
) -> AsyncIterator[Endpoint | None]:
    """Measure for as long as the block runs; gives what answers `GET /metrics`, where that is wanted.

    `wells` tells of each platform whether it is connected, `database` whether it answered last; `begun` is called once
    what is counted is heard.
    """
    if not watch.on:
        yield None
        return
    for name, value in watch.variables:
        os.environ.setdefault(name, value)
    from bot.watching.opentelemetry import Telemetry
    from bot.watching.process import Process

    telemetry = Telemetry(watch)
    listen(telemetry)
    begun()
    looking = asyncio.create_task(Process(telemetry.meter, wells, database).watch())
    log.info("watching", prometheus=watch.prometheus, metrics=watch.metrics, traces=watch.traces)
    try:
        yield _endpoint(telemetry.exposition, watch.token) if watch.prometheus else None
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        listen(None)
        await _ended(telemetry.close)


def _endpoint(exposition: Callable[[], bytes], token: str) -> Endpoint:
    """What answers whoever scrapes; 401 without the token, where one is set."""
    from aiohttp import web

    from bot.watching.opentelemetry import CONTENT_TYPE

    def metrics(request: web.Request) -> web.Response:
        shown = request.headers.get("Authorization", "")
        if token and not hmac.compare_digest(f"Bearer {token}".encode(), shown.encode(errors="surrogateescape")):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"}, text="METRICS_TOKEN is wanted.\n")
        return web.Response(body=exposition(), headers={"Content-Type": CONTENT_TYPE})

    return metrics


async def _ended(close: Callable[[], None]) -> None:
    """Wait for the last words, but no longer than is decent: a collector that hangs must hold up nobody's restart."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def work() -> None:
        close()
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(over.set)

    # a thread of its own, for the loop's own ones are waited for when it ends
    threading.Thread(target=work, daemon=True, name="farewell").start()
    try:
        async with asyncio.timeout(_FAREWELL):
            await over.wait()
    except TimeoutError:
        log.warning("watching.last_words_lost")
