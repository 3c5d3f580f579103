"""The tool that takes changes back."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, define
from core.agent.tools._results import changed
from core.tasks import undo as undo_change


class Undo(Arguments):
    """Which change."""

    change: int | None = None


async def undo(turn: TurnContext, arguments: Undo) -> str:
    """Undo the last change or this."""
    async with turn.database.transaction() as session:
        change = await undo_change(session, turn.actor, arguments.change, now=turn.now)
    return changed(turn, change)


TOOL = define(undo, Undo)
