"""How the last seven days were. One statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.database import Session, statement
from core.users.actor import Actor

DAYS = 7

# A date of a series that was done leaves no row behind; `previous` remembers it, unless it was undone.
_WEEK = """
    WITH mine AS MATERIALIZED (
        SELECT * FROM tasks WHERE account_id = :account AND deleted_at IS NULL
    ), done AS (
        SELECT CAST(timezone(:zone, completed_at) AS date) AS day FROM mine WHERE completed_at >= :begin
        UNION ALL
        SELECT CAST(timezone(:zone, at) AS date) FROM mine, LATERAL (
            SELECT CAST(entry ->> 'at' AS timestamptz) AS at FROM jsonb_array_elements(mine.previous) AS entry
            WHERE entry ->> 'action' = 'completed' AND entry -> 'fields' ? 'last_done_at'
        ) AS moved_on
        WHERE last_done_at >= :begin AND at >= :begin
    )
    SELECT (SELECT jsonb_object_agg(day, number) FROM (SELECT day, count(*) AS number FROM done GROUP BY day) AS days)
               AS days,
           (SELECT count(*) FROM mine WHERE created_at >= :begin) AS added,
           (SELECT count(*) FROM mine WHERE completed_at IS NULL
               AND (due_time IS NULL AND due_date < :today OR due_time IS NOT NULL AND due_at < :now)) AS overdue,
           (SELECT count(*) FROM mine WHERE completed_at IS NULL
               AND (due_time IS NULL AND due_date >= :today OR due_time IS NOT NULL AND due_at >= :now)
               AND due_date < :until) AS ahead
"""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, the last of which is today, on the person's calendar."""

    done: tuple[tuple[dt.date, int], ...]
    """Each day, oldest first, with how many tasks and dates of series were done."""
    added: int
    overdue: int
    ahead: int
    """Due in the seven days that begin today."""

    @property
    def total(self) -> int:
        """How many were done in all."""
        return sum(count for _, count in self.done)


async def week(session: Session, actor: Actor, *, now: dt.datetime) -> Week:
    """How the actor's last seven days were, today included."""
    today = now.astimezone(actor.timezone).date()
    days = [today - dt.timedelta(days=DAYS - 1 - index) for index in range(DAYS)]
    values = {
        "account": actor.account_id,
        "zone": actor.timezone.key,
        "begin": dt.datetime.combine(days[0], dt.time(), actor.timezone),
        "today": today,
        "until": today + dt.timedelta(days=DAYS),
        "now": now,
    }
    row = (await session.execute(statement(_WEEK), values)).one()
    counts = row["days"] or {}
    return Week(
        tuple((day, counts.get(day.isoformat(), 0)) for day in days), row["added"], row["overdue"], row["ahead"]
    )
