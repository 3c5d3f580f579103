"""Migrations of tables in use: people go on working, and what is broken off goes on where it was."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from core.errors import DatabaseUnavailable
from core.migrations import migrate, newest, pending
from core.migrations.steps import BATCH
from tests.core.test_migrations import _shape as shape
from tests.core.test_migrations import fresh_url, left_at

__all__ = ["fresh_url"]

REVISIONS = [f"{number:04}" for number in range(1, int(newest()))]
SETTINGS = """
    SELECT relname, reloptions::text, (SELECT string_agg(pg_get_triggerdef(oid), ';') FROM pg_trigger
                                       WHERE tgrelid = pg_class.oid AND NOT tgisinternal),
           (SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = pg_class.oid),
           (SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = pg_class.oid)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
ROWS = f"""
    INSERT INTO users (id, account_id, platform, workspace, external_id, name, timezone)
    OVERRIDING SYSTEM VALUE SELECT i, i, 'console', '', i, 'Someone', 'Europe/Berlin' FROM generate_series(1, 10) i;
    INSERT INTO tasks (account_id, number, title, due_date, due_time, due_zone)
    SELECT account, number, 'Buy milk', '2099-06-01', '17:00', 'Europe/Berlin'
    FROM generate_series(1, 10) account, generate_series(1, {BATCH // 5}) number
"""
# As long as anybody is kept waiting, at the most; the specification's number.
PATIENCE = "SET lock_timeout = '1s'"


@pytest.fixture
def in_use(fresh_url: str) -> str:
    """Tables of the first version, with some batches of tasks."""
    left_at(fresh_url, "0001")
    with psycopg.connect(fresh_url) as connection:
        connection.execute(ROWS)
    return fresh_url


def _whole(url: str) -> object:
    with psycopg.connect(url) as connection:
        return shape(url), connection.execute(SETTINGS).fetchall()


async def _blocked(url: str) -> int:
    """The server's process that waits for a lock on the tasks, once there is one."""
    async with asyncio.timeout(60), await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while True:
            found = await connection.execute(
                "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'public.tasks'::regclass"
            )
            if row := await found.fetchone():
                return int(row[0])


@contextmanager
def _working(url: str) -> Iterator[list[str]]:
    """Somebody adds, changes and reads all the while, and is never kept for longer than a second."""
    stop, failures = threading.Event(), list[str]()

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(PATIENCE)
            number = 1_000_000
            while not stop.is_set():
                number += 1
                try:
                    connection.execute("INSERT INTO tasks (account_id, number, title) VALUES (1, %s, 'Tea')", (number,))
                    connection.execute("UPDATE tasks SET title = 'Coffee' WHERE account_id = 1 AND number = 1")
                    connection.execute("SELECT count(*) FROM tasks WHERE account_id = 1")
                except psycopg.Error as error:
                    failures.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield failures
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_any_version_becomes_what_a_new_one_is(
    fresh_url: str, database_url: str, revision: str
) -> None:
    """Columns, rules that hold for every row, indexes that serve, triggers and settings."""
    left_at(fresh_url, revision)
    await migrate(fresh_url)
    assert _whole(fresh_url) == _whole(database_url)


async def test_people_go_on_working_while_their_tables_are_migrated(in_use: str) -> None:
    """Nobody waits for longer than a second, and every task has its reminder then."""
    with _working(in_use) as failures:
        await migrate(in_use)
    assert failures == []
    with psycopg.connect(in_use) as connection:
        left = connection.execute(
            "SELECT count(*) FROM tasks WHERE due_date IS NOT NULL"
            " AND (next_reminder_at IS NULL OR reminder_platform IS DISTINCT FROM 'console')"
        ).fetchone()
    assert left == (0,)


async def test_nobody_stands_behind_a_migration_that_waits(in_use: str) -> None:
    """A transaction that stays open keeps it out, and it keeps nobody out; it goes on when that one ends."""
    with psycopg.connect(in_use) as reader:
        reader.execute("SELECT 1 FROM tasks LIMIT 1")
        migrating = asyncio.create_task(migrate(in_use))
        await _blocked(in_use)
        with _working(in_use) as failures:
            # twice it gave up and came again
            for _ in range(2):
                await _blocked(in_use)
        assert failures == []
        assert not migrating.done()
    await migrating
    assert await pending(in_use) == []


async def test_a_migration_that_was_killed_goes_on_where_it_was(in_use: str, database_url: str) -> None:
    """Its connection is ended in the middle; what it left half done, an index that serves nobody too, is done anew."""
    with psycopg.connect(in_use) as connection:
        connection.execute("ALTER TABLE tasks ADD COLUMN made_by bigint")
        connection.execute(
            "ALTER TABLE tasks ADD CONSTRAINT tasks_made_by_fkey FOREIGN KEY (made_by)"
            " REFERENCES users (id) ON DELETE SET NULL NOT VALID"
        )
        connection.execute("CREATE INDEX tasks_made_by_idx ON tasks (made_by) WHERE made_by IS NOT NULL")
        connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tasks_made_by_idx'::regclass")
    with psycopg.connect(in_use) as reader:
        reader.execute("SELECT 1 FROM tasks LIMIT 1")
        migrating = asyncio.create_task(migrate(in_use))
        reader.execute("SELECT pg_terminate_backend(%s)", (await _blocked(in_use),))
        with pytest.raises(DatabaseUnavailable):
            await migrating
    await migrate(in_use)
    assert _whole(in_use) == _whole(database_url)


async def test_several_may_migrate_tables_in_use_at_once(in_use: str) -> None:
    """One does, and the others don't wait in a way that would keep its indexes from being built."""
    await asyncio.gather(*(migrate(in_use) for _ in range(3)))
    assert await pending(in_use) == []
