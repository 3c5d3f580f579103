"""What every test may ask for: a real Postgres of its own, empty, and people with a clock."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import psycopg
import pytest

from core.chat import Author
from core.database import Database
from core.embedded import start_embedded, stop_embedded
from core.migrations import migrate
from core.users import Actor, identify

BERLIN = ZoneInfo("Europe/Berlin")
ANA = Author("console", "", "ana", "Ana", timezone="Europe/Berlin", locale="en-GB")
BEN = Author("console", "", "ben", "Ben", timezone="America/New_York", locale="en-US")

# a busy machine makes no test fail
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture
def server_dir() -> Iterator[Path]:
    """A directory for an embedded server of a test's own.

    Not below pytest's: every new session of the same user closes that to others, and run by root the server is another.
    """
    with tempfile.TemporaryDirectory(prefix="bot-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for the whole session, tuned to forget: nothing it holds has to survive a power cut."""
    directory = tempfile.TemporaryDirectory(prefix="bot-", ignore_cleanup_errors=True)
    data_dir = Path(directory.name)
    url = start_embedded(data_dir)
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    stop_embedded(data_dir)
    directory.cleanup()


@pytest.fixture(scope="session")
async def migrated_url(postgres_url: str) -> str:
    """The server's database, migrated."""
    await migrate(postgres_url)
    return postgres_url


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """A migrated database without users and tasks, for tests that start processes of their own."""
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        connection.execute("TRUNCATE users, tasks RESTART IDENTITY")
        connection.execute("ALTER SEQUENCE task_changes RESTART")
    return migrated_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, to be used in this process."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def now() -> dt.datetime:
    """A Monday morning."""
    return dt.datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)


@pytest.fixture
async def actor(database: Database) -> Actor:
    """Ana, in Berlin."""
    async with database.transaction() as session:
        return await identify(session, ANA, "UTC")


@pytest.fixture
async def other_actor(database: Database) -> Actor:
    """Ben, in New York, whose tasks are nobody else's."""
    async with database.transaction() as session:
        return await identify(session, BEN, "UTC")
