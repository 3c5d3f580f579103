"""The tool that deletes tasks."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, TaskNumbers, define
from core.agent.tools._openly import ask_before_deleting
from core.agent.tools._results import changed, said
from core.tasks import delete, get


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
    change = await turn.database.write(lambda session: delete(session, turn.actor, arguments.numbers, now=turn.now))
    return changed(turn, change)


TOOL = define(delete_task, DeleteTask)
