"""`bot mcp`, as a client starts it: a process that speaks the protocol on standard output and nothing else."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp.types import TextContent

from tests.bot.conftest import BOT, RunBot

VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
"""All that begin with a handshake."""


def entry(environment: dict[str, str], **more: str) -> StdioServerParameters:
    """What stands in a client's configuration."""
    return StdioServerParameters(command=str(BOT), args=["mcp"], env=environment | more)


def initialize(version: str) -> dict[str, Any]:
    """The handshake's request."""
    told = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "a client", "version": "1"}}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": told}


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
async def test_the_list_is_the_terminals(
    run_bot: RunBot, bare_environment: dict[str, str], database_url: str, mode: str, version: str
) -> None:
    """What is said in `bot chat` is told over MCP, and what is changed over MCP is undone there, with who did it."""
    run_bot("chat", lines="add Buy milk tomorrow\n", DATABASE_URL=database_url)
    async with Client(entry(bare_environment, DATABASE_URL=database_url), mode=mode) as client:
        assert client.protocol_version == version
        found = await client.call_tool("list_tasks", {})
        assert found.structured_content is not None
        assert [task["title"] for task in found.structured_content["tasks"]] == ["Buy milk"]
        await client.call_tool("add_task", {"tasks": [{"title": "Pay rent", "due": "friday 9am"}]})
    said = run_bot("chat", lines="list\nundo\nlist\n", DATABASE_URL=database_url).stdout
    assert said.count("Pay rent") == 2
    assert "1 task" in said


async def test_nothing_has_to_be_set_up(bare_environment: dict[str, str]) -> None:
    """Without a database of one's own it is the embedded one, in the data directory."""
    async with Client(entry(bare_environment)) as client:
        result = await client.call_tool("add_task", {"tasks": [{"title": "Buy milk"}]})
        assert isinstance(result.content[0], TextContent)
        assert json.loads(result.content[0].text)["tasks"] == [{"number": 1, "title": "Buy milk"}]
    assert (Path(bare_environment["DATA_DIR"]) / "postgres").is_dir()


@pytest.mark.parametrize("version", VERSIONS)
async def test_standard_output_holds_the_protocol_alone(
    bare_environment: dict[str, str], database_url: str, version: str
) -> None:
    """With all that can be logged, and nonsense between: each line is JSON-RPC, and no log holds a title."""
    asked = [
        initialize(version),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "add_task", "arguments": {"tasks": [{"title": "the secret"}]}}},
        {"jsonrpc": "2.0", "id": 3, "method": "nonsense"},
    ]  # fmt: skip
    environment = bare_environment | {"DATABASE_URL": database_url, "LOG_LEVEL": "DEBUG"}
    pipe = subprocess.PIPE
    process = await asyncio.create_subprocess_exec(BOT, "mcp", stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"no json\n" + b"".join(json.dumps(one).encode() + b"\n" for one in asked))
    told: dict[int, dict[str, Any]] = {}
    while len(told) < 3:
        answer = json.loads(await process.stdout.readline())
        assert answer["jsonrpc"] == "2.0"
        if answer.get("id"):
            told[answer["id"]] = answer
    process.stdin.close()
    rest, logged = await process.communicate()
    assert (process.returncode, rest) == (0, b"")
    assert told[1]["result"]["protocolVersion"] == version
    assert told[2]["result"]["isError"] is False
    assert told[3]["error"]["code"] == -32601
    assert b"tool.called" in logged
    assert b"the secret" not in logged


def test_a_bad_database_is_a_sentence(run_bot: RunBot) -> None:
    """On standard error, which clients show; the exit code is 2 for a setting."""
    ran = run_bot("mcp", DATABASE_URL="mysql://nowhere")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("DATABASE_URL wants postgresql://")


async def test_it_stops_when_it_is_asked_to(bare_environment: dict[str, str], database_url: str) -> None:
    """SIGTERM ends it while standard input is open: no client has to kill it."""
    process = await asyncio.create_subprocess_exec(
        BOT, "mcp", stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=bare_environment | {"DATABASE_URL": database_url}
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{json.dumps(initialize(VERSIONS[-1]))}\n".encode())
    assert json.loads(await process.stdout.readline())["id"] == 1
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_a_database_that_is_away_is_told_in_the_protocol(bare_environment: dict[str, str]) -> None:
    """It starts all the same; each call says what is wrong, and standard output holds no other word."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://ana:sesame@127.0.0.1:{unused.getsockname()[1]}/tasks"
        async with Client(entry(bare_environment, DATABASE_URL=url), mode="legacy") as client:
            result = await client.call_tool("list_tasks", {})
            with pytest.raises(MCPError, match="can't reach my database"):
                await client.read_resource("tasks://today")
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    assert "can't reach my database" in result.content[0].text
    assert "sesame" not in result.content[0].text
