"""What the web server takes, and from how many: nobody can hold it up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.web import Limits, listening


async def _echo(request: web.Request) -> web.Response:
    return web.Response(text=(await request.text())[:10])


async def _json(request: web.Request) -> web.Response:
    return web.json_response({"told": (await request.json())["told"]})


@asynccontextmanager
async def _served(limits: Limits) -> AsyncIterator[int]:
    async with listening("127.0.0.1", 0, [web.post("/echo", _echo), web.post("/json", _json)], limits) as port:
        yield port


async def _raw(port: int, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    return reader, writer


async def test_half_open_requests_keep_nobody_out() -> None:
    """Three hundred who begin a request and never end it: whoever asks properly is answered."""
    async with _served(Limits(connections=50, headers=60.0, body=60.0)) as port:
        halves = [await _raw(port, b"POST /echo HTTP/1.1\r\nHost: x\r\n") for _ in range(300)]
        async with aiohttp.ClientSession() as client:
            for _ in range(20):
                async with client.post(f"http://127.0.0.1:{port}/echo", data=b"hello") as answer:
                    assert (answer.status, await answer.text()) == (200, "hello")
        for _, writer in halves:
            writer.close()


@pytest.mark.parametrize(
    ("half", "limits"),
    [
        (b"POST /echo HTTP/1.1\r\nHost: x\r\n", Limits(headers=0.2)),
        (b"", Limits(headers=0.2)),
    ],
)
async def test_headers_that_never_end_are_not_waited_for(half: bytes, limits: Limits) -> None:
    """Nor is a connection that never asks anything."""
    async with _served(limits) as port:
        reader, writer = await _raw(port, half)
        async with asyncio.timeout(10):
            assert b"200" not in await reader.read()
        writer.close()


async def test_a_body_that_never_ends_is_not_waited_for() -> None:
    """408, and the connection is closed."""
    async with _served(Limits(body=0.2)) as port:
        head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
        reader, writer = await _raw(port, head)
        async with asyncio.timeout(10):
            assert (await reader.read()).startswith(b"HTTP/1.1 408")
        writer.close()


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/echo", b"x" * 2000, 413),
        ("/json", b"no json", 400),
        ("/json", b"[1, 2]", 400),
        ("/json", b"\xff\xfe", 400),
        ("/json", b"[" * 900, 400),
        ("/nowhere", b"", 404),
    ],
)
async def test_what_makes_no_sense_is_refused_in_one_line(path: str, data: bytes, status: int) -> None:
    """Never 500, never a traceback, and nothing of it in the log."""
    with capture_logs() as logs:
        async with (
            _served(Limits(body_bytes=1000)) as port,
            aiohttp.ClientSession() as client,
            client.post(f"http://127.0.0.1:{port}{path}", data=data) as answer,
        ):
            assert answer.status == status
    assert len(logs) <= 1
    assert all("exc_info" not in line for line in logs)


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"A" * 20_000]
)
async def test_what_is_no_http_is_refused(junk: bytes) -> None:
    """TLS sent to the wrong port, a line without an end."""
    async with _served(Limits(headers=0.5)) as port:
        reader, writer = await _raw(port, junk)
        async with asyncio.timeout(10):
            assert b" 500 " not in (await reader.read())[:40]
        writer.close()
