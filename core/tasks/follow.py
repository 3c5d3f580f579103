"""Reminders that follow a person's preferences: the rule of `reminding`, asked again with the new ones."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace

from core.database import Session, statement
from core.tasks.fields import due_columns
from core.tasks.reminding import next_reminder, pending
from core.tasks.stored import COLUMNS, Stored, encode
from core.users.actor import Actor

_MOST_AT_ONCE = 200
"""Tasks whose reminders are worked out in the event loop; more of them take long enough for others to notice."""

# Only what the change can move: of whole days the morning and the zone, of times the lead that the preferences say.
_LOCK = statement(f"""
    SELECT {COLUMNS} FROM tasks
    WHERE account_id = :account AND COALESCE(made_by, account_id) = :person
      AND completed_at IS NULL AND deleted_at IS NULL AND remind_at IS NULL AND next_reminder_at > :now
      AND (due_time IS NULL AND CAST(:clock AS boolean)
           OR due_time IS NOT NULL AND remind_before IS NULL AND CAST(:lead AS boolean))
    ORDER BY number
    FOR UPDATE OF tasks
""")

_SAVE = statement("""
    UPDATE tasks SET next_reminder_at = x.at, reminder_claim = NULL, reminder_lease = NULL
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS x(id bigint, at timestamptz)
    WHERE tasks.id = x.id AND tasks.account_id = :account
""")


async def follow(session: Session, before: Actor, after: Actor, *, now: dt.datetime) -> None:
    """Work out again when to remind of the person's open tasks, whose preferences were `before` and are `after` now.

    Two statements at most, none where nothing of it has changed. What is due already is told as it is; where a new lead
    would have had to begin earlier, the reminder comes when the task is due. A date that was told is not told again.
    """
    lead = before.reminder_lead_minutes != after.reminder_lead_minutes
    clock = (before.morning, before.timezone.key) != (after.morning, after.timezone.key)
    if not lead and not clock:
        return
    values = {"account": after.account_id, "person": after.user_id, "now": now, "lead": lead, "clock": clock}
    rows = [Stored.from_row(row) for row in await session.execute(_LOCK, values)]
    if len(rows) > _MOST_AT_ONCE:
        moved = await asyncio.to_thread(_moved, rows, before, after, now)
    else:
        moved = _moved(rows, before, after, now)
    if moved:
        told = json.dumps([{"id": row.id, "at": encode(at)} for row, at in moved])
        await session.execute(_SAVE, {"rows": told, "account": after.account_id})


def followed(row: Stored, before: Actor, after: Actor, now: dt.datetime) -> dt.datetime | None:
    """Return when to remind of the task under the new preferences: of the date that the reminder to come is of."""
    due, rule = pending(row, before)
    columns = due_columns(due)
    at = next_reminder(replace(row, **columns, recurrence=rule), after, now, fresh=True)  # type: ignore[arg-type]
    return at or row.next_reminder_at


def _moved(
    rows: Sequence[Stored], before: Actor, after: Actor, now: dt.datetime
) -> list[tuple[Stored, dt.datetime | None]]:
    found = [(row, followed(row, before, after, now)) for row in rows]
    return [(row, at) for row, at in found if at != row.next_reminder_at]
