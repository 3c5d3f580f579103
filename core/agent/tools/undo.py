"""The tool that takes changes back, and does them again."""

from __future__ import annotations

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, define
from core.agent.tools._openly import NOT_TAKEN_BACK, takes_back
from core.agent.tools._results import changed, failed
from core.tasks import redo
from core.tasks import undo as undo_change


class Undo(Arguments):
    """Which change."""

    change: int | None = None
    redo: bool | None = None


async def undo(turn: TurnContext, arguments: Undo) -> str:
    """Undo (or redo) the last change."""
    if not takes_back(turn):
        return failed(NOT_TAKEN_BACK)
    if arguments.redo:
        change = await turn.database.write(lambda session: redo(session, turn.actor, now=turn.now))
    else:
        change = await turn.database.write(
            lambda session: undo_change(session, turn.actor, arguments.change, now=turn.now)
        )
    return changed(turn, change)


TOOL = define(undo, Undo)
