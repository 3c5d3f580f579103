"""Connections to one Postgres: kept open, handed out the last used first, and looked at without asking the server.

A statement costs a round trip, and so does every word around it that is sent by itself. So what belongs together is
sent together (libpq's pipeline mode, https://www.postgresql.org/docs/current/libpq-pipeline-mode.html), and no
connection is pinged: one that the server has closed has something to read while nobody asked anything.
"""

from __future__ import annotations

import select
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from sqlalchemy.engine import URL

Row = dict[str, Any]
Values = Mapping[str, object]

CONNECT_SECONDS = 5
RECYCLE_SECONDS = 1800.0
"""The age at which a connection is replaced: balancers and servers that are moved are found again."""
SURE_SECONDS = 20.0
"""How long after its last answer a connection is taken for alive; firewalls forget idle ones without a word."""


@dataclass(slots=True)
class Wire:
    """An open connection in autocommit: transactions begin and end by words that its user sends."""

    connection: psycopg.AsyncConnection[Row]
    opened_at: float = field(default_factory=time.monotonic)
    answered_at: float = field(default_factory=time.monotonic)
    fresh: bool = True
    """Whether nothing was sent on it yet."""

    @property
    def lost(self) -> bool:
        """Whether it is closed, as far as is known."""
        return self.connection.closed

    @property
    def idle(self) -> bool:
        """Whether it is open and in no transaction."""
        return not self.lost and self.connection.pgconn.transaction_status == TransactionStatus.IDLE

    @property
    def sure(self) -> bool:
        """Whether it has answered so lately that what is sent on it can be expected to arrive."""
        return time.monotonic() - self.answered_at < SURE_SECONDS

    @property
    def usable(self) -> bool:
        """Whether it may be handed out again."""
        return self.idle and time.monotonic() - self.opened_at < RECYCLE_SECONDS and not _readable(self.connection)

    async def send(self, sql: str, values: Values | None, *, begin: bool = False, commit: bool = False) -> list[Row]:
        """Run one statement, with `BEGIN` before and `COMMIT` after it where wanted, in one round trip.

        Returns its rows. Raises psycopg.Error; where the statement fails, nothing is committed.
        """
        cursor = self.connection.cursor()
        self.fresh = False
        if begin or commit:
            await self._send_together(cursor, sql, values, begin=begin, commit=commit)
        else:
            await cursor.execute(sql.encode(), values)
        self.answered_at = time.monotonic()
        return await cursor.fetchall() if cursor.description else []

    async def _send_together(
        self, cursor: psycopg.AsyncCursor[Row], sql: str, values: Values | None, *, begin: bool, commit: bool
    ) -> None:
        before: Sequence[bytes] = (b"BEGIN",) if begin else ()
        after: Sequence[bytes] = (b"COMMIT",) if commit else ()
        failure: psycopg.Error | None = None
        try:
            async with self.connection.pipeline():
                try:
                    for word in before:
                        await self.connection.cursor().execute(word)
                    await cursor.execute(sql.encode(), values)
                    for word in after:
                        await self.connection.cursor().execute(word)
                except psycopg.Error as error:
                    failure = error  # what follows in the pipeline fails for this one's sake
        except psycopg.Error as error:
            raise (failure or error) from None
        if failure:
            raise failure

    async def end(self, word: bytes) -> None:
        """`COMMIT` or `ROLLBACK`. Raises psycopg.Error."""
        await self.connection.execute(word)
        self.answered_at = time.monotonic()


class Pool:
    """Open connections that nobody uses at present."""

    def __init__(self, url: URL, *, keep: int) -> None:
        """At most `keep` stay open; how many are used at once is the caller's affair."""
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._keep = keep
        self._idle: list[Wire] = []
        self._closed = False

    async def take(self) -> Wire:
        """One that was used before and seems alive, else a new one. Raises psycopg.Error."""
        while self._idle:
            wire = self._idle.pop()
            if wire.usable:
                return wire
            await wire.connection.close()
        return await self.open()

    async def open(self) -> Wire:
        """A new one. Raises psycopg.Error."""
        return Wire(
            await psycopg.AsyncConnection.connect(
                self._address,
                autocommit=True,
                prepare_threshold=None,  # a pooler in transaction mode hands each transaction another session
                connect_timeout=CONNECT_SECONDS,
                row_factory=dict_row,
            )
        )

    async def give(self, wire: Wire) -> None:
        """Give one back: kept where it may be used again, else closed."""
        if self._closed or len(self._idle) >= self._keep or not wire.idle:
            await wire.connection.close()
        else:
            self._idle.append(wire)

    async def drop_idle(self) -> None:
        """Close all that wait: one of them was found dead, and seldom alone."""
        idle, self._idle = self._idle, []
        for wire in idle:
            await wire.connection.close()

    async def close(self) -> None:
        """Close them, and each that is given back from now on."""
        self._closed = True
        await self.drop_idle()


def _readable(connection: psycopg.AsyncConnection[Row]) -> bool:
    """Whether the server has said something unasked: that it goes, mostly."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return bool(poll.poll(0))
