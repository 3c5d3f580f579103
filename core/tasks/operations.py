"""What can be done to tasks. Every operation acts for one account, and another account's task is not found.

All take the session of a transaction, which they never commit, the actor, and `now`, an aware instant. A number that
the account has no task of is reported as missing, and the others are acted on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from core.database import Session
from core.errors import Invalid
from core.model import Outcome
from core.tasks import checks, store
from core.tasks.conflicts import unmoved
from core.tasks.fields import changed_row, due_at, new_row, snoozed
from core.tasks.recurrence import advance
from core.tasks.reminding import planned
from core.tasks.store import Locked
from core.tasks.stored import Stored
from core.tasks.values import Change, NewTask, TaskChanges
from core.users.actor import Actor

DOUBLE_CLICK = dt.timedelta(seconds=10)
"""Completing a recurring task again so soon after it moved on is the same completion sent twice."""


async def add(session: Session, actor: Actor, tasks: Sequence[NewTask], *, now: dt.datetime) -> Change:
    """Add tasks, numbered in the order given. One statement. Raises Invalid, and then adds none of them."""
    checks.at_once(len(tasks))
    if not tasks:
        raise Invalid("There is no task to add: it needs a title at least.")
    rows = await store.insert(session, actor, [new_row(task, actor, now) for task in tasks], now)
    return Change(Outcome.ADDED, tuple(row.task(actor, now) for row in rows), rows[0].change)


async def update(
    session: Session,
    actor: Actor,
    changes: Sequence[TaskChanges],
    *,
    now: dt.datetime,
    ids: Sequence[int] = (),
) -> Change:
    """Change fields of tasks; several changes of one task are made one after the other. Raises Invalid, changing none.

    Setting a due date keeps the recurrence, clearing it clears the recurrence. A recurrence for a task without a due
    date starts at its first occurrence from today. Raises Conflict where somebody has changed what a form showed.
    """

    def alter(locked: Locked) -> Stored:
        row = locked.row
        for change in changes:
            if change.number == row.number:
                after = changed_row(row, change, actor, now)
                unmoved(change.shown, row.task(actor, now), after.task(actor, now))
                row = after
        return row

    return await _apply(session, actor, [change.number for change in changes], now, Outcome.UPDATED, alter, ids=ids)


async def complete(
    session: Session, actor: Actor, numbers: Iterable[int], *, now: dt.datetime, ids: Sequence[int] = ()
) -> Change:
    """Complete tasks. A recurring one moves on to its next occurrence after now instead, until its series ends.

    Completing what is completed changes nothing. Nor does completing a recurring task that another completion has just
    moved on: at the same time, or within `DOUBLE_CLICK`.
    """

    def alter(locked: Locked) -> Stored:
        if not locked.row.open or _just_moved_on(locked, now):
            return locked.row
        return _completed(locked.row, now)

    change = await _apply(
        session, actor, numbers, now, Outcome.COMPLETED, alter, same=Outcome.ALREADY_COMPLETED, ids=ids
    )
    done = [task for task in change.tasks if task.number not in change.unchanged]
    return replace(change, action=Outcome.MOVED_ON) if done and not any(task.done for task in done) else change


async def skip(
    session: Session, actor: Actor, numbers: Iterable[int], *, now: dt.datetime, ids: Sequence[int] = ()
) -> Change:
    """Move recurring tasks on to their next date after this one and after now, without completing them.

    Skipping twice within `DOUBLE_CLICK` skips once. Raises Invalid for a task that doesn't repeat or has no next date.
    """

    def alter(locked: Locked) -> Stored:
        if not locked.row.open or _just_moved_on(locked, now, Outcome.SKIPPED):
            return locked.row
        return _skipped(locked.row, now)

    return await _apply(session, actor, numbers, now, Outcome.SKIPPED, alter, ids=ids)


async def reopen(
    session: Session, actor: Actor, numbers: Iterable[int], *, now: dt.datetime, ids: Sequence[int] = ()
) -> Change:
    """Take the completion of tasks back. Reopening what is open changes nothing."""
    return await _apply(
        session,
        actor,
        numbers,
        now,
        Outcome.REOPENED,
        lambda locked: replace(locked.row, completed_at=None),
        same=Outcome.ALREADY_OPEN,
        ids=ids,
    )


async def delete(
    session: Session, actor: Actor, numbers: Iterable[int], *, now: dt.datetime, ids: Sequence[int] = ()
) -> Change:
    """Delete tasks; `undo` brings them back. What is deleted is not found by anything else."""
    return await _apply(
        session, actor, numbers, now, Outcome.DELETED, lambda locked: replace(locked.row, deleted_at=now), ids=ids
    )


async def restore(
    session: Session, actor: Actor, numbers: Iterable[int], *, now: dt.datetime, ids: Sequence[int] = ()
) -> Change:
    """Bring deleted tasks back, whatever else was done since. What is not deleted stays as it is."""
    return await _apply(
        session,
        actor,
        numbers,
        now,
        Outcome.RESTORED,
        lambda locked: replace(locked.row, deleted_at=None),
        same=Outcome.ALREADY_THERE,
        ids=ids,
        deleted=True,
    )


async def prioritise(
    session: Session, actor: Actor, numbers: Iterable[int], priority: int | None, *, now: dt.datetime
) -> Change:
    """Set the priority of tasks: 1 (urgent) to 4 (none, as is None). Raises Invalid."""
    value = checks.priority(priority)
    return await _apply(
        session, actor, numbers, now, Outcome.UPDATED, lambda locked: replace(locked.row, priority=value)
    )


async def tag(
    session: Session,
    actor: Actor,
    numbers: Iterable[int],
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    now: dt.datetime,
) -> Change:
    """Add tags to tasks and take others off, `#` or not, in any case. Raises Invalid."""
    new, old = checks.tags(add), checks.tags(remove)

    def alter(locked: Locked) -> Stored:
        kept = [word for word in locked.row.tags if word not in old]
        return replace(locked.row, tags=checks.tags([*kept, *new]))

    return await _apply(session, actor, numbers, now, Outcome.UPDATED, alter)


async def snooze(
    session: Session,
    actor: Actor,
    numbers: Iterable[int],
    until: dt.datetime,
    *,
    now: dt.datetime,
    ids: Sequence[int] = (),
) -> Change:
    """Remind of open tasks at `until`, an aware instant. Neither the due date nor the series moves.

    Raises Invalid when that has passed.
    """
    checks.instant(until)
    if until <= now:
        raise Invalid("That time has passed already. When shall I remind you instead?")
    return await _apply(
        session,
        actor,
        numbers,
        now,
        Outcome.SNOOZED,
        lambda locked: snoozed(locked.row, until) if locked.row.open else locked.row,
        ids=ids,
    )


async def _apply(
    session: Session,
    actor: Actor,
    numbers: Iterable[int],
    now: dt.datetime,
    action: Outcome,
    alter: Callable[[Locked], Stored],
    *,
    same: Outcome = Outcome.UNCHANGED,
    ids: Sequence[int] = (),
    deleted: bool = False,
) -> Change:
    """Lock the tasks, alter each, and write those that differ then: at most two statements."""
    wanted, impossible = checks.numbers(numbers)
    locked = await store.lock(session, actor, wanted, ids, deleted=deleted) if wanted else []
    altered = [(one.row, planned(one.row, alter(one), actor, now)) for one in locked]
    changed = [(before, after) for before, after in altered if before != after]
    saved = await store.save(session, actor, changed, now, action=action) if changed else ()
    rows = {row.number: row for row in (*(one.row for one in locked), *saved)}
    return Change(
        action=action if saved else same,
        tasks=tuple(rows[number].task(actor, now) for number in wanted if number in rows),
        change=saved[0].change if saved else None,
        missing=tuple(number for number in wanted if number not in rows) + impossible,
        unchanged=tuple(before.number for before, after in altered if before == after),
    )


def _completed(row: Stored, now: dt.datetime) -> Stored:
    if row.recurrence is not None and row.due is not None:
        following = advance(row.recurrence, row.due, now=now, from_completion=row.recurs_from_completion)
        if following is not None:
            due, rule = following
            return replace(due_at(row, due), recurrence=rule, last_done_at=now)
    return replace(row, completed_at=now)


def _skipped(row: Stored, now: dt.datetime) -> Stored:
    if row.recurrence is None or row.due is None:
        raise Invalid(f"#{row.number} doesn't repeat, so there is no next one to skip to.")
    following = advance(row.recurrence, row.due, now=now, from_completion=False)
    if following is None:
        raise Invalid(
            f"#{row.number} has no date after this one. `done {row.number}` or `delete {row.number}` ends it."
        )
    due, rule = following
    return replace(due_at(row, due), recurrence=rule)


def _just_moved_on(locked: Locked, now: dt.datetime, action: Outcome = Outcome.COMPLETED) -> bool:
    """Tell whether this completion was sent twice, and the other one has moved the series on."""
    if locked.last_action != action or locked.last_at is None or locked.row.recurrence is None:
        return False
    return locked.overtaken or abs(now - locked.last_at) < DOUBLE_CLICK
