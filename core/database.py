"""The one way to Postgres: transactions, retried reads, and a sentence for when it is away."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from core.chat.metrics import AWAY, ROLLED_BACK, TRANSACTION_TIMES, WAITS, Queue
from core.errors import UNCERTAIN, DatabaseUnavailable, Invalid

T = TypeVar("T")

DRIVER = "postgresql+psycopg"
CONNECT_SECONDS = 5
TRANSACTION_SECONDS = 15.0
QUEUE_SECONDS = 60.0
"""How long a transaction may wait for others of this process to end: a burst of messages is no broken database."""
SETTLE_SECONDS = 5.0
"""How long a broken-off transaction may take to tidy up before its connection is thrown away."""

_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
"""Connection refused, server going down, disk full, statement timeout, out of connections; a standby or read-only
server. SQLAlchemy's own OperationalError is the same set, wrapped."""


class Base(DeclarativeBase):
    """What the models of `users` and `tasks` share: one metadata, which the migrations are compared with."""


class Database:
    """A small pool of connections to one Postgres.

    `url` is any `postgresql://` URL, including a pooled one behind PgBouncer in transaction mode: no transaction relies
    on a session's state. Operations take the `AsyncSession` of a transaction and never commit it themselves.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, seconds: float = TRANSACTION_SECONDS, direct_url: str | None = None
    ) -> None:
        """`direct_url` leads past the pooler, where `url` leads to one that `unpooled` doesn't know."""
        self._url = parse_url(url)
        self.session_url = parse_url(direct_url) if direct_url else unpooled(self._url)
        """For what needs a session of its own."""
        self.closing: list[Callable[[], Awaitable[None]]] = []
        """What has to end with the connections."""
        self.answers = True
        """Whether the last transaction that was tried could be carried out."""
        self._seconds = seconds
        self._turns = asyncio.Semaphore(2 * pool_size)
        self._engine = create_engine(self._url, pool_size=pool_size)

    @property
    def engine(self) -> AsyncEngine:
        """The engine underneath, for counting statements and for tools."""
        return self._engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction: committed at the end of the block, rolled back on any exception.

        Raises DatabaseUnavailable when the database can't be reached or doesn't answer in time.
        """
        async with self._turn():
            with TRANSACTION_TIMES.timed() as labels:
                try:
                    async with self._transaction() as session:
                        yield session
                except DatabaseUnavailable:
                    labels["outcome"] = AWAY
                    self.answers = False
                    raise
                except BaseException:
                    labels["outcome"] = ROLLED_BACK
                    raise
                self.answers = True

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait for a connection of the pool, first come, first served."""
        try:
            with WAITS.timed(queue=Queue.DATABASE):
                async with asyncio.timeout(QUEUE_SECONDS):
                    await self._turns.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable from error
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        saving = False
        session = AsyncSession(self._engine, expire_on_commit=False)
        try:
            async with asyncio.timeout(self._seconds) as limit:
                try:
                    yield session
                    saving = True
                    await session.commit()
                finally:
                    await self._settle(session)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise _unavailable(saving) from error
        except (DBAPIError, PoolTimeout) as error:
            if not _is_away(error):
                raise
            raise _unavailable(saving) from error

    async def read(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in a transaction, and once more when the connection was lost in the middle. For reads only.

        Raises DatabaseUnavailable when the second try fails too.
        """
        try:
            async with self.transaction() as session:
                return await work(session)
        except DatabaseUnavailable as error:
            if not _is_lost_connection(error.__cause__):
                raise
        async with self.transaction() as session:
            return await work(session)

    async def ping(self) -> None:
        """Ask the server for nothing. Raises DatabaseUnavailable."""
        await self.read(lambda session: session.execute(sa.text("SELECT 1")))

    async def close(self) -> None:
        """Close every connection; running transactions should have ended."""
        for close in self.closing:
            await close()
        await self._engine.dispose()

    def describe(self) -> str:
        """Return `database on host`, without user or password."""
        host = self._url.host or self._url.query.get("host", "a local socket")
        return f"{self._url.database or 'the default database'} on {host}"

    def __repr__(self) -> str:
        return f"Database({self.describe()!r})"

    async def _settle(self, session: AsyncSession) -> None:
        """Give the connection back, rolled back where it wasn't committed; a dead one must not hold us up."""
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


def create_engine(url: URL, *, pool_size: int = 5) -> AsyncEngine:
    """Build an engine that survives restarts of the server and works behind a transaction pooler."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={"prepare_threshold": None, "connect_timeout": CONNECT_SECONDS},
    )


@functools.lru_cache(maxsize=256)
def statement(sql: str) -> sa.TextClause:
    """Return SQL ready to be executed; looking its `:parameters` up each time would cost as much as a small query."""
    return sa.text(sql)


def _is_away(error: DBAPIError | PoolTimeout) -> bool:
    if isinstance(error, PoolTimeout):
        return True
    return error.connection_invalidated or isinstance(error.orig, _AWAY)


def _is_lost_connection(error: BaseException | None) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _unavailable(saving: bool) -> DatabaseUnavailable:
    return DatabaseUnavailable(UNCERTAIN) if saving else DatabaseUnavailable()
