"""Reminders that could be told nowhere, shown when the person comes next."""

from __future__ import annotations

import datetime as dt

from core.chat import Reply, Text
from core.database import Database, statement
from core.reminders.messages import shown
from core.tasks.stored import COLUMNS, Stored
from core.users import Actor

_MOST = 50
WAITING = (
    "\n\n_Something came due, and I could not reach you in private. I don't say here what it is: write to me directly, "
    "or type `/task list`._"
)

_READ = f"""
    SELECT {COLUMNS} FROM tasks
    WHERE account_id = :account AND COALESCE(made_by, account_id) = :person AND reminder_kept
      AND completed_at IS NULL AND deleted_at IS NULL
    ORDER BY COALESCE(reminded_at, created_at), number LIMIT {_MOST}
"""

_TOLD = """
    WITH told AS (
        UPDATE tasks SET reminder_kept = false
        WHERE account_id = :account AND COALESCE(made_by, account_id) = :person AND reminder_kept
    )
    UPDATE users SET unreached = false WHERE id = :person
"""


async def kept(database: Database, actor: Actor, now: dt.datetime, *, shared: bool = False) -> Reply:
    """What waits to be told to the actor, if anything does; noted as told only after it has been taken.

    Where others read along (`shared`) it is only said that something waits: what it is goes nowhere but to the person.
    """
    if not actor.unreached:
        return
    if shared:
        yield Text(WAITING)
        return
    values = {"account": actor.account_id, "person": actor.user_id}
    rows = await database.read(lambda session: session.execute(statement(_READ), values))
    tasks = [Stored.from_row(row).task(actor, now) for row in rows]
    if tasks:
        these = "This reminder" if len(tasks) == 1 else f"These {len(tasks)} reminders"
        yield Text(f"\n\n{these} came due, and I could not reach you:\n\n")
        for part in shown(tasks):
            yield part
    await database.write(lambda session: session.execute(statement(_TOLD), values, last=True))
