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


async def delete_task(turn: TurnContext, arguments: DeleteTask) -> str:
    """Delete tasks."""
    tasks = await turn.database.read(lambda session: get(session, turn.actor, arguments.numbers, now=turn.now))
    if (asked := ask_before_deleting(turn, tasks)) is not None:
        return said(result=asked)
    async with turn.database.transaction() as session:
        change = await delete(session, turn.actor, arguments.numbers, now=turn.now)
    return changed(turn, change)


TOOL = define(delete_task, DeleteTask)
