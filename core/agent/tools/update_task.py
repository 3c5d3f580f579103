"""The tool that changes tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.agent.context import TurnContext
from core.agent.tools._define import MOST_AT_ONCE, Arguments, Listed, define
from core.agent.tools._results import changed
from core.edits import Edit, change_tasks

ClearedField = Literal["notes", "due", "recurrence", "priority", "tags"]


class TaskChange(Arguments):
    """What changes of one task; leave out what stays."""

    number: int
    title: str | None = None
    notes: str | None = None
    due: str | None = Field(
        None, description="ISO, or the person's phrase; a time alone keeps the day, a day alone keeps the time"
    )
    recurrence: str | None = Field(None, description="Phrase or RRULE")
    priority: int | None = Field(None, ge=1, le=4)
    tags: Annotated[list[str], Listed] | None = Field(None, description="Replaces all; '+x' adds, '-x' removes one")
    remind: str | None = Field(
        None,
        description="When to remind: 'in 2 hours', 'at 3 and again at 5', 'an hour before', 'never'; moves no due date",
    )
    clear: Annotated[list[ClearedField], Listed] | None = Field(None, description="Fields to empty")


class UpdateTask(Arguments):
    """The changes, each of one task."""

    changes: Annotated[list[TaskChange], Listed] = Field(min_length=1, max_length=MOST_AT_ONCE)


async def update_task(turn: TurnContext, arguments: UpdateTask) -> str:
    """Change the author's tasks: rename, reschedule, prioritise, tag, annotate, or empty fields."""
    edits = [_edit(change) for change in arguments.changes]
    change = await change_tasks(turn.database, turn.actor, edits, known=turn.open_tasks, now=turn.now)
    return changed(turn, change)


def _edit(change: TaskChange) -> Edit:
    return Edit(
        number=change.number,
        title=change.title,
        notes=change.notes,
        due=change.due,
        recurrence=change.recurrence,
        priority=change.priority,
        tags=None if change.tags is None else tuple(change.tags),
        remind=change.remind,
        clear=frozenset(change.clear or ()),
    )


TOOL = define(update_task, UpdateTask)
