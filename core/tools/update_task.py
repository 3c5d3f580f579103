"""The tool that changes tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.intents.values import Edit, EditEach, Numbers
from core.tools._english import in_english
from core.tools._results import done
from core.tools.context import TurnContext
from core.tools.shapes import CHANGE
from core.tools.tool import MOST_AT_ONCE, Arguments, Facts, Listed, define

ClearedField = Literal["notes", "due", "recurrence", "priority", "tags"]


class TaskChange(Arguments):
    """What changes of one task; leave out what stays."""

    number: int
    title: str | None = None
    notes: str | None = None
    due: str | None = Field(None, description="ISO or English; '+2 days' counts from the due date")
    recurrence: str | None = None
    priority: int | None = Field(None, ge=1, le=4)
    tags: Annotated[list[str], Listed] | None = Field(None, description="'+x' adds, '-x' removes, 'x' replaces")
    remind: str | None = Field(
        None,
        description="English; the date stays",
    )
    clear: Annotated[list[ClearedField], Listed] | None = Field(None)


class UpdateTask(Arguments):
    """The changes, each of one task."""

    changes: Annotated[list[TaskChange], Listed] = Field(min_length=1, max_length=MOST_AT_ONCE)

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return [change.number for change in self.changes]


async def update_task(turn: TurnContext, arguments: UpdateTask) -> str:
    """Change or snooze tasks."""
    edits = tuple(_edit(change) for change in arguments.changes)
    with in_english(turn, *(phrase for edit in edits for phrase in (edit.due, edit.recurrence, edit.remind))):
        return await done(turn, EditEach(edits))


def _edit(change: TaskChange) -> Edit:
    return Edit(
        Numbers((change.number,)),
        title=change.title,
        notes=change.notes,
        due=change.due,
        recurrence=change.recurrence,
        priority=change.priority,
        tags=None if change.tags is None else tuple(change.tags),
        remind=change.remind,
        clear=frozenset(change.clear or ()),
    )


TOOL = define(
    update_task,
    UpdateTask,
    Facts(
        "Change tasks by number, several in one call; only what is given changes. remind snoozes: the date stays.",
        CHANGE,
        destructive=True,
    ),
)
