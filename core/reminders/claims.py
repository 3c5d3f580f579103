"""Who delivers which reminder: short transactions that claim, record and release. Nothing is held in between.

A claim is a lease on rows, by the database's clock, so that the clocks of processes may differ. It is numbered, and
keeps its number until it is recorded: whoever takes over after a crash delivers the same tasks in the same message,
under the same key.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.database import Session, statement
from core.reminders.clock import NOW
from core.reminders.person import PERSON, REACHED, Person, reached
from core.tasks.reminding import reminded_until
from core.tasks.stored import COLUMNS, Stored, encode

_LOOK = 500
"""Rows among which the next people are looked for; all that is due of each of them is claimed then."""

_FREE = "(tasks.reminder_lease IS NULL OR tasks.reminder_lease <= statement_timestamp())"

# A person's own row is locked for the length of the statement, so that two processes never share one person's tasks.
# A message that is tried again has to tell of the same tasks. While one of them is locked by a change all of them wait,
# or the others would go out under its key, and it itself would be taken for told.
_CLAIM = f"""
    WITH oldest AS (
        SELECT id, min(at) AS at FROM (
            SELECT users.id, tasks.next_reminder_at AS at
            FROM tasks JOIN users ON users.id = COALESCE(tasks.made_by, tasks.account_id)
            WHERE tasks.reminder_platform = :platform AND tasks.next_reminder_at <= {NOW} AND {_FREE} AND {REACHED}
            ORDER BY tasks.next_reminder_at LIMIT {_LOOK}
        ) AS first
        GROUP BY id ORDER BY at LIMIT :people
    ), person AS MATERIALIZED (
        SELECT users.*, oldest.at FROM users JOIN oldest ON oldest.id = users.id
        FOR NO KEY UPDATE OF users SKIP LOCKED
    ), due AS MATERIALIZED (
        SELECT tasks.id, tasks.account_id, tasks.reminder_claim AS old_claim, person.id AS person
        FROM tasks JOIN person ON tasks.account_id = person.account_id
             AND COALESCE(tasks.made_by, tasks.account_id) = person.id
        WHERE tasks.next_reminder_at <= {NOW} AND {_FREE} AND tasks.completed_at IS NULL AND tasks.deleted_at IS NULL
        FOR UPDATE OF tasks SKIP LOCKED
    ), numbered AS MATERIALIZED (
        SELECT person, old_claim, COALESCE(old_claim, nextval('reminder_claims')) AS claim
        FROM (
            SELECT person, account_id, old_claim, count(*) AS locked FROM due GROUP BY person, account_id, old_claim
        ) AS messages
        WHERE old_claim IS NULL OR locked = (
            SELECT count(*) FROM tasks
            WHERE tasks.account_id = messages.account_id AND tasks.reminder_claim = messages.old_claim
        )
    )
    UPDATE tasks
    SET reminder_claim = numbered.claim,
        reminder_lease = statement_timestamp() + make_interval(secs => CAST(:lease AS double precision))
    FROM due
    JOIN numbered ON numbered.person = due.person AND numbered.old_claim IS NOT DISTINCT FROM due.old_claim
    JOIN person ON person.id = due.person
    WHERE tasks.id = due.id
    RETURNING {COLUMNS}, tasks.reminded_at, tasks.reminder_claim, due.old_claim IS NOT NULL AS again, {NOW} AS now,
        {PERSON}
"""

_RECORD = """
    WITH recorded AS (
        UPDATE tasks
        SET reminded_at = :now, remind_at = x.remind_at, remind_also = x.remind_also,
            next_reminder_at = x.next_reminder_at, reminder_kept = reminder_kept OR x.kept,
            reminder_claim = NULL, reminder_lease = NULL
        FROM jsonb_to_recordset(CAST(:rows AS jsonb))
             AS x(id bigint, remind_at timestamptz, remind_also timestamptz[], next_reminder_at timestamptz,
                  kept boolean)
        WHERE tasks.id = x.id AND tasks.reminder_claim = :claim
        RETURNING x.kept
    )
    UPDATE users SET unreached = true WHERE id = :person AND EXISTS (SELECT FROM recorded WHERE kept)
"""

_DEFER = """
    UPDATE tasks SET reminder_lease = statement_timestamp() + make_interval(secs => CAST(:seconds AS double precision))
    WHERE id = ANY(CAST(:ids AS bigint[])) AND reminder_claim = :claim
"""

_RELEASE = """
    UPDATE tasks SET reminder_claim = NULL, reminder_lease = NULL
    WHERE id = ANY(CAST(:ids AS bigint[])) AND reminder_claim = ANY(CAST(:claims AS bigint[]))
"""


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task to remind of."""

    row: Stored
    reminded_at: dt.datetime | None

    @property
    def at(self) -> dt.datetime:
        """When the reminder was to come."""
        if self.row.next_reminder_at is None:
            raise ValueError("a task without a reminder is not due")
        return self.row.next_reminder_at

    def told(self, now: dt.datetime) -> bool:
        """Whether an undo has brought back the time of a reminder that was delivered since: then, and not in future."""
        return self.reminded_at is not None and self.at <= self.reminded_at <= now


@dataclass(frozen=True, slots=True)
class Batch:
    """All that one message to one person tells of, the oldest first."""

    claim: int
    person: Person
    due: tuple[DueTask, ...]
    now: dt.datetime
    """When it was claimed, by the database's clock: what is late is late by it, and what comes next comes after it."""
    again: bool = False
    """Whether somebody has tried to deliver it before, and may have."""

    @property
    def key(self) -> str:
        """What the platform may know the message by, should it be sent twice."""
        return f"r{self.claim}"


async def claim(
    session: Session,
    platform: str,
    *,
    people: int,
    lease: float,
    now: dt.datetime | None,
    default_zone: str,
    workspaces: Collection[str] | None = None,
) -> list[Batch]:
    """Claim all that is due of the `people` who have waited longest, for `lease` seconds. One statement.

    `now`: see `core.reminders.clock.NOW`; `workspaces`: those of the platform's that are reached, all without any.
    """
    values = {
        "platform": platform, "people": people, "lease": lease, "now": now, "workspaces": reached(workspaces),
    }  # fmt: skip
    rows = await session.execute(statement(_CLAIM), values, last=True)
    batches = []
    for number, group in itertools.groupby(
        sorted(rows, key=lambda row: row["reminder_claim"]), key=lambda row: row["reminder_claim"]
    ):
        mine = list(group)
        due = [DueTask(Stored.from_row(row), row["reminded_at"]) for row in mine]
        due.sort(key=lambda task: (task.at, task.row.number))
        person = Person.from_row(mine[0], default_zone)
        batches.append(Batch(number, person, tuple(due), mine[0]["now"], again=any(row["again"] for row in mine)))
    return sorted(batches, key=lambda batch: batch.due[0].at)


async def record(session: Session, batch: Batch, *, kept: Iterable[DueTask] = ()) -> None:
    """Note that the batch was told, but for the tasks in `kept`, which wait for the next contact. One statement.

    A task that the person has changed meanwhile has lost the claim, and stays as they left it.
    """
    waiting = {task.row.id for task in kept}
    rows = []
    for task in batch.due:
        after = reminded_until(task.row, batch.person.actor, batch.now)
        rows.append(
            {"id": after.id, "kept": after.id in waiting}
            | {name: encode(getattr(after, name)) for name in ("remind_at", "remind_also", "next_reminder_at")}
        )
    values = {"rows": json.dumps(rows), "claim": batch.claim, "person": batch.person.actor.user_id, "now": batch.now}
    await session.execute(statement(_RECORD), values, last=True)


async def defer(session: Session, batch: Batch, seconds: float) -> None:
    """Let nobody try the batch again before so many seconds have passed. One statement."""
    values = {"claim": batch.claim, "ids": [task.row.id for task in batch.due], "seconds": seconds}
    await session.execute(statement(_DEFER), values, last=True)


async def release(session: Session, batches: Sequence[Batch]) -> None:
    """Give back what nobody has tried to send. One statement."""
    ids = [task.row.id for batch in batches for task in batch.due]
    await session.execute(statement(_RELEASE), {"ids": ids, "claims": [batch.claim for batch in batches]}, last=True)
