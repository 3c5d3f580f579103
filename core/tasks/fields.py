"""From what people ask for to the columns of a row, checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from core.errors import Invalid
from core.model import Due
from core.quickadd import Offset, QuickAddError
from core.tasks import checks
from core.tasks.recurrence import canonical, first
from core.tasks.reminding import next_reminder
from core.tasks.stored import Stored
from core.tasks.values import NewTask, TaskChanges, Unset
from core.users.actor import Actor


def new_row(task: NewTask, actor: Actor, now: dt.datetime) -> dict[str, object]:
    """Return the columns of a new task. Raises Invalid."""
    due, recurrence = _series(task.recurrence, checks.due(task.due), actor, now)
    at, *also = checks.instants((task.remind_at, *task.remind_also)) or (None,)
    columns: dict[str, Any] = {
        "title": checks.title(task.title),
        "notes": checks.notes(task.notes),
        "priority": checks.priority(task.priority),
        "tags": checks.tags(task.tags),
        **due_columns(due),
        "recurrence": recurrence,
        "recurs_from_completion": task.recurs_from_completion and recurrence is not None,
        "remind_at": at,
        "remind_also": tuple(also),
        "remind_before": checks.leads(task.remind_before),
        "source": checks.source(task.source),
        "source_shared": task.source_shared,
    }
    row = Stored(id=0, number=0, change=None, created_at=now, **columns)
    return {**columns, "next_reminder_at": next_reminder(row, actor, now, fresh=True)}


def changed_row(row: Stored, changes: TaskChanges, actor: Actor, now: dt.datetime) -> Stored:
    """Return the row with the changes made. A new due date takes the reminder of the old one away. Raises Invalid."""
    if not isinstance(changes.title, Unset):
        title = checks.title(changes.title)
        # nobody has said the new one where the source leads
        row = replace(row, title=title, source_shared=row.source_shared and title == row.title)
    if not isinstance(changes.notes, Unset):
        row = replace(row, notes=checks.notes(changes.notes))
    if not isinstance(changes.priority, Unset):
        row = replace(row, priority=checks.priority(changes.priority))
    if not isinstance(changes.tags, Unset):
        row = replace(row, tags=checks.tags(changes.tags))
    row = _reschedule(row, changes, actor, now)
    if not isinstance(changes.remind_before, Unset):
        row = replace(row, remind_before=checks.leads(changes.remind_before))
    if not isinstance(changes.remind_at, Unset) or not isinstance(changes.remind_also, Unset):
        at = row.remind_at if isinstance(changes.remind_at, Unset) else changes.remind_at
        more = () if isinstance(changes.remind_also, Unset) else changes.remind_also
        at, *also = checks.instants((at, *more)) or (None,)
        row = replace(row, remind_at=at, remind_also=tuple(also))
    return row


def due_at(row: Stored, due: Due | None) -> Stored:
    """Return the row due then; where that is another moment than before, without the reminders of the old one."""
    if row.due == due:
        return row
    columns = due_columns(due)
    return replace(row, **columns, remind_at=None, remind_also=())  # type: ignore[arg-type]


def snoozed(row: Stored, until: dt.datetime) -> Stored:
    """Return the row to be reminded of at that instant, and not before it; reminders asked for later stay."""
    return replace(row, remind_at=until, remind_also=tuple(at for at in row.remind_also if at > until))


def due_columns(due: Due | None) -> dict[str, object]:
    """Return the three columns of a wall clock."""
    if due is None:
        return {"due_date": None, "due_time": None, "due_zone": None}
    return {"due_date": due.date, "due_time": due.time, "due_zone": due.zone}


def _reschedule(row: Stored, changes: TaskChanges, actor: Actor, now: dt.datetime) -> Stored:
    due = row.due if isinstance(changes.due, Unset) else checks.due(changes.due)
    if changes.shift is not None:
        due = checks.due(_shifted(row, changes.shift))
    rule = row.recurrence
    if not isinstance(changes.recurrence, Unset):
        due, rule = _series(changes.recurrence, due, actor, now)
    elif due is None:
        rule = None
    from_completion = row.recurs_from_completion
    if not isinstance(changes.recurs_from_completion, Unset):
        from_completion = changes.recurs_from_completion
    row = due_at(replace(row, recurrence=rule if due else None), due)
    return replace(row, recurs_from_completion=from_completion and rule is not None)


def _shifted(row: Stored, shift: Offset) -> Due:
    """Return the due date so much later. Raises Invalid for a task that has none to count from."""
    if row.due is None:
        raise Invalid(f"#{row.number} has no date yet to count from. Say when instead: `move {row.number} to friday`.")
    try:
        return shift.after(row.due)
    except QuickAddError as error:
        raise Invalid(f"#{row.number} can't move so far: {error}") from error


def _series(text: str | None, due: Due | None, actor: Actor, now: dt.datetime) -> tuple[Due | None, str | None]:
    """Return the due date and the rule that go together."""
    if not text or not text.strip():
        return due, None
    start = due or first(text, now=now, zone=actor.timezone)
    rule, start = canonical(text, start)
    return start, rule
