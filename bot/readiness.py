"""Whether the bot can take work at this moment: its connections, and the database, asked when somebody asks."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import structlog
from sqlalchemy.engine import URL

from core.database import Database

if TYPE_CHECKING:
    from bot.health import Connection

log = structlog.get_logger()

_PATIENCE = 2.0
_FRESH = 1.0
"""Seconds that the database gets to answer, and for which its answer counts: together well below five."""
_MOST_LEFT = 3
"""Questions without an answer beyond which none is asked until one of them has ended."""
_SLEEPERS = (".neon.tech",)
"""Hosts whose databases are suspended when nobody asks them, and wake up, at a price, when somebody does."""
_TLS_REQUEST = struct.pack("!ii", 8, 80877103)
"""https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest: answered without a session."""
AWAY = "The database can't be reached"
READ_ONLY = "The database is read-only"


def _sleeps(host: str) -> bool:
    return host.endswith(_SLEEPERS)


class DatabaseProbe:
    """Asks the database over a connection of its own, so that a busy pool is no broken database.

    One that sleeps is left alone: its front door is knocked at, which wakes nobody, unless the last transaction failed.
    """

    def __init__(self, database: Database, *, fresh: float = _FRESH, sleeps: Callable[[str], bool] = _sleeps) -> None:
        """`fresh`: seconds for which an answer counts; `sleeps`: whether a host's databases are suspended at times."""
        self._database = database
        self._fresh = fresh
        self._sleeps = sleeps
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._trouble: str | None = None
        self._left: set[asyncio.Task[str | None]] = set()

    async def trouble(self) -> str | None:
        """What is wrong, if anything is. Asks at most once a second, however often it is called."""
        async with self._asking:
            if time.monotonic() - self._asked_at > self._fresh:
                before, self._trouble = self._trouble, await self._ask()
                self._asked_at = time.monotonic()
                if self._trouble and self._trouble != before:
                    log.error("database.trouble", reason=self._trouble)
                elif before and not self._trouble:
                    log.info("database.well")
            return self._trouble

    async def close(self) -> None:
        """End what has had no answer."""
        for question in self._left:
            question.cancel()

    async def _ask(self) -> str | None:
        if len(self._left) >= _MOST_LEFT:
            return AWAY
        question = asyncio.create_task(self._question(self._database.url))
        # not `asyncio.timeout`: the driver, cancelled, first tries to tell the server, which may take as long again
        await asyncio.wait({question}, timeout=_PATIENCE)
        if not question.done():
            self._left.add(question)
            question.add_done_callback(self._left.discard)
            question.cancel()
            return AWAY
        return question.result()

    async def _question(self, url: URL) -> str | None:
        try:
            if self._database.answers and self._sleeps(url.host or ""):
                await _knock(url)
                return None
            trouble = await _select(url)
        except (psycopg.Error, OSError, EOFError):
            return AWAY
        # whoever asked in vain a while ago need not be asked again, which would keep a sleeper awake
        self._database.answers = trouble is None
        return trouble


async def _select(url: URL) -> str | None:
    """Ask a real question. Raises psycopg.Error or OSError."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(
        address, autocommit=True, prepare_threshold=None, application_name="task-bot ready"
    ) as connection:
        row = await (await connection.execute("SELECT current_setting('transaction_read_only')")).fetchone()
    return READ_ONLY if row and row[0] == "on" else None


async def _knock(url: URL) -> None:
    """Ask the server for TLS, and leave. Raises OSError or EOFError where nobody answers."""
    reader, writer = await asyncio.open_connection(url.host, url.port or 5432)
    try:
        writer.write(_TLS_REQUEST)
        if await reader.readexactly(1) not in (b"S", b"N"):
            raise ConnectionError("that is no Postgres")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


class Readiness:
    """All that has to be well for work to be taken."""

    def __init__(self, connections: Sequence[Connection], database: DatabaseProbe | None = None) -> None:
        self._connections = connections
        self._database = database

    def connected(self) -> dict[str, str]:
        """Each platform with what is wrong with it, or `ok`; asks nobody."""
        return {one.platform.name: one.trouble() or "ok" for one in self._connections}

    async def state(self) -> dict[str, str]:
        """The same, and the database."""
        if self._database is None:
            return self.connected()
        return {**self.connected(), "database": await self._database.trouble() or "ok"}
