"""What matters this morning: overdue, due today, done yesterday. One statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.database import Session, statement
from core.model import Task
from core.tasks.stored import COLUMNS, Stored
from core.users.actor import Actor

MOST = 10
"""Tasks shown of each kind."""

_DAY = dt.timedelta(days=1)

# An all-day task is due on its date wherever the person is; `due_at` narrows both down, and is in the index.
_TODAY = f"""
    WITH found AS (
        SELECT tasks.*, CASE
            WHEN completed_at IS NOT NULL THEN 'done'
            WHEN due_time IS NULL AND due_date < :today OR due_time IS NOT NULL AND due_at < :now THEN 'overdue'
            ELSE 'due' END AS kind
        FROM tasks
        WHERE account_id = :account AND deleted_at IS NULL AND completed_at IS NULL AND due_at < :latest
          AND (due_time IS NULL AND due_date <= :today OR due_time IS NOT NULL AND due_at < :tonight)
        UNION ALL
        SELECT tasks.*, 'done' FROM tasks
        WHERE account_id = :account AND deleted_at IS NULL
          AND (completed_at >= :yesterday AND completed_at < :midnight
               OR last_done_at >= :yesterday AND last_done_at < :midnight)
    ), counted AS (
        SELECT *, count(*) OVER (PARTITION BY kind) AS total,
               row_number() OVER (PARTITION BY kind ORDER BY due_at, priority, number) AS place FROM found
    )
    SELECT {COLUMNS}, kind, total FROM counted AS tasks WHERE place <= {MOST} ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Today:
    """The first `MOST` tasks of each kind, and how many there are in all."""

    overdue: tuple[Task, ...]
    overdue_total: int
    due: tuple[Task, ...]
    due_total: int
    done: tuple[Task, ...]
    """Yesterday: completed, or a date of a series done."""
    done_total: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.overdue or self.due or self.done)


async def today(session: Session, actor: Actor, *, now: dt.datetime) -> Today:
    """What is overdue and due by the end of the actor's day, and what they did on the day before it."""
    date = now.astimezone(actor.timezone).date()

    def midnight(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), actor.timezone)

    values = {
        "account": actor.account_id,
        "today": date,
        "now": now,
        "yesterday": midnight(date - _DAY),
        "midnight": midnight(date),
        "tonight": midnight(date + _DAY),
        "latest": midnight(date + _DAY) + _DAY,
    }
    rows = await session.execute(statement(_TODAY), values)
    kinds = {kind: [row for row in rows if row["kind"] == kind] for kind in ("overdue", "due", "done")}
    found = {kind: tuple(Stored.from_row(row).task(actor, now) for row in some) for kind, some in kinds.items()}
    totals = {kind: some[0]["total"] if some else 0 for kind, some in kinds.items()}
    return Today(found["overdue"], totals["overdue"], found["due"], totals["due"], found["done"], totals["done"])
