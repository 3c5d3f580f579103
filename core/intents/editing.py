"""Editing tasks: date phrases resolved onto what each task was, and applied as one committed change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypedDict

from core.errors import Invalid
from core.intents.request import Request
from core.intents.values import Edit, Numbers
from core.model import Due, Outcome, Task
from core.quickadd import resolve_offset
from core.reminder_phrases import is_lead, reminding
from core.tasks import UNSET, Change, TaskChanges, Unset, get, update
from core.users import Actor
from core.when import When, repeating, resolve


async def edit_tasks(request: Request, edits: Sequence[Edit]) -> Change:
    """Apply the edits as one change, in one transaction; each names its tasks by number.

    Raises:
        Invalid: a phrase is no date, or a value breaks a rule; nothing was changed.
        Conflict: somebody has changed what a form showed; nothing was changed.
    """
    single = [(number, _settled(request, edit)) for edit in edits for number in _numbers(edit).numbers]
    before = await _before(request, single)
    changes = [_resolved(request, number, edit, before.get(number)) for number, edit in single]
    ids = _numbers(edits[0]).ids
    change = await request.database.write(
        lambda session: update(session, request.actor, changes, now=request.now, ids=ids)
    )
    if change.action == Outcome.UPDATED and all(_snoozes(edit) for edit in edits):
        return dataclasses.replace(change, action=Outcome.SNOOZED)
    return change


def _numbers(edit: Edit) -> Numbers:
    if not isinstance(edit.target, Numbers):
        raise TypeError("an edit's words are resolved to numbers before it is applied")
    return edit.target


def _settled(request: Request, edit: Edit) -> Edit:
    """Decide an unquoted `change 3 to …`: a date moves the task, anything else is its new title."""
    if edit.title_or_due is None:
        return edit
    try:
        resolve(edit.title_or_due, now=request.now, locale=request.actor.locale)
    except Invalid:
        return dataclasses.replace(edit, title=edit.title_or_due, title_or_due=None)
    return dataclasses.replace(edit, due=edit.title_or_due, title_or_due=None)


def _snoozes(edit: Edit) -> bool:
    """Whether all it says is when to remind."""
    return edit.remind is not None and not is_lead(edit.remind) and edit == Edit(edit.target, remind=edit.remind)


async def _before(request: Request, edits: Sequence[tuple[int, Edit]]) -> Mapping[int, Task]:
    """The tasks as they were, for edits whose result depends on it."""
    tasks = {task.number: task for task in request.open_tasks}
    unknown = [number for number, edit in edits if _depends(edit) and number not in tasks]
    if unknown:
        read = await request.database.read(lambda session: get(session, request.actor, unknown, now=request.now))
        tasks |= {task.number: task for task in read}
    return tasks


def _depends(edit: Edit) -> bool:
    return any(phrase is not None for phrase in (edit.due, edit.recurrence, edit.remind)) or any(
        tag[:1] in "+-" for tag in edit.tags or ()
    )


def _resolved(request: Request, number: int, edit: Edit, before: Task | None) -> TaskChanges:
    actor, now = request.actor, request.now
    shift = resolve_offset(edit.due) if edit.due else None
    phrase = None if shift else edit.due
    when = repeating(phrase, edit.recurrence, now=now, locale=actor.locale, morning=actor.morning)
    cleared = edit.clear
    due = _due(when, None if edit.due_whole else before, now)
    return TaskChanges(
        number=number,
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
