"""Doing again what was taken back."""

from __future__ import annotations

import datetime as dt

from core.database import Session, statement
from core.errors import Conflict, NotFound
from core.model import Outcome
from core.tasks.store import KEEP_OR_DROP_CLAIM
from core.tasks.stored import COLUMNS, MUTABLE, Stored
from core.tasks.values import Change
from core.users.actor import Actor

# An undo is numbered from the same sequence as changes are, so that a later change has a greater number.
_LOCK = statement("""
    SELECT id, undone -> 0 -> 'undo' AS undo, (
        SELECT max(change) FROM tasks WHERE account_id = :account
    ) AS newest
    FROM tasks
    WHERE account_id = :account AND undone <> '[]'
      AND CAST(undone -> 0 ->> 'undo' AS bigint) = (
          SELECT max(CAST(undone -> 0 ->> 'undo' AS bigint)) FROM tasks WHERE account_id = :account AND undone <> '[]')
    ORDER BY number
    FOR UPDATE OF tasks
""")

_AGAIN = statement(f"""
    UPDATE tasks
    SET ({", ".join(MUTABLE)}) = (
            SELECT {", ".join(f"new.{name}" for name in MUTABLE)}
            FROM jsonb_populate_record(tasks, tasks.undone -> 0 -> 'fields') AS new),
        {KEEP_OR_DROP_CLAIM.format(changed="tasks.undone -> 0 -> 'fields' ? 'next_reminder_at'")},
        change = CAST(undone -> 0 -> 'entry' ->> 'change' AS bigint),
        previous = jsonb_build_array(undone -> 0 -> 'entry') || previous, undone = undone - 0, updated_at = :now
    WHERE account_id = :account AND id = ANY(CAST(:ids AS bigint[]))
    RETURNING {COLUMNS}
""")


async def redo(session: Session, actor: Actor, *, now: dt.datetime) -> Change:
    """Do again what was undone last, for all the tasks it touches; `undo` takes it back once more.

    Two statements. Raises NotFound when nothing was undone, or all of it was done again, and Conflict when the account
    has been changed since: what was undone might not fit any more.
    """
    found = await session.execute(_LOCK, {"account": actor.account_id})
    if not found:
        raise NotFound("There is nothing to redo.")
    if found[0]["newest"] is not None and found[0]["newest"] > int(found[0]["undo"]):
        raise Conflict("There is nothing to redo any more: something was changed after the undo.")
    parameters = {"account": actor.account_id, "ids": [row["id"] for row in found], "now": now}
    again = [Stored.from_row(row) for row in await session.execute(_AGAIN, parameters, last=True)]
    again.sort(key=lambda row: row.number)
    return Change(Outcome.REDONE, tuple(row.task(actor, now) for row in again), again[0].change)
