"""Transactions and reads: whole or not at all, and a sentence when the database is away."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import psycopg
import pytest

from core import tasks
from core.database import Database, Session, parse_url
from core.embedded import start_embedded, stop_embedded
from core.errors import UNREACHABLE, DatabaseUnavailable, Invalid
from core.users import Actor

SECRET = "hunter2"


async def _count(session: Session) -> int:
    counted: int = (await session.execute("SELECT count(*) FROM users")).scalar()
    return counted


async def _insert(session: Session) -> None:
    columns = "id, account_id, platform, workspace, external_id, name"
    await session.execute(f"INSERT INTO users ({columns}) VALUES (9, 9, 'p', '', 'x', 'X')")


async def _kill_backends(url: str) -> None:
    """End every other connection to the database, as a restart of the server does."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


async def test_a_transaction_is_kept_when_its_block_ends(database: Database) -> None:
    """Nobody commits but the block itself."""
    async with database.transaction() as session:
        await _insert(session)
    assert await database.read(_count) == 1


async def test_a_transaction_is_taken_back_when_its_block_fails(database: Database) -> None:
    """Whatever the exception, it passes on and nothing is written."""

    async def turn() -> None:
        async with database.transaction() as session:
            await _insert(session)
            raise KeyError("anything")

    with pytest.raises(KeyError):
        await turn()
    assert await database.read(_count) == 0


async def test_a_cancelled_transaction_is_taken_back(database: Database) -> None:
    """A turn that is stopped half-way leaves nothing behind."""
    inside = asyncio.Event()

    async def turn() -> None:
        async with database.transaction() as session:
            await _insert(session)
            inside.set()
            await session.execute("SELECT pg_sleep(60)")

    running = asyncio.create_task(turn())
    await inside.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await database.read(_count) == 0


async def test_a_lost_connection_is_replaced_before_it_is_used(database: Database) -> None:
    """Connections that died while they waited in the pool are noticed and replaced."""
    await database.ping()
    await _kill_backends(_url(database))
    async with database.transaction() as session:
        await _insert(session)
    assert await database.read(_count) == 1


async def test_a_read_is_tried_once_more_when_its_connection_is_lost(database: Database) -> None:
    """The first try loses its connection in the middle, the second answers."""
    tries = 0

    async def read(session: Session) -> int:
        nonlocal tries
        tries += 1
        await session.execute("SELECT 1")
        if tries == 1:
            await _kill_backends(_url(database))
        return await _count(session)

    assert await database.read(read) == 0
    assert tries == 2


async def test_a_read_is_not_tried_a_third_time(database: Database) -> None:
    """A connection that is lost twice is a database that is down."""
    tries = 0

    async def read(session: Session) -> int:
        nonlocal tries
        tries += 1
        await session.execute("SELECT 1")
        await _kill_backends(_url(database))
        return await _count(session)

    with pytest.raises(DatabaseUnavailable):
        await database.read(read)
    assert tries == 2


async def test_a_transaction_that_loses_its_connection_writes_nothing_and_says_so(database: Database) -> None:
    """A write is never tried again by itself."""

    async def turn() -> None:
        async with database.transaction() as session:
            await _insert(session)
            await _kill_backends(_url(database))
            await session.execute("SELECT 1")

    with pytest.raises(DatabaseUnavailable) as caught:
        await turn()
    assert str(caught.value) == UNREACHABLE
    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert await database.read(_count) == 0


async def test_a_connection_lost_while_saving_leaves_it_open_whether_that_was_saved(database: Database) -> None:
    """Nobody knows whether a commit arrived, and nobody claims to."""

    async def turn() -> None:
        async with database.transaction() as session:
            await _insert(session)
            await _kill_backends(_url(database))

    with pytest.raises(DatabaseUnavailable, match="can't tell whether that was saved"):
        await turn()


async def test_a_database_that_answers_too_slowly_is_given_up(database_url: str) -> None:
    """The statement is ended on the server too, and the connection serves again."""
    database = Database(database_url, pool_size=1, seconds=0.2)

    async def turn() -> None:
        async with database.transaction() as session:
            await session.execute("SELECT pg_sleep(60)")

    with pytest.raises(DatabaseUnavailable):
        await turn()
    await database.ping()
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        sleeping = await connection.execute("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")
        assert await sleeping.fetchone() == (0,)
    await database.close()


async def test_a_burst_waits_its_turn(database_url: str) -> None:
    """Waiting for other transactions of the process is not waiting for the database."""
    database = Database(database_url, pool_size=1, seconds=2)

    async def slow() -> None:
        async with database.transaction() as session:
            await session.execute("SELECT pg_sleep(0.5)")

    await asyncio.gather(*(slow() for _ in range(12)))
    await database.close()


async def test_a_read_only_database_is_a_sentence(database: Database) -> None:
    """A standby, or a disk so full that the provider closed the database for writing."""

    async def turn() -> None:
        async with database.transaction() as session:
            await session.execute("SET TRANSACTION READ ONLY")
            await _insert(session)

    with pytest.raises(DatabaseUnavailable):
        await turn()


async def test_a_disk_full_error_is_a_sentence(database: Database) -> None:
    """The server's own code for it, 53100, as it comes when a table can't grow."""

    async def turn() -> None:
        async with database.transaction() as session:
            await session.execute("DO $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$")

    with pytest.raises(DatabaseUnavailable) as caught:
        await turn()
    assert "could not extend" not in str(caught.value)


async def test_a_mistake_of_ours_is_no_unavailable_database(database: Database) -> None:
    """A broken constraint or statement is a bug, and passes on as what it is."""

    async def turn() -> None:
        async with database.transaction() as session:
            await _insert(session)
            await _insert(session)

    with pytest.raises(psycopg.errors.IntegrityError):
        await turn()


async def test_a_server_that_is_down_is_a_sentence_and_one_that_comes_back_is_used(server_dir: Path) -> None:
    """The same Database goes through a stop and a start of its server."""
    database = Database(start_embedded(server_dir))
    await database.ping()
    stop_embedded(server_dir)
    with pytest.raises(DatabaseUnavailable) as caught:
        await database.ping()
    assert str(caught.value) == UNREACHABLE
    start_embedded(server_dir)
    await database.ping()
    await database.close()
    stop_embedded(server_dir)


async def test_an_operation_on_a_dying_server_is_whole_or_nothing(
    database: Database, actor: Actor, now: dt.datetime
) -> None:
    """Two tasks are added, and the connection dies before the second statement: neither is there."""

    async def turn() -> None:
        async with database.transaction() as session:
            await tasks.add(session, actor, [tasks.NewTask("One"), tasks.NewTask("Two")], now=now)
            await _kill_backends(_url(database))
            await tasks.complete(session, actor, [1], now=now)

    with pytest.raises(DatabaseUnavailable):
        await turn()
    async with database.transaction() as session:
        added = await tasks.add(session, actor, [tasks.NewTask("Three")], now=now)
    assert [task.number for task in added.tasks] == [1]


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{SECRET}@db.example.org/tasks?sslmode=require",
        f"postgres://ana:{SECRET}@db.example.org/tasks",
        f"postgresql+asyncpg://ana:{SECRET}@db.example.org/tasks",
    ],
)
def test_a_database_describes_itself_without_its_password(url: str) -> None:
    """Every usual way to write the address works, and none shows the secret."""
    database = Database(url)
    assert database.describe() == "tasks on db.example.org"
    assert SECRET not in repr(database)
    assert SECRET not in str(database.url)
    assert database.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url", ["", "tasks", f"mysql://ana:{SECRET}@host/tasks", f"postgresql://ana:{SECRET}@host:x/y"]
)
def test_an_address_that_is_none_of_postgres_is_refused_without_repeating_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(Invalid, match="postgresql://user:password@host/name") as caught:
        parse_url(url)
    assert SECRET not in str(caught.value)


def _url(database: Database) -> str:
    """The same database, for a connection of the test's own."""
    url = database.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
