"""A server behind a URL: Streamable HTTP, with an end to what it may send.

Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports#streamable-http.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client

from core.agent.servers.config import ServerConfig

_TIMEOUT = httpx2.Timeout(10.0, read=300.0)
"""A call has a limit of its own; a stream of notices may be quiet for long."""


_NOT_FOUND = 404
_SESSION = "mcp-session-id"


class TooBigError(httpx2.StreamError):
    """A server sends more than anybody reads."""

    def __init__(self) -> None:
        super().__init__("the answer is too big")


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooBigError
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


@asynccontextmanager
async def endpoint(config: ServerConfig, longest: int, ended: Callable[[], None]) -> AsyncIterator[tuple[Any, Any]]:
    """Talk with the server. An answer over `longest` bytes, or a packed one, which could hide more, is none.

    `ended` is called when the server knows nothing of the session any more, and so has not done what it was asked.
    """

    async def limit(response: httpx2.Response) -> None:
        if response.status_code == _NOT_FOUND and _SESSION in response.request.headers:
            ended()
        if response.headers.get("content-encoding", "identity") != "identity":
            raise TooBigError
        # the stream of notices lasts as long as the connection, and each event has its own limit
        if response.request.method == "POST" and isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Limited(response.stream, longest)

    # by a hook, for a transport of our own would do without the proxies that the environment names
    headers = {**config.headers, "Accept-Encoding": "identity"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=_TIMEOUT, event_hooks={"response": [limit]}) as client,
        streamable_http_client(config.url, http_client=client, max_sse_event_size=longest) as streams,
    ):
        yield streams
