"""The protocol's server speaks ASGI and the bot's web server is aiohttp: one request from the one to the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from aiohttp import web

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


async def answered(app: App, request: web.Request, seconds: float, **extra: object) -> web.StreamResponse:
    """The application's answer (ASGI 3.0, HTTP): at once where it comes in one piece, else as it comes.

    `extra` stands in the scope. After so many seconds a stream is ended, and what hasn't begun is a 504. Whoever leaves
    is noticed when something is sent to them: a stream is told a comment every 15 seconds.
    """
    body = await request.read()
    told = False
    response: web.StreamResponse | None = None
    status, headers = 500, list[tuple[str, str]]()

    async def receive() -> Message:
        nonlocal told
        if told:
            await asyncio.Event().wait()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal response, status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            return
        content, more = message.get("body", b""), message.get("more_body", False)
        if response is None and not more:
            response = web.Response(status=status, body=content, headers=_of_content(headers))
            return
        if response is None:
            response = web.StreamResponse(status=status, headers=_of_content(headers))
            await response.prepare(request)
        if content and isinstance(response, web.StreamResponse):
            await response.write(content)

    try:
        async with asyncio.timeout(seconds):
            await app(_scope(request, extra), receive, send)
    except TimeoutError:
        status = 504
    return response or web.Response(status=status)


def _scope(request: web.Request, extra: dict[str, object]) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.raw_path.encode(),
        "query_string": request.query_string.encode(),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "client": None,
        "server": None,
        **extra,
    }


def _of_content(headers: list[tuple[str, str]]) -> dict[str, str]:
    """What the web server doesn't say by itself."""
    return {name: value for name, value in headers if name not in ("content-length", "connection", "transfer-encoding")}
