"""The tool that skips one date of a repeating task."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, TaskNumbers, define
from core.agent.tools._results import changed
from core.tasks import skip


class SkipTask(Arguments):
    """Which tasks."""

    numbers: TaskNumbers

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks it changes."""
        return self.numbers


async def skip_task(turn: TurnContext, arguments: SkipTask) -> str:
    """Skip a repetition."""
    change = await turn.database.write(lambda session: skip(session, turn.actor, arguments.numbers, now=turn.now))
    return changed(turn, change)


TOOL = define(skip_task, SkipTask)
