"""Taking changes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.database import Session, statement
from core.errors import Conflict, NotFound
from core.model import Outcome
from core.tasks import checks
from core.tasks.store import KEEP_OR_DROP_CLAIM
from core.tasks.stored import COLUMNS, MUTABLE, Stored
from core.tasks.values import THROUGH, Change
from core.users.actor import Actor

_LARGEST_CHANGE = 2**63 - 1

# What the change wrote, and what was changed again since. Ids ascend, so only rows changed since then are looked at.
_LOCK = statement("""
    SELECT tasks.id, number, change, wanted.id AS wanted, previous -> 0 ->> 'by' AS by
    FROM tasks, (
        SELECT COALESCE(CAST(:change AS bigint), max(change)) AS id FROM tasks WHERE account_id = :account
    ) AS wanted
    WHERE account_id = :account AND change >= wanted.id
      AND (change = wanted.id OR previous @> jsonb_build_array(jsonb_build_object('change', wanted.id)))
    ORDER BY number
    FOR UPDATE OF tasks
""")

# What the change had written is kept aside for `redo`, until the task is changed again.
_RESTORE = statement(f"""
    WITH u AS MATERIALIZED (SELECT nextval('task_changes') AS id)
    UPDATE tasks
    SET ({", ".join(MUTABLE)}) = (
            SELECT {", ".join(f"old.{name}" for name in MUTABLE)}
            FROM jsonb_populate_record(tasks, tasks.previous -> 0 -> 'fields') AS old),
        {KEEP_OR_DROP_CLAIM.format(changed="tasks.previous -> 0 -> 'fields' ? 'next_reminder_at'")},
        change = CAST(previous -> 1 ->> 'change' AS bigint), previous = previous - 0, updated_at = :now,
        undone = jsonb_build_array(jsonb_build_object('undo', u.id, 'entry', previous -> 0, 'fields', (
            SELECT COALESCE(jsonb_object_agg(name, to_jsonb(tasks) -> name), '{{}}')
            FROM jsonb_object_keys(tasks.previous -> 0 -> 'fields') AS name))) || undone
    FROM u
    WHERE tasks.account_id = :account AND tasks.id = ANY(CAST(:ids AS bigint[]))
    RETURNING {COLUMNS}
""")


_LAST = statement("""
    SELECT max(change) FROM tasks
    WHERE account_id = :account AND number = ANY(CAST(:numbers AS integer[]))
      AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
""")


async def last_change(session: Session, actor: Actor, numbers: Sequence[int], ids: Sequence[int] = ()) -> int | None:
    """Return the newest change that still stands of any of these tasks, `None` when there is none.

    With `ids` only of those that are among them.
    """
    values = {"account": actor.account_id, "numbers": list(numbers), "ids": checks.ids(ids)}
    found = await session.execute(_LAST, values)
    change: int | None = found.scalar()
    return change


async def undo(session: Session, actor: Actor, change: int | None = None, *, now: dt.datetime) -> Change:
    """Take a change back, for all the tasks it touched; without an id the account's newest that still stands.

    A task whose adding is undone is deleted, and its number stays taken. The tasks come back as they are then, in the
    order of their numbers. Two statements. Raises NotFound when there is nothing to undo, or not any more, and Conflict
    when one of the tasks was changed again since.
    """
    if change is not None and not 0 < change <= _LARGEST_CHANGE:
        raise _nothing(change)
    found = await session.execute(_LOCK, {"account": actor.account_id, "change": change})
    if not found:
        raise _nothing(change)
    newer = max(found, key=lambda row: int(row["change"]))
    if newer["change"] != newer["wanted"]:
        raise Conflict(
            f"Change {newer['wanted']} can't be undone by itself: #{newer['number']} was changed again since, "
            f"by change {newer['change']}. Undo that one first."
        )
    parameters = {"account": actor.account_id, "ids": [row["id"] for row in found], "now": now}
    restored = [Stored.from_row(row) for row in await session.execute(_RESTORE, parameters, last=True)]
    restored.sort(key=lambda row: row.number)
    makers = (str(row["by"] or "") for row in found)
    through = next((by.removeprefix(THROUGH) for by in makers if by.startswith(THROUGH)), "")
    return Change(Outcome.UNDONE, tuple(row.task(actor, now) for row in restored), through=through)


def _nothing(change: int | None) -> NotFound:
    if change is None:
        return NotFound("There is nothing to undo.")
    return NotFound(f"There is nothing left to undo of change {change}; it may have been undone already.")
