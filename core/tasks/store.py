"""The statements that write tasks. Each operation needs two: one that locks the rows, one that writes them all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.database import Session, statement
from core.errors import FORGOTTEN, NotFound
from core.model import Outcome
from core.tasks import checks
from core.tasks.stored import COLUMNS, MUTABLE, Stored, encode
from core.users.actor import Actor

DEEPEST = 50
"""How many changes of one task can be undone."""

_TYPED = ", ".join(f"{name} {kind}" for name, kind in MUTABLE.items())
_NAMES = ", ".join(MUTABLE)
_ENTRY = """jsonb_strip_nulls(jsonb_build_object(
        'change', c.id, 'action', CAST(:action AS text), 'at', CAST(:now AS timestamptz), 'by', CAST(:by AS text)
    )) || jsonb_build_object('fields', {fields})"""

KEEP_OR_DROP_CLAIM = """reminder_claim = CASE WHEN {changed} THEN NULL ELSE tasks.reminder_claim END,
        reminder_lease = CASE WHEN {changed} THEN NULL ELSE tasks.reminder_lease END"""
"""Whoever is delivering the old reminder must not record it over the new one."""

_UNDONE = "jsonb_build_object('deleted_at', CAST(:now AS timestamptz), 'next_reminder_at', NULL)"
"""A task whose adding is undone is deleted."""

# The new number is taken and used in one statement: whoever adds at the same time waits for the user's row.
_ADD = statement(f"""
    WITH n AS (
        UPDATE users SET next_number = next_number + CAST(:count AS integer) WHERE id = :account
        RETURNING next_number - CAST(:count AS integer) AS first
    ), c AS MATERIALIZED (
        SELECT nextval('task_changes') AS id
    )
    INSERT INTO tasks (account_id, number, {_NAMES}, source, made_by, change, previous, created_at, updated_at)
    SELECT :account, n.first + x.position, {", ".join(f"x.{name}" for name in MUTABLE)}, x.source,
           NULLIF(COALESCE((SELECT id FROM users WHERE account_id = :account AND reminders_here), :user), :account),
           c.id,
           jsonb_build_array({_ENTRY.format(fields=_UNDONE)}),
           :now, :now
    FROM n, c, jsonb_to_recordset(CAST(:rows AS jsonb)) AS x(position integer, source text, {_TYPED})
    ORDER BY x.position
    RETURNING {COLUMNS}
""")

# `seen` is what the row was when the statement began. When the lock had to be waited for, the row itself is read again
# (PostgreSQL documentation, 13.2.1) and `seen` is not, so the two differ where someone else was faster.
_LOCK = statement(f"""
    WITH seen AS MATERIALIZED (
        SELECT id, change FROM tasks
        WHERE account_id = :account AND number = ANY(CAST(:numbers AS integer[]))
              AND (deleted_at IS NULL OR CAST(:deleted AS boolean))
              AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
    )
    SELECT {COLUMNS}, seen.change AS seen_change, tasks.previous -> 0 ->> 'action' AS last_action,
           CAST(tasks.previous -> 0 ->> 'at' AS timestamptz) AS last_at
    FROM tasks JOIN seen ON seen.id = tasks.id
    WHERE tasks.account_id = :account AND (tasks.deleted_at IS NULL OR CAST(:deleted AS boolean))
    ORDER BY tasks.number
    FOR UPDATE OF tasks
""")

_SAVE = statement(f"""
    WITH c AS MATERIALIZED (SELECT nextval('task_changes') AS id)
    UPDATE tasks
    SET {", ".join(f"{name} = x.{name}" for name in MUTABLE)}, change = c.id, updated_at = :now,
        {KEEP_OR_DROP_CLAIM.format(changed="x.next_reminder_at IS DISTINCT FROM tasks.next_reminder_at")},
        previous = jsonb_path_query_array(
            jsonb_build_array({_ENTRY.format(fields="x.overwritten")}) || tasks.previous, '$[0 to {DEEPEST - 1}]'),
        undone = '[]'
    FROM c, jsonb_to_recordset(CAST(:rows AS jsonb)) AS x(id bigint, overwritten jsonb, {_TYPED})
    WHERE tasks.id = x.id AND tasks.account_id = :account
    RETURNING {COLUMNS}
""")


@dataclass(frozen=True, slots=True)
class Locked:
    """A row locked until the end of the transaction, and who touched it last."""

    row: Stored
    overtaken: bool
    """Whether another transaction changed it while this one waited for the lock."""
    last_action: str | None
    last_at: dt.datetime | None


async def insert(
    session: Session, actor: Actor, rows: Sequence[Mapping[str, object]], now: dt.datetime
) -> tuple[Stored, ...]:
    """Insert rows (mutable columns and `source` by name) as one change, numbered in the order given.

    Raises NotFound when the account is gone: its person was forgotten meanwhile.
    """
    encoded = [
        {"position": position} | {name: encode(value) for name, value in row.items()}
        for position, row in enumerate(rows)
    ]
    written = await _write(
        session, _ADD, actor, encoded, now, action=Outcome.ADDED, count=len(rows), user=actor.user_id
    )
    if not written:
        raise NotFound(FORGOTTEN)
    return written


async def lock(
    session: Session, actor: Actor, numbers: Sequence[int], ids: Sequence[int] = (), *, deleted: bool = False
) -> list[Locked]:
    """Lock the account's tasks of these numbers; in the order of numbers, so nobody deadlocks.

    With `ids` only those that are among them: a number alone may have come to mean another task. `deleted`: those in
    the bin too.
    """
    values = {
        "account": actor.account_id, "numbers": list(numbers), "ids": checks.ids(ids), "deleted": deleted,
    }  # fmt: skip
    found = await session.execute(_LOCK, values)
    return [
        Locked(
            row=Stored.from_row(row),
            overtaken=row["change"] != row["seen_change"],
            last_action=row["last_action"],
            last_at=row["last_at"],
        )
        for row in found
    ]


async def save(
    session: Session, actor: Actor, changed: Sequence[tuple[Stored, Stored]], now: dt.datetime, *, action: str
) -> tuple[Stored, ...]:
    """Write locked rows, given as they were and as they shall be, as one change that remembers what it overwrote."""
    encoded = [
        {"id": before.id, "overwritten": before.overwritten_by(after), **after.encoded()} for before, after in changed
    ]
    return await _write(session, _SAVE, actor, encoded, now, action=action)


async def _write(
    session: Session,
    sql: str,
    actor: Actor,
    rows: Sequence[Mapping[str, object]],
    now: dt.datetime,
    **more: object,
) -> tuple[Stored, ...]:
    parameters = {"account": actor.account_id, "rows": json.dumps(rows), "now": now, "by": actor.by or None, **more}
    written = await session.execute(sql, parameters, last=True)
    return tuple(Stored.from_row(row) for row in written)
