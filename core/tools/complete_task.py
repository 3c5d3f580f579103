"""The tool that completes tasks."""

from __future__ import annotations

from core.intents.values import Complete, Numbers
from core.tools._results import done
from core.tools.context import TurnContext
from core.tools.shapes import CHANGE
from core.tools.tool import Arguments, Facts, TaskNumbers, define


class CompleteTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return self.numbers


async def complete_task(turn: TurnContext, arguments: CompleteTask) -> str:
    """Complete; repeating tasks move on."""
    return await done(turn, Complete(Numbers(tuple(arguments.numbers))))


TOOL = define(
    complete_task, CompleteTask, Facts("Complete tasks by number. A repeating task moves on to its next date.", CHANGE)
)
