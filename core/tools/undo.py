"""The tool that takes changes back, and does them again."""

from __future__ import annotations

from core import intents
from core.tools._results import done, failed
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
    return await done(turn, intents.Redo() if arguments.redo else intents.Undo(arguments.change))


TOOL = define(
    undo,
    Undo,
    Facts(
        "Take back the last change wherever it was made, or the one numbered change; redo: do it again.",
        CHANGE,
        destructive=True,
    ),
)
