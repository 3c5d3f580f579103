"""What a message has done already, when it comes again: after a crash nobody knows how far its turn came."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from core.database import Session, statement
from core.model import Outcome
from core.tasks.stored import COLUMNS, Stored
from core.tasks.values import Change
from core.users.actor import Actor

# A message comes again within hours, and what it did was saved then.
_DONE = statement(f"""
    SELECT {COLUMNS}, entry ->> 'action' AS entry_action, CAST(entry ->> 'change' AS bigint) AS entry_change
    FROM tasks, LATERAL (
        SELECT one AS entry FROM jsonb_array_elements(previous) AS one
        UNION ALL SELECT one -> 'entry' FROM jsonb_array_elements(undone) AS one
    ) AS changes
    WHERE account_id = :account AND updated_at > CAST(:now AS timestamptz) - interval '1 day'
      AND entry ->> 'by' = :by
    ORDER BY entry_change, number
""")


async def done_by(session: Session, actor: Actor, *, now: dt.datetime) -> tuple[Change, ...]:
    """Return the changes made by the message that the actor acts by, oldest first, with the tasks as they are now."""
    if not actor.by:
        return ()
    values = {"account": actor.account_id, "by": actor.by, "now": now}
    rows = await session.execute(_DONE, values)
    return tuple(
        Change(Outcome(action), tuple(Stored.from_row(row).task(actor, now) for row in rows_of), int(change))
        for (change, action), rows_of in groupby(rows, key=lambda row: (row["entry_change"], row["entry_action"]))
    )
