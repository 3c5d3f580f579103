"""Bring a database to the shape the code wants, and say how far it is from it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.database import Database
from core.errors import TaskBotError

SCHEMA = "migrations"
"""Where the tool's version row lives, so that `public` holds the two tables alone."""

_LOCK = 7_310_846_237_552_190
"""Any constant: the advisory lock that makes two processes migrate one after the other."""


OLDEST = 14
"""The oldest PostgreSQL that the tables are known to work with: one its makers still care for."""


class OldServer(TaskBotError):  # noqa: N818 - as in `core.errors`
    """The server's version of PostgreSQL is too old."""

    def __init__(self, version: int, oldest: int) -> None:
        super().__init__(
            f"The database's server is PostgreSQL {version}, which is too old: {oldest} or newer is needed."
        )


class NewerDatabase(TaskBotError):  # noqa: N818 - as in `core.errors`
    """Another version of the bot has migrated the database further than this one knows."""

    def __init__(self) -> None:
        super().__init__("The database is newer than this version of the bot: update the bot, then start it again.")


async def migrate(url: str, *, oldest: int = OLDEST) -> None:
    """Run every migration the database lacks, all or none. Safe to call from several processes at once.

    Use a direct URL, not a pooled one. Raises DatabaseUnavailable, NewerDatabase for one it doesn't know, and OldServer
    for a PostgreSQL older than `oldest`.
    """
    database = Database(url, pool_size=1, seconds=600)
    try:
        async with database.transaction() as session:
            await (await session.connection()).run_sync(_upgrade, oldest)
    finally:
        await database.close()


async def current(url: str) -> str | None:
    """Return the database's revision, None when it was never migrated. Raises DatabaseUnavailable."""
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            return await (await session.connection()).run_sync(_current)
    finally:
        await database.close()


async def pending(url: str) -> list[str]:
    """Return the revisions still to run, oldest first; empty when the database is up to date.

    Raises DatabaseUnavailable, and NewerDatabase when another version of the bot has migrated it further.
    """
    revision = await current(url)
    scripts = ScriptDirectory.from_config(_config())
    _refuse_newer(scripts, revision)
    missing = [script.revision for script in scripts.iterate_revisions("heads", revision or "base")]
    return missing[::-1]


def _refuse_newer(scripts: ScriptDirectory, revision: str | None) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabase


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: sa.Connection, oldest: int) -> None:
    version = int((connection.dialect.server_version_info or (oldest,))[0])
    if version < oldest:
        raise OldServer(version, oldest)
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    config = _config()
    config.attributes["connection"] = connection
    _refuse_newer(ScriptDirectory.from_config(config), _current(connection))
    command.upgrade(config, "head")


def _current(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()
