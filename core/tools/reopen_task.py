"""The tool that reopens tasks, and brings deleted ones back."""

from __future__ import annotations

from core.intents.values import Numbers, Reopen, Restore
from core.tools._results import changed, receipt_of
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
    tasks = Numbers(tuple(arguments.numbers))
    receipt = await receipt_of(turn, Reopen(tasks))
    if receipt.missing and not receipt.tasks:
        receipt = await receipt_of(turn, Restore(tasks))
    return changed(turn, receipt)


TOOL = define(
    reopen_task,
    ReopenTask,
    Facts("Reopen completed tasks, or bring deleted ones back, by number.", CHANGE, idempotent=True),
)
