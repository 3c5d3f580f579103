"""One connection with a server, opened and closed in a task of its own, as the library's scopes ask for.

Calls come from the tasks of turns. The connection is lost when its task has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import anyio
import httpx2
import structlog
from mcp import Client, MCPError
from mcp.client.subscriptions import SubscriptionLost
from mcp.types import ServerNotification, ToolListChangedNotification
from pydantic import ValidationError

from core.agent.servers.config import ServerConfig
from core.agent.servers.http import endpoint
from core.agent.servers.stdio import program

log = structlog.get_logger()

LONGEST_ANSWER = 4_000_000
"""Bytes of one answer; of what is in it the model is told far less."""
_STATELESS = "2026-07-28"
"""The version since which a server tells of changes only where it is asked to listen; versions are dates."""
_CLOSING = 5.0
"""Seconds that a connection has to be closed: a program is told to end, then ended."""
FAILURES = (
    MCPError,
    OSError,
    httpx2.HTTPError,
    httpx2.StreamError,
    TimeoutError,
    ValidationError,
    ValueError,
    RuntimeError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    ExceptionGroup,
)
"""What talking with a server raises; RuntimeError is a result that breaks the tool's own schema, and a connection that
is closed already, ExceptionGroup whatever happened in the library's tasks."""


class Connection:
    """Use `opened` to make one."""

    def __init__(self, config: ServerConfig, changed: Callable[[], None]) -> None:
        """`changed` is called when the server says that its list of tools is another one now."""
        self._config = config
        self._changed = changed
        self._ending = asyncio.Event()
        self._calls = 0
        self._retired = False
        self.forgotten = False
        """Whether the server knows nothing of it any more, as one that was restarted: then it did nothing either."""
        self._client: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(), name=f"mcp {config.label}")

    @classmethod
    async def opened(cls, config: ServerConfig, changed: Callable[[], None], seconds: float) -> Connection:
        """Connect within so many seconds. Raises what `FAILURES` lists."""
        connection = cls(config, changed)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.shield(connection._client)
        except BaseException:
            await connection.close()
            raise
        return connection

    @property
    def alive(self) -> bool:
        """Whether it is open and of use, as far as is known."""
        return not (self._owner.done() or self._ending.is_set() or self._retired)

    @property
    def closed(self) -> bool:
        """Whether nothing is left of it."""
        return self._owner.done()

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have a call on it: other people's calls are not cut off by one that fails."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            if self._retired and not self._calls:
                self._ending.set()

    def retire(self) -> None:
        """Begin no more calls on it, and close it once those that run have ended."""
        self._retired = True
        if not self._calls:
            self._ending.set()

    @property
    def client(self) -> Client:
        """The library's client."""
        return self._client.result()

    async def close(self) -> None:
        """End it, with the program that was run for it."""
        self._ending.set()
        if not self._client.done():
            self._owner.cancel()
        _, late = await asyncio.wait([self._owner], timeout=_CLOSING)
        for task in late:
            task.cancel()

    async def _own(self) -> None:
        config = self._config
        transport = (
            program(config, LONGEST_ANSWER, self._ending.set)
            if config.command
            else endpoint(config, LONGEST_ANSWER, self._session_ended)
        )
        try:
            async with Client(transport, message_handler=self._heard, cache=None) as client:
                self._client.set_result(client)
                await self._until_end(client)
        except FAILURES as error:
            log.info("mcp.connection_lost", server=config.label, error=type(error).__name__)
            if not self._client.done():
                self._client.set_exception(error)
                self._client.exception()  # whoever waited for it may be gone
        finally:
            self._client.cancel()

    def _session_ended(self) -> None:
        self.forgotten = True

    async def _until_end(self, client: Client) -> None:
        """Listen for news of the tools until the connection is to end: of servers of 2026 they have to be asked for."""
        tools = client.server_capabilities.tools
        if not (tools and tools.list_changed and client.protocol_version >= _STATELESS):
            await self._ending.wait()
            return
        listening = asyncio.create_task(self._listen(client))
        try:
            await self._ending.wait()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, client: Client) -> None:
        """A stream that is lost is not opened again: the list is asked for now and then in any case."""
        try:
            async with client.listen(tools_list_changed=True) as events:
                async for _ in events:
                    self._changed()
        except (*FAILURES, SubscriptionLost) as error:
            log.info("mcp.unheard", server=self._config.label, error=type(error).__name__)

    async def _heard(self, message: ServerNotification | Exception | object) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._changed()
        await asyncio.sleep(0)
