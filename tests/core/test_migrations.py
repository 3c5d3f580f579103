"""The migrations: two tables, what the models say, and any number of processes at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import make_url

from core.database import Base, Database
from core.migrations import current, migrate, pending
from core.tasks.model import TaskRow
from core.users.model import UserRow

# What the database says of its own shape: columns with what makes them, rules, indexes.
SHAPE = {
    "columns": """
        SELECT table_name, column_name, udt_name, is_nullable, column_default, is_identity, generation_expression
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2""",
    "rules": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "sequences": "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
}


@pytest.fixture
def fresh_url(postgres_url: str) -> Iterator[str]:
    """A database nothing was done to."""
    name = f"fresh_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _shape(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return {kind: connection.execute(question).fetchall() for kind, question in SHAPE.items()}


async def test_a_migrated_database_has_two_tables(database_url: str) -> None:
    """Users and tasks; the version row lives in a schema of its own."""
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
    assert sorted(tables) == [("migrations", "alembic_version"), ("public", "tasks"), ("public", "users")]


async def test_migrations_and_models_make_the_same_tables(database_url: str, fresh_url: str) -> None:
    """Columns, generated ones included, rules and indexes, as the database itself describes them."""
    assert TaskRow.metadata is UserRow.metadata is Base.metadata
    database = Database(fresh_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await database.close()
    migrated, modelled = _shape(database_url), _shape(fresh_url)
    for kind in SHAPE:
        assert migrated[kind] == modelled[kind]


async def test_a_new_migration_would_be_empty(database: Database) -> None:
    """The migration tool itself finds no difference."""

    def compare(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_migrating_again_changes_nothing(fresh_url: str) -> None:
    """What is pending is listed before, and nothing after."""
    assert await current(fresh_url) is None
    todo = await pending(fresh_url)
    assert todo[0] == "0001"
    await migrate(fresh_url)
    assert await current(fresh_url) == todo[-1]
    assert await pending(fresh_url) == []
    shape = _shape(fresh_url)
    await migrate(fresh_url)
    assert _shape(fresh_url) == shape


async def test_several_may_migrate_at_once(fresh_url: str) -> None:
    """Two bots that start together on a new database: one migrates, the others wait and find it done."""
    await asyncio.gather(*(migrate(fresh_url) for _ in range(4)))
    assert await pending(fresh_url) == []


async def test_a_migration_that_fails_leaves_nothing_behind(fresh_url: str) -> None:
    """Here a table of another program is in its way."""
    with psycopg.connect(fresh_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE tasks (other integer)")
    with pytest.raises(sa.exc.ProgrammingError):
        await migrate(fresh_url)
    assert await current(fresh_url) is None
    with psycopg.connect(fresh_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("tasks",)]
