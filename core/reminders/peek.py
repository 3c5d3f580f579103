"""When something is to be said next: one statement, served by an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import statement
from core.reminders.clock import NOW, Clock
from core.reminders.person import REACHED, reached

_PEEK = statement(f"""
    SELECT (
        SELECT next_reminder_at FROM tasks JOIN users ON users.id = COALESCE(made_by, tasks.account_id)
        WHERE next_reminder_at IS NOT NULL AND users.platform = :platform AND {REACHED}
          AND (reminder_lease IS NULL OR reminder_lease <= statement_timestamp())
        ORDER BY next_reminder_at LIMIT 1
    ) AS reminder, (
        SELECT next_digest_at FROM users
        WHERE next_digest_at IS NOT NULL AND platform = :platform AND {REACHED}
          AND (digest_lease IS NULL OR digest_lease <= statement_timestamp())
        ORDER BY next_digest_at LIMIT 1
    ) AS digest, EXTRACT(EPOCH FROM LEAST((
        SELECT min(reminder_lease) FROM tasks WHERE next_reminder_at <= {NOW} AND reminder_lease > statement_timestamp()
    ), (
        SELECT min(digest_lease) FROM users WHERE next_digest_at <= {NOW} AND digest_lease > statement_timestamp()
    )) - statement_timestamp()) AS leased, {NOW} AS now
""")


@dataclass(frozen=True, slots=True)
class Next:
    """When the next reminder and the next digest come; None for none."""

    reminder: dt.datetime | None
    digest: dt.datetime | None
    leased: float | None = None
    """Seconds until a lease ends that somebody holds on what is due already."""


async def peek(session: AsyncSession, platform: str, clock: Clock, workspaces: Collection[str] | None = None) -> Next:
    """Look for what comes next on a platform, in these workspaces or in all, and read the clock."""
    values = {"platform": platform, "now": clock.put, "workspaces": reached(workspaces)}
    row = (await session.execute(_PEEK, values)).mappings().one()
    clock.read(row["now"])
    return Next(row["reminder"], row["digest"], float(row["leased"]) if row["leased"] is not None else None)
