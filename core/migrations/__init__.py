"""Bring a database to the shape the code wants, and say how far it is from it."""

from __future__ import annotations

from pathlib import Path

from core.database import Database, Session
from core.errors import TaskBotError

SCHEMA = "migrations"
"""Where the tool's version row lives, so that `public` holds the two tables alone."""
VERSIONS = f"{SCHEMA}.alembic_version"

_SCRIPTS = Path(__file__).parent / "versions"
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
    """Run every migration the database lacks. Safe to call from several processes at once, and while others work.

    A new database gets all or none. One in use is changed step by step, no table locked for long; where that is broken
    off, the next call goes on. Use a direct URL, not a pooled one. Raises DatabaseUnavailable, NewerDatabase for one it
    doesn't know, and OldServer for a PostgreSQL older than `oldest`.
    """
    database = Database(url, pool_size=1)
    try:
        version = await database.read(_server_version)
        if version < oldest:
            raise OldServer(version, oldest)
        revision = await database.read(_revision)
    finally:
        await database.close()
    if revision != newest():
        from core.migrations.upgrading import upgrade

        await upgrade(database.url)


async def current(url: str) -> str | None:
    """Return the database's revision, None when it was never migrated. Raises DatabaseUnavailable."""
    database = Database(url, pool_size=1)
    try:
        return await database.read(_revision)
    finally:
        await database.close()


async def pending(url: str) -> list[str]:
    """Return the revisions still to run, oldest first; empty when the database is up to date.

    Raises DatabaseUnavailable, and NewerDatabase when another version of the bot has migrated it further.
    """
    revision = await current(url)
    if revision == newest():
        return []
    from core.migrations.upgrading import missing

    return missing(revision)


def newest() -> str:
    """The revision of this version of the bot: its scripts are named after theirs, in their order."""
    return max(script.stem for script in _SCRIPTS.glob("[0-9]*.py")).partition("_")[0]


async def _server_version(session: Session) -> int:
    return int((await session.execute("SHOW server_version_num")).scalar()) // 10_000


async def _revision(session: Session) -> str | None:
    """The revision that the migration tool has noted; None where it never ran."""
    if (await session.execute(f"SELECT to_regclass('{VERSIONS}')")).scalar() is None:
        return None
    revision: str | None = (await session.execute(f"SELECT version_num FROM {VERSIONS}")).scalar()
    return revision
