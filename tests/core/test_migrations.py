"""The migrations: two tables, what the models say, and any number of processes at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from core.database import Base
from core.migrations import NewerDatabase, current, migrate, newest, pending
from core.migrations.upgrading import config
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

OLD_ROWS = """
    INSERT INTO users (id, account_id, platform, workspace, external_id, name, timezone, morning, reminder_lead_minutes)
    OVERRIDING SYSTEM VALUE VALUES (1, 1, 'console', '', 'ana', 'Ana', 'Europe/Berlin', '08:30', 10);
    INSERT INTO tasks (account_id, number, title, due_date, due_time, due_zone, remind_at, completed_at) VALUES
        (1, 1, 'At five', '2099-06-01', '17:00', 'Europe/Berlin', NULL, NULL),
        (1, 2, 'All day', '2099-06-01', NULL, 'Europe/Berlin', NULL, NULL),
        (1, 3, 'Asked for', '2099-06-01', '17:00', 'Europe/Berlin', '2099-05-01 12:00Z', NULL),
        (1, 4, 'Done', '2099-06-01', '17:00', 'Europe/Berlin', NULL, now()),
        (1, 5, 'Past', '2020-06-01', '17:00', 'Europe/Berlin', NULL, NULL),
        (1, 6, 'Undated', NULL, NULL, NULL, NULL, NULL)
"""


@pytest.fixture
def fresh_url(postgres_url: str) -> Iterator[str]:
    """A database nothing was done to."""
    name = f"fresh_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _engine(url: str) -> sa.Engine:
    return sa.create_engine(make_url(url).set(drivername="postgresql+psycopg"))


def left_at(url: str, revision: str) -> None:
    """Make the tables as a version of the bot left them that knew no more than this revision."""
    engine = _engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA migrations"))
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
    engine.dispose()


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
    engine = _engine(fresh_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    migrated, modelled = _shape(database_url), _shape(fresh_url)
    for kind in SHAPE:
        assert migrated[kind] == modelled[kind]


def test_a_new_migration_would_be_empty(database_url: str) -> None:
    """The migration tool itself finds no difference."""
    engine = _engine(database_url)
    with engine.connect() as connection:
        assert list(compare_metadata(MigrationContext.configure(connection), Base.metadata)) == []
    engine.dispose()


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


async def test_a_database_of_a_newer_bot_is_left_alone(fresh_url: str) -> None:
    """An old process that is started after an update says what to do."""
    await migrate(fresh_url)
    with psycopg.connect(fresh_url, autocommit=True) as connection:
        connection.execute("UPDATE migrations.alembic_version SET version_num = '9999'")
    for ask in (migrate, pending):
        with pytest.raises(NewerDatabase, match="update the bot"):
            await ask(fresh_url)


async def test_reminders_are_planned_for_what_is_there_already(fresh_url: str) -> None:
    """Of open tasks, at their times, whole days in the person's morning; what has passed is not made up for."""
    left_at(fresh_url, "0001")
    with psycopg.connect(fresh_url) as connection:
        connection.execute(OLD_ROWS)
    await migrate(fresh_url)
    with psycopg.connect(fresh_url) as connection:
        planned = connection.execute(
            "SELECT number, next_reminder_at AT TIME ZONE 'UTC' FROM tasks"
            " WHERE next_reminder_at IS NOT NULL ORDER BY number"
        ).fetchall()
    assert [(number, str(at)) for number, at in planned] == [
        (1, "2099-06-01 14:50:00"),
        (2, "2099-06-01 06:30:00"),
        (3, "2099-05-01 12:00:00"),
    ]


def test_the_newest_script_is_named_after_its_revision() -> None:
    """A start without anything to migrate looks at the names alone."""
    assert ScriptDirectory.from_config(config()).get_current_head() == newest()
