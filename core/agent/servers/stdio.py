"""A program as a server: one JSON-RPC message a line over its standard input and output.

The library's own transport keeps a line until it ends, however long it gets, and passes the program's standard error
on: here a line has a limit, and nothing that the program writes reaches a log.
Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports#stdio.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp.types import jsonrpc_message_adapter

from core.agent.servers.config import ServerConfig

_GRACE = 1.0
"""Seconds that a program has to end, first by itself, then when it is told to."""


@asynccontextmanager
async def program(config: ServerConfig, longest: int, ended: Callable[[], None]) -> AsyncIterator[tuple[Any, Any]]:
    """Run the program and talk with it; it ends with the block. A line over `longest` bytes ends the connection.

    `ended` is called when it says nothing more.

    Raises OSError where there is no such program.
    """
    process = await asyncio.create_subprocess_exec(
        config.command,
        *config.args,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=get_default_environment() | dict(config.env),
        limit=longest,
        # a signal for the terminal's own processes is none for it
        start_new_session=True,
    )
    incoming, read_stream = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write_stream, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    async with read_stream, write_stream, incoming, outgoing:
        talking = [asyncio.create_task(_read(process, incoming, ended)), asyncio.create_task(_write(process, outgoing))]
        try:
            yield read_stream, write_stream
        finally:
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            await _end(process)


async def _read(process: Process, incoming: Any, ended: Callable[[], None]) -> None:
    """Hand over line by line; the end of it, or a line that is too long, is the end of the connection."""
    assert process.stdout
    async with incoming:
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, ValueError):
            while line := await process.stdout.readline():
                await incoming.send(_parsed(line))
    ended()


def _parsed(line: bytes) -> SessionMessage | Exception:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return error


async def _write(process: Process, outgoing: Any) -> None:
    assert process.stdin
    async with outgoing:
        with suppress(ConnectionError):
            async for message in outgoing:
                process.stdin.write(message.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
                await process.stdin.drain()


async def _end(process: Process) -> None:
    """Close its input, then tell it to end, then end it, with all that it has started."""
    assert process.stdin
    process.stdin.close()
    for tell in (None, _TERMINATE, _KILL):
        if tell is not None:
            with suppress(ProcessLookupError):
                if sys.platform == "win32":
                    process.terminate()
                else:
                    os.killpg(process.pid, tell)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await process.wait()
                return


_TERMINATE = signal.SIGTERM
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
