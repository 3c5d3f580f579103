"""The tool that deletes tasks."""

from __future__ import annotations

from core.intents.values import Delete, Numbers
from core.tasks import get
from core.tools._results import done, said
from core.tools.context import TurnContext
from core.tools.openly import ask_before_deleting
from core.tools.shapes import CHANGE
from core.tools.tool import Arguments, Facts, TaskNumbers, define


class DeleteTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def makes(self) -> int:
        """How many tasks it deletes; whether the author has named them is asked below."""
        return len(self.numbers)


async def delete_task(turn: TurnContext, arguments: DeleteTask) -> str:
    """Delete tasks."""
    tasks = await turn.database.read(lambda session: get(session, turn.actor, arguments.numbers, now=turn.now))
    if (asked := await ask_before_deleting(turn, tasks)) is not None:
        return said(result=asked)
    return await done(turn, Delete(Numbers(tuple(arguments.numbers))))


TOOL = define(
    delete_task,
    DeleteTask,
    Facts("Delete tasks by number; undo brings them back.", CHANGE, destructive=True, idempotent=True),
)
