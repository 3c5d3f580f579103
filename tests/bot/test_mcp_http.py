"""`bot run` with keys for clients: `/mcp` on its web server, as many processes as one likes, none of which matters."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx2
import psycopg
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from adapters.mcp.tokens import Held, Keys, Kind
from tests.bot.balancer import balanced
from tests.bot.conftest import RunBot

KEYS = {"MCP_KEYS": "k" * 40, "LOG_LEVEL": "ERROR"}
CALLS = 3


def held(database_url: str) -> list[str]:
    """The titles of all tasks, in their order."""
    with psycopg.connect(database_url) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM tasks ORDER BY id")]


async def test_processes_are_killed_between_any_two_calls(bare_environment: dict[str, str], database_url: str) -> None:
    """Behind a balancer: whoever answered a call is killed after it, and the next is answered by another; all is once.

    The client's token was made by a process that is long dead, and none of them has kept anything.
    """
    async with balanced(bare_environment | KEYS | {"DATABASE_URL": database_url}, 2) as balancer:
        code = await balancer.processes[0].code()
        keys = Keys([KEYS["MCP_KEYS"]], balancer.url, f"{balancer.url}/mcp")
        of_code = keys.read(Kind.CODE, code)
        assert of_code is not None
        token = keys.sign(Kind.ACCESS, Held(of_code.user, 0, client="https://client.test/app.json", name="Claude"))
        for number in range(CALLS):
            async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
                mode = "auto" if number % 2 else "legacy"
                async with Client(streamable_http_client(f"{balancer.url}/mcp", http_client=http), mode=mode) as client:
                    result = await client.call_tool("add_task", {"tasks": [{"title": f"Task {number}"}]})
                    assert not result.is_error
                    await balancer.kill(balancer.served[-1])
                    listed = (await client.call_tool("list_tasks", {"sort": "created"})).structured_content
            assert listed is not None
            assert listed["total"] == number + 1
            await balancer.start()
    assert held(database_url) == [f"Task {number}" for number in range(CALLS)]


async def test_it_stops_while_somebody_listens(bare_environment: dict[str, str], database_url: str) -> None:
    """SIGTERM ends streams in order and the process with them: nobody has to wait or kill."""
    async with balanced(bare_environment | KEYS | {"DATABASE_URL": database_url}, 1) as balancer:
        (process,) = balancer.processes
        await process.code()
        keys = Keys([KEYS["MCP_KEYS"]], balancer.url, f"{balancer.url}/mcp")
        token = keys.sign(Kind.ACCESS, Held(1))
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http,
            Client(streamable_http_client(f"{balancer.url}/mcp", http_client=http)) as client,
            client.listen(resource_subscriptions=["tasks://today"]),
        ):
            assert await process.kill(signal.SIGTERM) == 0


def test_a_key_without_an_address_is_told(run_bot: RunBot) -> None:
    """And a key that could be guessed."""
    ran = run_bot("run", MCP_KEYS="k" * 40)
    assert (ran.returncode, ran.stderr.strip()) == (
        2, "MCP_KEYS wants MCP_URL beside it: the bot's public address, https://bot.example.com.",
    )  # fmt: skip
    ran = run_bot("run", MCP_KEYS="short", MCP_URL="https://bot.example.com")
    assert ran.returncode == 2
    assert "at least 32 characters" in ran.stderr
    assert "short" not in ran.stderr
    ran = run_bot("run", MCP_KEYS="k" * 40, MCP_URL="http://bot.example.com")
    assert "MCP_URL wants the bot's public address" in ran.stderr


def test_a_bot_without_keys_loads_no_protocol(tmp_path: Path, run_bot: RunBot, database_url: str) -> None:
    """Its start is as quick and as small as before: `python -X importtime` names no such module."""
    ran = run_bot("run", lines="list\n", DATABASE_URL=database_url, PYTHONPROFILEIMPORTTIME="1")
    assert ran.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "core.service" in loaded
    assert not {name for name in loaded if name.partition(".")[0] in ("mcp", "mcp_types", "jwt", "starlette")}
