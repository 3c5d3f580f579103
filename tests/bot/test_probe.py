"""The question that a container's health check asks, as the process it is."""

from __future__ import annotations

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE

import pytest
from aiohttp import web

from bot.web import listening


async def probed(*words: str, **environment: str) -> tuple[int | None, str]:
    """The exit code, and what is printed."""
    command = [sys.executable, "-m", "bot.probe", *words]
    probe = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
    told, wrong = await probe.communicate()
    assert not wrong
    return probe.returncode, told.decode()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
async def test_it_asks_the_bot_itself(status: int, code: int) -> None:
    """0 for 200 alone, and what the bot says of itself either way; another path where one is named."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"asked": request.path}, status=status)

    routes = [web.get("/health", answer), web.get("/ready", answer)]
    async with listening("127.0.0.1", 0, routes) as port:
        assert await probed(PORT=str(port)) == (code, '{"asked": "/health"}\n')
        assert await probed("/ready", PORT=str(port)) == (code, '{"asked": "/ready"}\n')


async def test_nobody_there_is_a_sentence() -> None:
    """No traceback in a container's state."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = str(unused.getsockname()[1])
        assert await probed(PORT=port) == (1, f"Nothing answers on port {port} (ConnectionRefusedError).\n")


async def test_without_a_port_it_says_what_is_missing() -> None:
    """Where the bot has no web server there is nobody to ask."""
    code, told = await probed()
    assert code == 1
    assert told.startswith("PORT wants")


async def test_it_loads_nothing_of_the_bot() -> None:
    """It is run every half minute, beside a bot that has better things to do."""
    loads = "import sys, bot.probe; print([one for one in sys.modules if one.startswith(('bot.', 'core', 'aiohttp'))])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", loads, stdout=PIPE)
    told, _ = await process.communicate()
    assert told == b"['bot.probe']\n"
