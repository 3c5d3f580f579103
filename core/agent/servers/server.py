"""One server: what its tools are, as far as is known, and calls of them. Connected when it is needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from mcp import MCPError
from mcp.types import (
    CONNECTION_CLOSED,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    CallToolResult,
    Tool,
)

from core.agent.servers.catalogue import ServerTool, catalogue
from core.agent.servers.config import ServerConfig
from core.agent.servers.connection import FAILURES, Connection
from core.agent.servers.errors import ServerError

log = structlog.get_logger()

_MOST_PAGES = 20
_CERTAIN = (INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND)
"""With these a server says that it has not done what it was asked."""
_UNCERTAIN = (CONNECTION_CLOSED, INTERNAL_ERROR, PARSE_ERROR)
"""With these nobody says so, whatever else is known of the connection."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds."""

    connect: float = 10.0
    """To connect and be told the tools: a program may have to be fetched first."""
    call: float = 20.0
    fresh: float = 300.0
    """How long a list of tools counts."""
    again: float = 30.0
    """Until a server that failed is asked for its list again, without being needed."""


class Server:
    """One entry of MCP_SERVERS."""

    def __init__(self, config: ServerConfig, pace: Pace) -> None:
        self.config = config
        self._pace = pace
        self._tools: tuple[ServerTool, ...] | None = None
        self._old_at = 0.0
        """From when on the list is asked for again, by the monotonic clock."""
        self._connection: Connection | None = None
        self._opened: list[Connection] = []
        """All that may not be closed yet: one that is of no use any more lasts until its calls have ended."""
        self._connecting = asyncio.Lock()
        self._loading: asyncio.Task[None] | None = None

    @property
    def label(self) -> str:
        """What begins its tools' names."""
        return self.config.label

    @property
    def tools(self) -> tuple[ServerTool, ...] | None:
        """Those that are known, None before they ever were; nobody waits for them here."""
        return self._tools

    def refresh(self) -> None:
        """Ask for the list where it is old or was never had, while nobody waits for it."""
        if time.monotonic() >= self._old_at and (self._loading is None or self._loading.done()):
            self._loading = asyncio.create_task(self._load(), name=f"tools of {self.label}")

    async def loaded(self) -> tuple[ServerTool, ...]:
        """The tools, asked for now if they never were. Raises ServerError."""
        if self._tools is None:
            self._old_at = 0.0
            self.refresh()
            assert self._loading
            await asyncio.shield(self._loading)
        if self._tools is None:
            raise ServerError(f"“{self.label}” can't be reached right now. Nothing was done there; try again later.")
        return self._tools

    async def call(self, tool: ServerTool, arguments: Mapping[str, Any]) -> CallToolResult:
        """Call a tool, once. Raises ServerError, which says whether that may have taken effect."""
        try:
            return await self._called(tool, arguments)
        except MCPError:
            log.info("mcp.session_forgotten", server=self.label)
        try:
            return await self._called(tool, arguments)
        except MCPError as error:
            raise self._failed("is being restarted", tool, unknown=False) from error

    async def _called(self, tool: ServerTool, arguments: Mapping[str, Any]) -> CallToolResult:
        """Call it on a connection. Raises MCPError where the server has forgotten that, else ServerError."""
        connection = await self._connected()
        try:
            with connection.used():
                async with asyncio.timeout(self._pace.call):
                    return await connection.client.call_tool(tool.name, dict(arguments))
        except TimeoutError as error:
            log.warning("mcp.silent", server=self.label)
            # a slow one goes on with other people's calls, a frozen one is connected to anew
            self._old_at = 0.0
            self.refresh()
            raise self._failed("is not answering", tool, unknown=True, silent=True) from error
        except MCPError as error:
            if connection.forgotten and error.code not in _UNCERTAIN:
                connection.retire()
                raise
            log.warning("mcp.refused", server=self.label, code=error.code)
            if error.code in _CERTAIN:
                raise self._failed("did not take this call", tool, unknown=False) from error
            if error.code == CONNECTION_CLOSED:
                connection.retire()
            raise self._failed("broke off or answered with an error", tool, unknown=True) from error
        except FAILURES as error:
            log.warning("mcp.failed", server=self.label, error=type(error).__name__)
            raise self._failed("sent something I can't use", tool, unknown=True) from error

    async def close(self) -> None:
        """Hang up."""
        if self._loading and not self._loading.done():
            self._loading.cancel()
            await asyncio.wait([self._loading])
        await asyncio.gather(*(connection.close() for connection in self._opened))

    def _failed(self, what: str, tool: ServerTool, *, unknown: bool, silent: bool = False) -> ServerError:
        unknown = unknown and not tool.reads
        effect = (
            f"Whether it took effect is not known: look at “{self.label}” before that is tried again."
            if unknown
            else "Nothing was done there."
        )
        return ServerError(f"“{self.label}” {what}. {effect}", unknown=unknown, silent=silent)

    async def _connected(self) -> Connection:
        """The connection, a new one if need be. Raises ServerError."""
        async with self._connecting:
            if self._connection is None or not self._connection.alive:
                self._opened = [one for one in self._opened if not one.closed]
                try:
                    self._connection = await Connection.opened(self.config, self._changed, self._pace.connect)
                except FAILURES as error:
                    log.warning("mcp.unreachable", server=self.label, error=type(error).__name__)
                    raise ServerError(
                        f"“{self.label}” can't be reached right now. Nothing was done there; try again later."
                    ) from error
                self._opened.append(self._connection)
            return self._connection

    def _changed(self) -> None:
        """The server says that its tools are others now."""
        self._old_at = 0.0
        self.refresh()

    async def _load(self) -> None:
        """Ask for the list; what was known stays where that fails."""
        self._old_at = time.monotonic() + self._pace.again
        try:
            connection = await self._connected()
        except ServerError:
            return
        try:
            async with asyncio.timeout(self._pace.connect):
                tools = await _all_tools(connection)
        except FAILURES as error:
            log.warning("mcp.unlisted", server=self.label, error=type(error).__name__)
            connection.retire()
            return
        self._tools = catalogue(self.config, tools)
        self._old_at = time.monotonic() + self._pace.fresh
        log.info("mcp.listed", server=self.label, tools=len(self._tools))


async def _all_tools(connection: Connection) -> list[Tool]:
    """All pages of the list."""
    tools, cursor = list[Tool](), None
    for _ in range(_MOST_PAGES):
        page = await connection.client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return tools
