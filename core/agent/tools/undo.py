"""The tool that takes changes back, and does them again."""

from __future__ import annotations

from pydantic import Field

from core.agent.context import TurnContext
from core.agent.tools._define import Arguments, define
from core.agent.tools._results import changed
from core.tasks import redo
from core.tasks import undo as undo_change


class Undo(Arguments):
    """Which change."""

    change: int | None = Field(None, description="The change's id from a tool result; leave out for the last change")
    redo: bool | None = Field(None, description="Do again what was undone last")


async def undo(turn: TurnContext, arguments: Undo) -> str:
    """Undo the author's last change, or the given one, for all tasks it touched."""
    async with turn.database.transaction() as session:
        if arguments.redo:
            change = await redo(session, turn.actor, now=turn.now)
        else:
            change = await undo_change(session, turn.actor, arguments.change, now=turn.now)
    return changed(turn, change)


TOOL = define(undo, Undo)
