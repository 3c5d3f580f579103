"""What Alembic does for us; imported only where there is something to migrate, for it takes as long as the rest."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from core.migrations import SCHEMA, NewerDatabase, current_revision

_LOCK = 7_310_846_237_552_190
"""Any constant: the advisory lock that makes two processes migrate one after the other."""


def upgrade(connection: sa.Connection) -> None:
    """Run all that is missing, in the connection's transaction. Raises NewerDatabase."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    told = config()
    told.attributes["connection"] = connection
    _refuse_newer(ScriptDirectory.from_config(told), current_revision(connection))
    command.upgrade(told, "head")


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


def _refuse_newer(scripts: ScriptDirectory, revision: str | None) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabase
