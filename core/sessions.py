"""One session of Postgres that stays open: its advisory locks live as long as it does, and it hears notifications."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import structlog
from psycopg.rows import dict_row
from sqlalchemy.engine import URL

log = structlog.get_logger()

_CONNECT_SECONDS = 5
_ASK_SECONDS = 10.0
_KEEPALIVES = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "3", "tcp_keepalives_count": "3"}
"""How soon the server notices that this machine is gone: it frees the locks of a session that it takes for dead."""

Row = Mapping[str, Any]
FAILURES = (psycopg.Error, OSError, TimeoutError)
"""What a session may raise."""


class Session:
    """An open session. Statements are asked one after another; what is notified is heard between them, and while idle.

    It must not go through a pooler in transaction mode, which hands each transaction another session.
    """

    def __init__(self, connection: psycopg.AsyncConnection[Row], heard: Callable[[str], None]) -> None:
        """`heard` takes the payload of each notification of another session; see `opened`."""
        self._connection = connection
        self._heard = heard
        self._order = asyncio.Lock()
        self._socket = connection.fileno()
        self._lost: Callable[[], None] = lambda: None
        self.pid = connection.info.backend_pid
        """The server's process for it."""
        connection.add_notify_handler(lambda note: self._take(note.payload, note.pid))

    @classmethod
    async def opened(cls, url: URL, heard: Callable[[str], None], lost: Callable[[], None], channel: str) -> Session:
        """Connect and listen to the channel; `lost` is called once when the connection ends by itself.

        Raises one of FAILURES.
        """
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(
            address,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=_CONNECT_SECONDS,
            row_factory=dict_row,
            application_name="task-bot",
        )
        session = cls(connection, heard)
        try:
            settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _KEEPALIVES.items())
            await session.ask(f"SELECT {settings}")
            await session.ask(f"LISTEN {channel}")
        except BaseException:
            await session.close()
            raise
        session._lost = lost
        return session

    @property
    def open(self) -> bool:
        """Whether it is, as far as is known."""
        return not self._connection.closed

    async def ask(self, sql: str, values: Row | None = None) -> Row:
        """Run one statement and return its first row, an empty one where it has none. Raises one of FAILURES."""
        async with self._order:
            self._deaf()
            try:
                async with asyncio.timeout(_ASK_SECONDS):
                    cursor = await self._connection.execute(sql.encode(), values)
                    return (await cursor.fetchone() or {}) if cursor.description else {}
            except (TimeoutError, asyncio.CancelledError):
                # nobody knows how far the statement came, so that nobody can go on with the session
                await self._connection.close()
                raise
            finally:
                self._listen()

    async def close(self) -> None:
        """End it, and with it all of its locks."""
        self._lost = lambda: None
        self._deaf()
        await self._connection.close()

    def _listen(self) -> None:
        """Hear what comes in while nothing is asked."""
        if self.open:
            asyncio.get_running_loop().add_reader(self._socket, self._readable)
        else:
            self._gone()

    def _deaf(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)

    def _readable(self) -> None:
        raw = self._connection.pgconn
        try:
            raw.consume_input()
        except psycopg.Error as error:
            log.info("session.lost", error=type(error).__name__)
            self._deaf()
            raw.finish()
            self._gone()
            return
        while note := raw.notifies():
            self._take(note.extra.decode(), note.be_pid)

    def _take(self, payload: str, sender: int) -> None:
        if sender != self.pid:
            self._heard(payload)

    def _gone(self) -> None:
        lost, self._lost = self._lost, lambda: None
        lost()
