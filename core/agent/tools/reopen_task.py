"""The tool that reopens tasks, and brings deleted ones back."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, TaskNumbers, define
from core.agent.tools._results import changed
from core.tasks import reopen, restore


class ReopenTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return self.numbers


async def reopen_task(turn: TurnContext, arguments: ReopenTask) -> str:
    """Reopen or restore tasks."""
    change = await turn.database.write(lambda session: reopen(session, turn.actor, arguments.numbers, now=turn.now))
    if change.missing and not change.tasks:
        change = await turn.database.write(
            lambda session: restore(session, turn.actor, arguments.numbers, now=turn.now)
        )
    return changed(turn, change)


TOOL = define(reopen_task, ReopenTask)
