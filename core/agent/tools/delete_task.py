"""The tool that deletes tasks."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, TaskNumbers, define
from core.agent.tools._results import changed
from core.tasks import delete


class DeleteTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers


async def delete_task(turn: TurnContext, arguments: DeleteTask) -> str:
    """Delete tasks."""
    async with turn.database.transaction() as session:
        change = await delete(session, turn.actor, arguments.numbers, now=turn.now)
    return changed(turn, change)


TOOL = define(delete_task, DeleteTask)
