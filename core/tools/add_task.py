"""The tool that adds tasks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.reminder_phrases import asked
from core.tasks import NewTask, add
from core.tools._english import in_english
from core.tools._results import changed
from core.tools.context import TurnContext
from core.tools.shapes import CHANGE
from core.tools.tool import MOST_AT_ONCE, Arguments, Facts, Listed, define
from core.when import When, repeating


class TaskToAdd(Arguments):
    """One task to add."""

    title: str
    notes: str | None = None
    due: str | None = Field(None, description="ISO or English: 'friday 5pm'")
    recurrence: str | None = Field(None, description="English or RRULE")
    priority: int | None = Field(None, ge=1, le=4, description="1 urgent, 4 none")
    tags: Annotated[list[str], Listed] | None = None
    remind: str | None = Field(None, description="English: 'an hour before', 'at 3 and at 5', 'never'")


class AddTask(Arguments):
    """The tasks to add."""

    tasks: Annotated[list[TaskToAdd], Listed] = Field(min_length=1, max_length=MOST_AT_ONCE)

    @property
    def makes(self) -> int:
        """How many tasks it adds."""
        return len(self.tasks)


async def add_task(turn: TurnContext, arguments: AddTask) -> str:
    """Add tasks."""
    with in_english(turn, *(phrase for task in arguments.tasks for phrase in (task.due, task.recurrence, task.remind))):
        new = [_new(turn, task) for task in arguments.tasks]
    async with turn.database.transaction() as session:
        change = await add(session, turn.actor, new, now=turn.now)
    return changed(turn, change)


def _new(turn: TurnContext, task: TaskToAdd) -> NewTask:
    when: When | None = None
    if task.recurrence or task.due:
        actor = turn.actor
        when = repeating(task.due, task.recurrence, now=turn.now, locale=actor.locale, morning=actor.morning)
    due, recurrence = (when.due, when.recurrence) if when else (None, None)
    remind = asked(task.remind, due, recurrence, turn.actor, turn.now)
    return NewTask(
        title=task.title,
        notes=task.notes or None,
        due=due,
        recurrence=recurrence,
        recurs_from_completion=when.from_completion if when else False,
        priority=task.priority or 4,
        tags=tuple(tag.lstrip("#") for tag in task.tags or ()),
        remind_at=remind.at,
        remind_also=remind.also,
        remind_before=remind.before,
        source=turn.source,
        source_shared=turn.shared,
    )


TOOL = define(
    add_task,
    AddTask,
    Facts(
        "Add tasks, several in one call. Dates in English or ISO; the result shows what they were resolved to.",
        CHANGE,
    ),
)
