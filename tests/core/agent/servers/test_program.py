"""A program as a server: what it may print, how long it may take, and that it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from core.agent.servers.config import ServerConfig
from core.agent.servers.errors import ServerError
from core.agent.servers.server import Pace, Server
from tests.fakes.services import StdioService

PACE = Pace(connect=15.0, call=15.0)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[StdioService]:
    """A calendar as a program; whatever happens, none of its processes is left."""
    there = StdioService(tmp_path / "events")
    yield there
    assert _processes(there) == []


def _processes(service: StdioService) -> list[int]:
    found = psutil.process_iter(["pid", "cmdline"])
    return [one.info["pid"] for one in found if str(service.file) in (one.info["cmdline"] or ())]


async def test_a_program_is_run_when_it_is_needed_and_ends_with_us(service: StdioService) -> None:
    """Its tools are called one after the other by the same process."""
    server = Server(service.config, PACE)
    assert _processes(service) == []
    tools = {tool.name: tool for tool in await server.loaded()}
    await server.call(tools["create_event"], {"title": "Lunch"})
    (running,) = _processes(service)
    await server.call(tools["create_event"], {"title": "Dinner"})
    assert _processes(service) == [running]
    assert service.events == ["Lunch tomorrow", "Dinner tomorrow"]
    await server.close()


async def test_a_program_that_died_is_run_anew(service: StdioService) -> None:
    """A call that is made then is made once."""
    server = Server(service.config, PACE)
    tools = {tool.name: tool for tool in await server.loaded()}
    (running,) = _processes(service)
    os.kill(running, signal.SIGKILL)
    psutil.wait_procs([one for one in psutil.process_iter() if one.pid == running], timeout=10)
    with suppress(ServerError):  # its end may not have been noticed yet
        await server.call(tools["create_event"], {"title": "Lunch"})
    if not service.events:
        await server.call(tools["create_event"], {"title": "Lunch"})
    assert service.events == ["Lunch tomorrow"]
    await server.close()


async def test_lines_that_are_no_json_are_overheard(service: StdioService) -> None:
    """Many programs greet on their standard output."""
    chatty = StdioService(service.file, way="chatty")
    server = Server(chatty.config, PACE)
    assert await server.loaded()
    await server.close()


@pytest.mark.parametrize("way", ["endless", "frozen"])
async def test_a_program_that_never_comes_to_the_point(service: StdioService, way: str) -> None:
    """A line without an end is no answer, nor is silence: it is told, and the program ended."""
    server = Server(StdioService(service.file, way=way).config, Pace(connect=2.0))
    with pytest.raises(ServerError, match="can't be reached"):
        await server.loaded()
    await server.close()


async def test_there_is_no_such_program() -> None:
    """It is a sentence."""
    server = Server(ServerConfig("calendar", command="/no/such/program"), PACE)
    with pytest.raises(ServerError, match="can't be reached"):
        await server.loaded()
    await server.close()
