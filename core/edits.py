"""Changes of tasks as people and models write them, with date phrases, turned into one committed change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from core.chat import Due, Task
from core.database import Database
from core.errors import Invalid
from core.quickadd import resolve_offset
from core.reminder_phrases import is_lead, reminding
from core.tasks import UNSET, Change, TaskChanges, Unset, get, update
from core.users import Actor
from core.when import When, repeating, resolve


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes of one task; `None` leaves a field as it is."""

    number: int
    title: str | None = None
    notes: str | None = None
    due: str | None = None
    """A date phrase or ISO: a time alone keeps the day, a day alone the time. `2 days later`, `1 hour earlier` and
    `+1 week` count from the date the task has."""
    due_whole: bool = False
    """`due` is all there is, as a form has it: a day alone means the whole day."""
    recurrence: str | None = None
    """A phrase or an RRULE."""
    priority: int | None = None
    tags: tuple[str, ...] | None = None
    """Replaces all tags; entries that begin with + or - add or remove one."""
    remind: str | None = None
    """When to remind, which moves neither the due date nor the series: `at 3 and again at 5`, `an hour before`."""
    clear: frozenset[str] = frozenset()
    """Names of fields to empty: notes, due, recurrence, priority, tags, remind."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of these fields as a form showed them: what has become something else since is not overwritten."""


async def change_tasks(
    database: Database,
    actor: Actor,
    edits: Sequence[Edit],
    *,
    now: dt.datetime,
    known: Sequence[Task] = (),
    ids: Sequence[int] = (),
) -> Change:
    """Apply the edits as one change, in one transaction; with `ids` only to tasks that are among them.

    `known` are tasks read earlier in this turn: they spare a statement where an edit depends on what the task was.

    Raises:
        Invalid: a phrase is no date, or a value breaks a rule; nothing was changed.
        Conflict: somebody has changed what a form showed; nothing was changed.
    """
    before = await _before(database, actor, edits, now=now, known=known)
    changes = [_resolved(edit, before.get(edit.number), actor, now) for edit in edits]
    change = await database.write(lambda session: update(session, actor, changes, now=now, ids=ids))
    if change.action == "updated" and all(_snoozes(edit) for edit in edits):
        return dataclasses.replace(change, action="snoozed")
    return change


def _snoozes(edit: Edit) -> bool:
    """Whether all it says is when to remind."""
    return edit.remind is not None and not is_lead(edit.remind) and edit == Edit(edit.number, remind=edit.remind)


async def _before(
    database: Database, actor: Actor, edits: Sequence[Edit], *, now: dt.datetime, known: Sequence[Task]
) -> Mapping[int, Task]:
    """The tasks as they were, for edits whose result depends on it."""
    found = {task.number: task for task in known}
    unknown = [edit.number for edit in edits if _depends(edit) and edit.number not in found]
    if unknown:
        read = await database.read(lambda session: get(session, actor, unknown, now=now))
        found |= {task.number: task for task in read}
    return found


def _depends(edit: Edit) -> bool:
    return any(phrase is not None for phrase in (edit.due, edit.recurrence, edit.remind)) or any(
        tag[:1] in "+-" for tag in edit.tags or ()
    )


def _resolved(edit: Edit, before: Task | None, actor: Actor, now: dt.datetime) -> TaskChanges:
    shift = resolve_offset(edit.due) if edit.due else None
    phrase = None if shift else edit.due
    when = repeating(phrase, edit.recurrence, now=now, locale=actor.locale, morning=actor.morning)
    cleared = edit.clear
    due = _due(when, None if edit.due_whole else before, now)
    return TaskChanges(
        number=edit.number,
        title=edit.title if edit.title else UNSET,
        notes=None if "notes" in cleared else UNSET if edit.notes is None else edit.notes,
        due=None if "due" in cleared else due,
        shift=shift,
        recurrence=None if "recurrence" in cleared else when.recurrence if when and when.recurrence else UNSET,
        recurs_from_completion=when.from_completion if when and when.recurrence else UNSET,
        priority=None if "priority" in cleared else UNSET if edit.priority is None else edit.priority,
        tags=() if "tags" in cleared else UNSET if edit.tags is None else _tags(edit.tags, before),
        shown=edit.shown,
        **_reminders(edit, before, due, actor, now),
    )


class _Reminders(TypedDict, total=False):
    """The fields of `TaskChanges` that say when to remind."""

    remind_at: dt.datetime | None
    remind_also: tuple[dt.datetime, ...]
    remind_before: tuple[int, ...] | None


def _reminders(edit: Edit, before: Task | None, due: Due | Unset | None, actor: Actor, now: dt.datetime) -> _Reminders:
    if "remind" in edit.clear:
        return {"remind_at": None}
    if edit.remind is None:
        return {}
    kept = before.due if before else None
    asked = reminding(edit.remind, kept if isinstance(due, Unset) else due, actor, now)
    if is_lead(edit.remind):
        # what was asked for by name goes, or `no reminder` would still bring one
        return {"remind_at": None, "remind_before": asked.before}
    if asked.at is None:
        return {"remind_before": asked.before}
    return {"remind_at": asked.at, "remind_also": asked.also}


def _due(when: When | None, before: Task | None, now: dt.datetime) -> Due | Unset | None:
    """The new due date; a repetition given alone starts its series anew."""
    if when is None or when.due is None:
        return UNSET
    return when.onto(before.due if before else None, now)


def _tags(said: Sequence[str], before: Task | None) -> tuple[str, ...]:
    """All tags from now on: those said, or those there were with the +ones and without the -ones."""
    if not any(tag[:1] in "+-" for tag in said):
        return tuple(tag.lstrip("#") for tag in said)
    tags = dict.fromkeys(before.tags if before else ())
    for tag in said:
        name = tag.lstrip("+-#").lower()
        if tag.startswith("-"):
            tags.pop(name, None)
        else:
            tags[name] = None
    return tuple(tags)


def remind_at(phrase: str, actor: Actor, now: dt.datetime) -> dt.datetime:
    """When to remind; a day without a time means the person's morning. Raises Invalid for the past."""
    due = resolve(phrase, now=now, locale=actor.locale, morning=actor.morning).due
    if due is None:
        raise Invalid(f"I can't tell when “{phrase[:60]}” is. Try “in 2 hours” or “tomorrow 9am”.")
    at = due.at if due.time else dataclasses.replace(due, time=actor.morning).at
    if at <= now:
        raise Invalid("That time has passed already. When shall I remind you instead?")
    return at
