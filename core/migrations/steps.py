"""Steps of a migration of tables that are large and in use: no lock that keeps others out is held for a second.

Each step is committed by itself and can be taken again: where a migration is broken off, the next one goes on. In a
database that was never migrated nobody else is, so there all steps are plain statements of one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.exc import DBAPIError

BATCH = 5_000
"""Ids that are gone through in one go at the most, and fewer where that takes longer than `_BATCH_SECONDS`."""
_BATCH_SECONDS = 0.2
"""How long rows that are written stay locked for others, about."""

_PATIENCE = "300ms"
"""For how long others wait behind a lock that is waited for: it fails then, and is asked for again."""
_PAUSE = 0.5
_TRIES = 240
"""With the pauses, some minutes: until then whoever keeps the table locked should have ended."""


def in_use() -> bool:
    """Whether the database was migrated before, and others may be at work in it."""
    return bool(context.config.attributes.get("in_use", False))


def at_once(*statements: str) -> None:
    """Run statements that change nothing but the catalogue, and so are done as soon as they have their lock."""
    for sql in statements:
        if in_use():
            with _by_itself() as connection:
                _patiently(connection, sql)
        else:
            op.execute(sql)


def rule(table: str, name: str, definition: str) -> None:
    """Add a constraint: it holds for what is written from now on, and then for what is there, read without a lock."""
    add = f"ALTER TABLE public.{table} ADD CONSTRAINT {name} {definition}"
    if not in_use():
        op.execute(add)
        return
    with _by_itself() as connection:
        there = "SELECT convalidated FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass"
        valid = connection.exec_driver_sql(there, (name, f"public.{table}")).scalar()
        if valid is None:
            _patiently(connection, f"{add} NOT VALID")
        if not valid:
            connection.exec_driver_sql("SET lock_timeout = 0")
            connection.exec_driver_sql(f"ALTER TABLE public.{table} VALIDATE CONSTRAINT {name}")


def index(name: str, on: str) -> None:
    """Build an index beside the work of others. One that a broken-off build has left behind serves nobody, and goes."""
    if not in_use():
        op.execute(f"CREATE INDEX {name} ON {on}")
        return
    with _by_itself() as connection:
        there = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
        valid = connection.exec_driver_sql(there, (f"public.{name}",)).scalar()
        connection.exec_driver_sql("SET lock_timeout = 0")  # it waits for others, and nobody for it
        if valid is False:
            connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY public.{name}")
        if not valid:
            connection.exec_driver_sql(f"CREATE INDEX CONCURRENTLY {name} ON {on}")


def no_index(name: str) -> None:
    """Drop an index without keeping anybody from its table."""
    if not in_use():
        op.execute(f"DROP INDEX public.{name}")
        return
    with _by_itself() as connection:
        connection.exec_driver_sql("SET lock_timeout = 0")
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS public.{name}")


def in_batches(table: str, update: str) -> None:
    """Run an UPDATE, with `:first` and `:last` for the ids it is to touch, over the whole table; an empty one has none.

    It has to leave rows alone that it has written before.
    """
    if not in_use():
        return
    statement = sa.text(update)
    with _by_itself() as connection:
        newest = connection.exec_driver_sql(f"SELECT COALESCE(max(id), 0) FROM public.{table}").scalar_one()
        first, size = 1, BATCH // 10
        while first <= newest:
            values = {"first": first, "last": first + size - 1}
            begun = time.monotonic()
            _until_unlocked(connection, lambda values=values: connection.execute(statement, values))  # type: ignore[misc]
            first += size
            size = max(1, min(BATCH, 2 * size, int(size * _BATCH_SECONDS / (time.monotonic() - begun))))


@contextmanager
def _by_itself() -> Iterator[sa.Connection]:
    with op.get_context().autocommit_block():
        yield op.get_bind()


def _patiently(connection: sa.Connection, sql: str) -> None:
    _until_unlocked(connection, lambda: connection.exec_driver_sql(sql))


def _until_unlocked(connection: sa.Connection, work: Callable[[], object]) -> None:
    """Do it as soon as its locks can be had at once; until then nobody stands behind it for long."""
    connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE}'")
    for attempt in range(_TRIES):
        try:
            work()
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable) or attempt == _TRIES - 1:
                raise
            connection.exec_driver_sql(f"SELECT pg_sleep({_PAUSE})")
        else:
            return
