"""What Alembic runs for every command. The connection comes from `core.migrations.upgrading`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from core.migrations import SCHEMA


def run(connection: sa.Connection) -> None:
    """Run the migrations in the caller's transaction, or, where it has begun none, each in its own."""
    context.configure(connection=connection, version_table_schema=SCHEMA, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
