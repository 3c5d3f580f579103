"""`/mcp`: what a call costs beside a bare server's, how long it takes among many, and whether each is done once."""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import psycopg

from adapters.mcp.tokens import Held, Keys, Kind
from core.chat import Author
from core.database import Database
from core.toolbox import Tools
from tests.adapters.mcp.web import free_port
from tests.benchmarks.mcp_server import KEY, settings_for
from tests.benchmarks.servers import ROOT
from tests.benchmarks.table import Figure, Goal

CPU, BYTES, NONE = Goal(1.5), Goal(7_000), Goal(0)
_BLOCK, _PAIRS = 100, 8
_CLIENTS = 50
_VERSIONS = ("2026-07-28", "2025-11-25")


def measure(database_url: str, *, quick: bool = False) -> list[Figure]:
    """A goal each for processor time, bytes, and calls lost or doubled."""
    return asyncio.run(_measure(database_url, 1_000 if quick else 10_000))


async def _measure(database_url: str, calls: int) -> list[Figure]:
    figures = []
    async with _people(database_url) as people, aiohttp.ClientSession() as web:
        public = free_port()
        with _started("ours", database_url, public) as first, _started("ours", database_url, public) as second:
            with _started("bare") as bare:
                headers = _headers(people[0], public)
                for version in _VERSIONS:
                    figures.append(await _processor(web, first, bare, headers, version))
            figures.append(await _bytes(web, first, headers))
            tokens = [_headers(one, public) for one in people]
            figures += await _many(web, (first, second), tokens, calls, database_url)
    return figures


async def _processor(web: aiohttp.ClientSession, ours: int, bare: int, headers: dict[str, str], version: str) -> Figure:
    """Processor time of a listing beside that of a tool that does nothing, in alternation."""
    pairs = []
    for _ in range(_PAIRS + 1):
        whole = await _block(web, ours, "list_tasks", headers, version)
        # one by one as well, as a database that is asked in one go costs less
        sql = await _paced(web, ours, "sql") - await _paced(web, ours, "cpu")
        pairs.append((whole - sql, await _block(web, bare, "nothing", {}, version), sql))
    ratio = statistics.median(mine / theirs for mine, theirs, _ in pairs[1:])
    mine, theirs, sql = (statistics.median(one) for one in zip(*pairs[1:], strict=True))
    note = f"{mine:.2f} ms beside {sql:.2f} ms of SQL, against {theirs:.2f} ms; median of {_PAIRS} pairs"
    return Figure("mcp: processor", f"a call / a bare server's, {version}", ratio, "×", CPU, note)


async def _block(web: aiohttp.ClientSession, port: int, tool: str, headers: dict[str, str], version: str) -> float:
    """Milliseconds of the server's processor time of one call."""
    before = await _cpu(web, port)
    for _ in range(_BLOCK):
        await _call(web, port, "tools/call", {"name": tool, "arguments": {}}, headers, version)
    return (await _cpu(web, port) - before) / _BLOCK * 1000


async def _paced(web: aiohttp.ClientSession, port: int, path: str) -> float:
    """Milliseconds of the server's processor time of one such request."""
    before = await _cpu(web, port)
    for _ in range(_BLOCK):
        async with web.get(f"http://127.0.0.1:{port}/{path}") as answered:
            await answered.read()
    return (await _cpu(web, port) - before) / _BLOCK * 1000


async def _cpu(web: aiohttp.ClientSession, port: int) -> float:
    async with web.get(f"http://127.0.0.1:{port}/cpu") as answered:
        return float(await answered.json())


async def _bytes(web: aiohttp.ClientSession, port: int, headers: dict[str, str]) -> Figure:
    """What every client puts before every talk."""
    told = await _call(web, port, "tools/list", {}, headers, _VERSIONS[0])
    return Figure("mcp: bytes", "tools/list", len(told), "bytes", BYTES, "the whole answer")


async def _many(
    web: aiohttp.ClientSession, ports: tuple[int, int], tokens: list[dict[str, str]], calls: int, url: str
) -> list[Figure]:
    """Fifty clients of as many people, each adding one task after another, to two processes in turn."""
    taken: list[float] = []

    async def client(who: int) -> None:
        for number in range(calls // _CLIENTS):
            arguments = {"tasks": [{"title": f"{who} {number}"}]}
            begun = time.monotonic()
            await _call(
                web, ports[number % 2], "tools/call", {"name": "add_task", "arguments": arguments}, tokens[who],
                _VERSIONS[who % 2],
            )  # fmt: skip
            taken.append((time.monotonic() - begun) * 1000)

    begun = time.monotonic()
    await asyncio.gather(*(client(who) for who in range(_CLIENTS)))
    seconds = time.monotonic() - begun
    with psycopg.connect(url) as connection:
        held = [row[0] for row in connection.execute("SELECT title FROM tasks")]
    wanted = {f"{who} {number}" for who in range(_CLIENTS) for number in range(calls // _CLIENTS)}
    cuts = statistics.quantiles(taken, n=100)
    what = f"{calls:,} calls of {_CLIENTS} clients to two processes"
    note = f"{what}, {calls / seconds:.0f} a second; the clients share the machine"
    return [
        Figure("mcp: at once", "median", cuts[49], "ms", None, note),
        Figure("mcp: at once", "99th percentile", cuts[98], "ms", None, note),
        Figure("mcp: at once", "lost", len(wanted - set(held)), "calls", NONE, what),
        Figure("mcp: at once", "doubled", len(held) - len(set(held)), "calls", NONE, what),
    ]


async def _call(
    web: aiohttp.ClientSession, port: int, method: str, params: dict[str, Any], headers: dict[str, str], version: str
) -> bytes:
    """One request as clients of that version make it; its answer. Raises RuntimeError where it is no result."""
    given = {"MCP-Protocol-Version": version, "Accept": "application/json, text/event-stream", **headers}
    if version == _VERSIONS[0]:
        meta = {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        params = {**params, "_meta": meta}
        given["Mcp-Method"] = method
        if "name" in params:
            given["Mcp-Name"] = params["name"]
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    async with web.post(f"http://127.0.0.1:{port}/mcp", json=body, headers=given) as answered:
        told = await answered.read()
    result = json.loads(told).get("result") if answered.status == 200 else None
    if result is None or result.get("isError"):
        raise RuntimeError(f"{answered.status}: {told[:200]!r}")
    return told


def _headers(user: int, public: int) -> dict[str, str]:
    """A client of this person's."""
    settings = settings_for(public)
    keys = Keys([KEY], settings.issuer, settings.resource)
    token = keys.sign(Kind.ACCESS, Held(user, client="https://client.test/app.json", name="Claude (client.test)"))
    return {"Authorization": f"Bearer {token}", "Host": f"127.0.0.1:{public}"}


@asynccontextmanager
async def _people(url: str) -> AsyncIterator[list[int]]:
    """Fifty people, whom the bot knows."""
    database = Database(url)
    tools = Tools(database, "UTC")
    callers = [await tools.local(Author("console", "", f"person-{number}", f"P{number}")) for number in range(_CLIENTS)]
    await database.close()
    yield [caller.actor.user_id for caller in callers]


@contextmanager
def _started(kind: str, *rest: object) -> Iterator[int]:
    """A server in a process of its own; its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.mcp_server", kind, str(port), *map(str, rest)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or process.stdout.readline() != "ready\n":
                raise RuntimeError("the server did not start")
            _wait(port)
            yield port
        finally:
            process.terminate()


def _wait(port: int) -> None:
    while True:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
