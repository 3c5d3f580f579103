"""What Alembic runs for every command. The connection, with its transaction and lock, comes from `core.migrations`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from core.migrations import SCHEMA


def run(connection: sa.Connection) -> None:
    """Run the migrations on the caller's connection, inside the caller's transaction."""
    context.configure(connection=connection, version_table_schema=SCHEMA)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
