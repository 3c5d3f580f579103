"""Counting what is sent to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from core.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the SQL statements sent inside the block, transactions' own words left out."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
