"""The tool that skips one date of a repeating task."""

from __future__ import annotations

from core.intents.values import Numbers, Skip
from core.tools._results import done
from core.tools.context import TurnContext
from core.tools.shapes import CHANGE
from core.tools.tool import Arguments, Facts, TaskNumbers, define


class SkipTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return self.numbers


async def skip_task(turn: TurnContext, arguments: SkipTask) -> str:
    """Skip a repetition."""
    return await done(turn, Skip(Numbers(tuple(arguments.numbers))))


TOOL = define(skip_task, SkipTask, Facts("Move repeating tasks on to their next date without completing them.", CHANGE))
