"""The tool that takes changes back, and does them again."""

from __future__ import annotations

from core.tasks import redo
from core.tasks import undo as undo_change
from core.tools._results import changed, failed
from core.tools.context import TurnContext
from core.tools.openly import NOT_TAKEN_BACK, takes_back
from core.tools.shapes import CHANGE
from core.tools.tool import Arguments, Facts, define


class Undo(Arguments):
    """Which change."""

    change: int | None = None
    redo: bool | None = None


async def undo(turn: TurnContext, arguments: Undo) -> str:
    """Undo (or redo) the last change."""
    if not takes_back(turn):
        return failed(NOT_TAKEN_BACK)
    async with turn.database.transaction() as session:
        if arguments.redo:
            change = await redo(session, turn.actor, now=turn.now)
        else:
            change = await undo_change(session, turn.actor, arguments.change, now=turn.now)
    return changed(turn, change)


TOOL = define(
    undo,
    Undo,
    Facts(
        "Take back the last change wherever it was made, or the one numbered change; redo: do it again.",
        CHANGE,
        destructive=True,
    ),
)
