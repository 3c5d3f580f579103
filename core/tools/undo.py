"""The tool that takes changes back, and does them again."""

from __future__ import annotations

from core import intents
from core.tools._results import done, failed
from core.tools.context import TurnContext
from core.tools.openly import NOT_TAKEN_BACK, takes_back
from core.tools.tool import Arguments, define


class Undo(Arguments):
    """Which change."""

    change: int | None = None
    redo: bool | None = None


async def undo(turn: TurnContext, arguments: Undo) -> str:
    """Undo (or redo) the last change."""
    if not takes_back(turn):
        return failed(NOT_TAKEN_BACK)
    return await done(turn, intents.Redo() if arguments.redo else intents.Undo(arguments.change))


TOOL = define(undo, Undo)
