"""What Alembic does for us; imported only where there is something to migrate, for it takes as long as the rest."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from core.connections import CONNECT_SECONDS
from core.database import AWAY
from core.errors import DatabaseUnavailable
from core.migrations import SCHEMA, VERSIONS, NewerDatabase

_LOCK = 7_310_846_237_552_190
"""Any constant: the advisory lock that makes two processes migrate one after the other."""
_LOOK_AGAIN = 0.1


async def upgrade(url: URL) -> None:
    """Run all that is missing. Raises NewerDatabase, DatabaseUnavailable."""
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"prepare_threshold": None, "connect_timeout": CONNECT_SECONDS},
    )
    try:
        async with engine.connect() as connection:
            await _one_at_a_time(connection)
            await connection.run_sync(_upgrade)
    except PendingRollbackError as error:  # the connection was lost within a step
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        if not (error.connection_invalidated or isinstance(error.orig, AWAY)):
            raise
        raise DatabaseUnavailable from error
    finally:
        await engine.dispose()


def missing(revision: str | None) -> list[str]:
    """The revisions after this one, oldest first. Raises NewerDatabase for one that is unknown."""
    scripts = ScriptDirectory.from_config(config())
    _refuse_newer(scripts, revision)
    return [script.revision for script in scripts.iterate_revisions("heads", revision or "base")][::-1]


def config() -> Config:
    """Where the scripts are."""
    told = Config()
    told.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    told.set_main_option("path_separator", "os")
    return told


async def _one_at_a_time(connection: AsyncConnection) -> None:
    """Take the lock, for as long as the connection lives.

    It is asked for again and again: whoever waited inside a statement would hold a snapshot, and an index that is
    built concurrently waits for everybody who has one.
    """
    while True:
        got = await connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK})
        await connection.commit()
        if got:
            return
        await asyncio.sleep(_LOOK_AGAIN)


def _upgrade(connection: sa.Connection) -> None:
    """A database that was never migrated gets everything in one transaction; another one is in use."""
    settings = config()
    revision = _revision(connection)
    connection.commit()
    _refuse_newer(ScriptDirectory.from_config(settings), revision)
    settings.attributes["connection"] = connection
    settings.attributes["in_use"] = revision is not None
    if revision is not None:
        command.upgrade(settings, "head")
        return
    with connection.begin():
        connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        command.upgrade(settings, "head")


def _revision(connection: sa.Connection) -> str | None:
    if connection.execute(sa.text(f"SELECT to_regclass('{VERSIONS}')")).scalar() is None:
        return None
    revision: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSIONS}")).scalar()
    return revision


def _refuse_newer(scripts: ScriptDirectory, revision: str | None) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabase
