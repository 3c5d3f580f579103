"""Counting what is sent to the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from core.database import Database

Sent = tuple[str, Mapping[str, object]]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the SQL statements sent inside the block, transactions' own words left out."""
    statements: list[str] = []

    def note(sql: str, _values: Mapping[str, object]) -> None:
        statements.append(sql)

    database.watches.append(note)
    try:
        yield statements
    finally:
        database.watches.remove(note)


@contextmanager
def collected(database: Database) -> Iterator[list[Sent]]:
    """Collect the statements sent inside the block with their values."""
    sent: list[Sent] = []

    def note(sql: str, values: Mapping[str, object]) -> None:
        sent.append((sql, values))

    database.watches.append(note)
    try:
        yield sent
    finally:
        database.watches.remove(note)


async def plans(database: Database, sent: Sequence[Sent]) -> list[str]:
    """How the database would run each of the statements."""
    found = []
    for sql, values in sent:
        # bound so that the statement becomes no other by being asked about in a loop
        rows = await database.read(lambda session, sql=sql, values=values: session.execute(f"EXPLAIN {sql}", values))  # type: ignore[misc]
        found.append("\n".join(rows.scalars()))
    return found
