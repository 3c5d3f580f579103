"""An MCP server on loopback, over Streamable HTTP, with what can go wrong in front of it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal, Self

import uvicorn
from mcp.server import MCPServer, Server

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Fault = Literal["500", "hang", "garbage", "endless", "packed", "redirect", "drop"]
_CHUNK = b"x" * 65_536
_UNKNOWN = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}}'
_CHUNKS = 200
"""Far more than anybody reads, after which it hangs: who has hung up is not told to one who writes."""


class _Listening(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.begun.set()


class HttpService:
    """Listens while its block lasts; may be stopped and started again on the same port."""

    def __init__(self, server: MCPServer | Server[Any], *, of_2025: bool = False) -> None:
        """`of_2025`: it knows nothing of the specification of 2026, begins with a handshake and keeps sessions."""
        self.server = server
        self.fault: Fault | None = None
        """What befalls each request from now on."""
        self.only: str = ""
        """The method that it befalls; all of them where it is empty."""
        self.requests: list[tuple[str, dict[str, str]]] = []
        """Methods of JSON-RPC, with the headers they came with."""
        self.came = asyncio.Condition()
        self._released = asyncio.Event()
        self._of_2025 = of_2025
        self._port = 0
        self._uvicorn: _Listening | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self._port}/mcp"

    async def start(self) -> None:
        """Listen."""
        self._app = self.server.streamable_http_app()
        config = uvicorn.Config(
            self._answer,
            host="127.0.0.1",
            port=self._port,
            interface="asgi3",
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = _Listening(config)
        self._serving = asyncio.create_task(self._uvicorn.serve())
        await self._uvicorn.begun.wait()
        self._port = self._uvicorn.servers[0].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be gone; what hangs is cut off."""
        self._released.set()
        if self._uvicorn and self._serving:
            self._uvicorn.should_exit = True
            await self._serving
            self._serving = None

    def count(self, method: str) -> int:
        """How often it was asked for."""
        return sum(name == method for name, _ in self.requests)

    async def asked(self, method: str) -> None:
        """Wait until somebody has asked for it."""
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: any(name == method for name, _ in self.requests))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._serving:
            await self.stop()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, receive = await _read(receive)
        method = _method(body)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append((method, headers))
        async with self.came:
            self.came.notify_all()
        if self._of_2025 and method == "server/discover":
            await _respond(send, 404, _UNKNOWN, kind=b"application/json")
        elif self.fault and (not self.only or self.only == method):
            await self._befall(self.fault, send)
        else:
            await self._app(scope, receive, send)

    async def _befall(self, fault: Fault, send: Send) -> None:
        match fault:
            case "500":
                await _respond(send, 500, b"Internal Server Error: secret stack trace")
            case "garbage":
                await _respond(send, 200, b"{]", kind=b"application/json")
            case "packed":
                await _respond(send, 200, b"\x1f\x8b", extra=[(b"content-encoding", b"gzip")])
            case "redirect":
                await _respond(send, 302, b"", extra=[(b"location", b"http://elsewhere.example/mcp")])
            case "hang":
                await self._released.wait()
            case "drop":
                raise ConnectionAbortedError
            case "endless":
                await send(_start(200, [(b"content-type", b"application/json")]))
                for _ in range(_CHUNKS):
                    await send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
                await self._released.wait()


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> MutableMapping[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _respond(
    send: Send,
    status: int,
    body: bytes,
    *,
    kind: bytes = b"text/plain",
    extra: list[tuple[bytes, bytes]] | None = None,
) -> None:
    await send(_start(status, [(b"content-type", kind), *(extra or [])]))
    await send({"type": "http.response.body", "body": body})


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and a way to read it once more."""
    body, first, more = b"", None, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            first = message
            break
        body, more = body + message.get("body", b""), message.get("more_body", False)
    told: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
    if first:
        told.append(first)

    async def again() -> MutableMapping[str, Any]:
        return told.pop(0) if told else await receive()

    return body, again


def _method(body: bytes) -> str:
    try:
        return str(json.loads(body).get("method"))
    except (ValueError, AttributeError):
        return ""
