"""The one way to Postgres: transactions, retried reads, and a sentence for when it is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase

from core.chat import metrics
from core.connections import Pool, Row
from core.errors import UNCERTAIN, DatabaseUnavailable, Invalid
from core.transactions import Mode, Rows, Session, Watch, statement

__all__ = ["Base", "Database", "Row", "Rows", "Session", "parse_url", "statement", "unpooled"]

T = TypeVar("T")

DRIVER = "postgresql+psycopg"
TRANSACTION_SECONDS = 15.0
QUEUE_SECONDS = 60.0
"""How long a transaction may wait for others of this process to end: a burst of messages is no broken database."""
SETTLE_SECONDS = 5.0
"""How long a broken-off transaction may take to tidy up before its connection is thrown away."""

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
"""Connection refused, server going down, disk full, statement timeout, out of connections; a standby or read-only
server."""


class Base(DeclarativeBase):
    """What the models of `users` and `tasks` share: one metadata, which the migrations are compared with."""


class Database:
    """A small pool of connections to one Postgres.

    `url` is any `postgresql://` URL, including a pooled one behind PgBouncer in transaction mode: no transaction relies
    on a session's state. Operations take a `Session` and never commit it themselves.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, seconds: float = TRANSACTION_SECONDS, direct_url: str | None = None
    ) -> None:
        """`direct_url` leads past the pooler, where `url` leads to one that `unpooled` doesn't know."""
        self.url = parse_url(url)
        self.session_url = parse_url(direct_url) if direct_url else unpooled(self.url)
        """For what needs a session of its own."""
        self.closing: list[Callable[[], Awaitable[None]]] = []
        """What has to end with the connections."""
        self.watches: list[Watch] = []
        """Told of each statement, for counting them and for tools."""
        self.answers = True
        """Whether the last transaction that was tried could be carried out."""
        self._seconds = seconds
        self._turns = asyncio.Semaphore(2 * pool_size)
        self._pool = Pool(self.url, keep=pool_size)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Open one transaction: committed at the end of the block, rolled back on any exception.

        Raises DatabaseUnavailable when the database can't be reached or doesn't answer in time.
        """
        async with self._turn(), self._opened(self._session(Mode.TRANSACTION)) as session:
            yield session

    async def write(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run one operation in a transaction of its own, which is committed with the operation's last statement.

        One round trip less than `transaction` takes: nothing can follow the operation. Raises DatabaseUnavailable.
        """
        async with self._turn(), self._opened(self._session(Mode.OPERATION)) as session:
            return await work(session)

    async def read(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work`, each statement by itself, and once more when the connection was lost in the middle.

        For reads, and for what may be done twice; that is all or none from `Session.begin` on. Raises
        DatabaseUnavailable when the second try fails too.
        """
        session = self._session(Mode.READS)
        try:
            async with self._turn(), self._opened(session):
                return await work(session)
        except DatabaseUnavailable:
            if not session.lost:
                raise
        async with self._turn(), self._opened(self._session(Mode.READS)) as again:
            return await work(again)

    async def ping(self) -> None:
        """Ask the server for nothing. Raises DatabaseUnavailable."""
        await self.read(lambda session: session.execute("SELECT 1"))

    async def close(self) -> None:
        """Close every connection; running transactions should have ended."""
        for close in self.closing:
            await close()
        await self._pool.close()

    def describe(self) -> str:
        """Return `database on host`, without user or password."""
        host = self.url.host or self.url.query.get("host", "a local socket")
        return f"{self.url.database or 'the default database'} on {host}"

    def __repr__(self) -> str:
        return f"Database({self.describe()!r})"

    def _session(self, mode: Mode) -> Session:
        return Session(self._pool, mode, self.watches)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait for a connection of the pool, first come, first served."""
        try:
            with metrics.WAITS.timed(queue=metrics.Queue.DATABASE):
                async with asyncio.timeout(QUEUE_SECONDS):
                    await self._turns.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable from error
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def _opened(self, session: Session) -> AsyncIterator[Session]:
        """Commit the session at the end of the block, and measure how long it takes and how it ends."""
        with metrics.TRANSACTION_TIMES.timed() as labels:
            try:
                async with self._limited(session):
                    yield session
            except DatabaseUnavailable:
                labels["outcome"] = metrics.AWAY
                self.answers = False
                raise
            except BaseException:
                labels["outcome"] = metrics.ROLLED_BACK
                raise
            self.answers = True

    @asynccontextmanager
    async def _limited(self, session: Session) -> AsyncIterator[Session]:
        """Commit the session at the end of the block, and give its connection back however that ends."""
        try:
            async with asyncio.timeout(self._seconds) as limit:
                try:
                    yield session
                    await session.commit()
                finally:
                    await _settle(session)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise _unavailable(session.saving) from error
        except psycopg.Error as error:
            if not (session.lost or isinstance(error, AWAY)):
                raise
            raise _unavailable(session.saving and session.lost) from error


async def _settle(session: Session) -> None:
    """Give the connection back, rolled back where it wasn't committed; a dead one must not hold us up."""
    if session.settled:
        await session.close()  # nothing to wait for
        return
    async with asyncio.timeout(SETTLE_SECONDS):
        await asyncio.shield(asyncio.ensure_future(session.close()))


def parse_url(url: str) -> URL:
    """Return the URL with the driver we use. Raises Invalid, without quoting the URL, for it may hold a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername.partition("+")[0] not in {"postgres", "postgresql"}:
        raise Invalid("The database's address should look like postgresql://user:password@host/name.")
    return parsed.set(drivername=DRIVER)


def unpooled(url: URL) -> URL:
    """The same database without Neon's pooler, by its naming of hosts (https://neon.com/docs/connect/connection-pooling)."""
    name, dot, domain = (url.host or "").partition(".")
    return url.set(host=f"{name.removesuffix('-pooler')}{dot}{domain}") if name.endswith("-pooler") else url


def _unavailable(saving: bool) -> DatabaseUnavailable:
    return DatabaseUnavailable(UNCERTAIN) if saving else DatabaseUnavailable()
