"""What operations execute statements on: a transaction, or reads one by one, in as few round trips as can be."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, Self

import psycopg

from core.connections import Pool, Row, Values, Wire

Watch = Callable[[str, Values], None]
"""Told of each statement before it is sent."""

_NAMED = re.compile(r"(?<![:\w]):([a-z_]\w*)")


class Mode(enum.Enum):
    """How the statements of a session belong together."""

    READS = enum.auto()
    """Each by itself."""
    TRANSACTION = enum.auto()
    """All or none; committed when the session ends."""
    OPERATION = enum.auto()
    """All or none; committed together with the statement that says it is the last."""


class Rows(list[Row]):
    """What a statement returned: a row is its columns by name."""

    def one(self) -> Row:
        """The only row. Raises ValueError where there is another number of them."""
        (row,) = self
        return row

    def one_or_none(self) -> Row | None:
        """The only row, if there is one."""
        return self.one() if self else None

    def scalars(self) -> list[Any]:
        """The first column of each row."""
        return [next(iter(row.values())) for row in self]

    def scalar(self) -> Any:
        """The first column of the only row; None without a row."""
        return next(iter(self.one().values())) if self else None


class Session:
    """Takes a connection with the first statement and keeps it until the end.

    `BEGIN` travels with the first statement of a transaction; `COMMIT` with the last, where an operation may say which
    one that is. A connection that was lost before anything was done on it is replaced, once, and nobody hears of it.
    """

    def __init__(self, pool: Pool, mode: Mode, watches: Sequence[Watch] = ()) -> None:
        self._pool = pool
        self._mode = mode
        self._watches = watches
        self._wire: Wire | None = None
        self._begun = self._ended = self._answered = False
        self.lost = False
        """Whether an error was that of a connection that ended."""
        self.saving = False
        """Whether something is on its way that may be committed already, whatever is heard of it."""

    def begin(self) -> Self:
        """From here on statements are all or none, where they were reads so far; committed when the session ends."""
        if self._mode is Mode.READS:
            self._mode = Mode.TRANSACTION
        return self

    async def execute(self, sql: str, values: Values | None = None, *, last: bool = False) -> Rows:
        """Run a statement, `statement(…)` where it has `:parameters`, and return its rows. One round trip.

        `last`: nothing follows in this transaction, if the operation is all that it is for. Raises psycopg.Error.
        """
        if self._ended:
            raise RuntimeError("the transaction has ended: a statement followed the one that was to be its last")
        for watch in self._watches:
            watch(sql, values or {})
        wire = self._wire = self._wire or await self._pool.take()
        begin = self._mode is not Mode.READS and not self._begun
        last = last and self._mode is Mode.OPERATION
        if begin and last and (wire.fresh or wire.sure):
            begin = last = False  # one statement is a transaction of its own
            self.saving = self._ended = True
        elif begin:
            last = False  # it may have to be sent again, and only what can't be committed may
        self.saving = self.saving or last
        rows = await self._sent(wire, sql, values, begin=begin, commit=last)
        self._ended = self._ended or last
        self._begun = self._begun or begin
        self._answered, self.saving = True, False
        return Rows(rows)

    async def _sent(self, wire: Wire, sql: str, values: Values | None, *, begin: bool, commit: bool) -> list[Row]:
        """Send it, once more on a new connection where the old one was lost and nothing can have been done on it."""
        again = not (wire.fresh or self.saving or self._answered)
        try:
            return await wire.send(sql, values, begin=begin, commit=commit)
        except psycopg.Error:
            self.lost = wire.lost
            if not (wire.lost and again):
                raise
        await self._pool.drop_idle()
        self._wire = await self._pool.open()
        self.lost = False
        try:
            return await self._wire.send(sql, values, begin=begin, commit=commit)
        except psycopg.Error:
            self.lost = self._wire.lost
            raise

    async def commit(self) -> None:
        """End the transaction, if one has begun and not ended. Raises psycopg.Error."""
        if self._wire is None or not self._begun or self._ended:
            return
        self.saving = True
        try:
            await self._wire.end(b"COMMIT")
        except psycopg.Error:
            self.lost = self._wire.lost
            raise
        self.saving = False

    @property
    def settled(self) -> bool:
        """Whether the connection is in no transaction, and nothing runs on it."""
        return self._wire is None or self._wire.idle

    async def close(self) -> None:
        """Give the connection back, in no transaction; one on which something still runs is closed."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        try:
            if not wire.lost and not wire.idle:
                await wire.end(b"ROLLBACK")
        except psycopg.Error:
            await wire.connection.close()
        finally:
            await self._pool.give(wire)


@functools.lru_cache(maxsize=256)
def statement(sql: str) -> str:
    """Return SQL as the driver wants it: its `:parameters` by name. Looking them up each time would cost too much."""
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))
