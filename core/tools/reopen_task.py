"""The tool that reopens tasks, and brings deleted ones back."""

from __future__ import annotations

from core.tasks import reopen, restore
from core.tools._results import changed
from core.tools.context import TurnContext
from core.tools.shapes import CHANGE
from core.tools.tool import Arguments, Facts, TaskNumbers, define


class ReopenTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return self.numbers


async def reopen_task(turn: TurnContext, arguments: ReopenTask) -> str:
    """Reopen or restore tasks."""
    async with turn.database.transaction() as session:
        change = await reopen(session, turn.actor, arguments.numbers, now=turn.now)
        if change.missing and not change.tasks:
            change = await restore(session, turn.actor, arguments.numbers, now=turn.now)
    return changed(turn, change)


TOOL = define(
    reopen_task,
    ReopenTask,
    Facts("Reopen completed tasks, or bring deleted ones back, by number.", CHANGE, idempotent=True),
)
