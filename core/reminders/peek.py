"""When something is to be said next: one statement, served by an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from core.database import Session, statement
from core.reminders.clock import NOW, Clock
from core.reminders.person import REACHED, reached

_REACHED = f"""(CAST(:workspaces AS text[]) IS NULL OR EXISTS (
    SELECT FROM users WHERE users.id = COALESCE(tasks.made_by, tasks.account_id) AND {REACHED}
))"""
"""Whether a task's person is reached. People are not looked at where all of them are."""

_PEEK = statement(f"""
    SELECT (
        SELECT next_reminder_at FROM tasks
        WHERE next_reminder_at IS NOT NULL AND reminder_platform = :platform AND {_REACHED}
          AND (reminder_lease IS NULL OR reminder_lease <= statement_timestamp())
        ORDER BY next_reminder_at LIMIT 1
    ) AS reminder, (
        SELECT next_digest_at FROM users
        WHERE next_digest_at IS NOT NULL AND platform = :platform AND {REACHED}
          AND (digest_lease IS NULL OR digest_lease <= statement_timestamp())
        ORDER BY next_digest_at LIMIT 1
    ) AS digest, EXTRACT(EPOCH FROM LEAST((
        SELECT min(reminder_lease) FROM tasks
        WHERE reminder_platform = :platform AND next_reminder_at <= {NOW} AND reminder_lease > statement_timestamp()
    ), (
        SELECT min(digest_lease) FROM users
        WHERE platform = :platform AND next_digest_at <= {NOW} AND digest_lease > statement_timestamp()
    )) - statement_timestamp()) AS leased, {NOW} AS now
""")


@dataclass(frozen=True, slots=True)
class Next:
    """When the next reminder and the next digest come; None for none."""

    reminder: dt.datetime | None
    digest: dt.datetime | None
    leased: float | None = None
    """Seconds until a lease ends that somebody holds on what is due already."""


async def peek(session: Session, platform: str, clock: Clock, workspaces: Collection[str] | None = None) -> Next:
    """Look for what comes next on a platform, in these workspaces or in all, and read the clock."""
    values = {"platform": platform, "now": clock.put, "workspaces": reached(workspaces)}
    row = (await session.execute(_PEEK, values)).one()
    clock.read(row["now"])
    return Next(row["reminder"], row["digest"], float(row["leased"]) if row["leased"] is not None else None)
