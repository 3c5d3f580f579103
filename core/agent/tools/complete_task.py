"""The tool that completes tasks."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, TaskNumbers, define
from core.agent.tools._results import changed
from core.tasks import complete


class CompleteTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return self.numbers


async def complete_task(turn: TurnContext, arguments: CompleteTask) -> str:
    """Complete; repeating tasks move on."""
    change = await turn.database.write(lambda session: complete(session, turn.actor, arguments.numbers, now=turn.now))
    return changed(turn, change)


TOOL = define(complete_task, CompleteTask)
