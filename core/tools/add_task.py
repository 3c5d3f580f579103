"""The tool that adds tasks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.intents.values import Addition, AddTasks
from core.tools._english import in_english
from core.tools._results import done
from core.tools.context import TurnContext
from core.tools.shapes import CHANGE
from core.tools.tool import MOST_AT_ONCE, Arguments, Facts, Listed, define


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
        return await done(turn, AddTasks(tuple(_addition(task) for task in arguments.tasks)))


def _addition(task: TaskToAdd) -> Addition:
    return Addition(
        title=task.title,
        notes=task.notes or None,
        due=task.due or None,
        recurrence=task.recurrence,
        priority=task.priority,
        tags=tuple(tag.lstrip("#") for tag in task.tags or ()),
        remind=task.remind,
    )


TOOL = define(
    add_task,
    AddTask,
    Facts(
        "Add tasks, several in one call. Dates in English or ISO; the result shows what they were resolved to.",
        CHANGE,
    ),
)
