"""The tool that tells how the week was."""

from __future__ import annotations

from core.chat import Text
from core.intents.reviews import review
from core.tasks import week
from core.tools._results import said
from core.tools.context import TurnContext
from core.tools.shapes import WEEK
from core.tools.tool import Arguments, Facts, define


class ReviewWeek(Arguments):
    """Nothing to choose."""


async def review_week(turn: TurnContext, arguments: ReviewWeek) -> str:
    """Show the last and next 7 days."""
    found = await turn.database.read(lambda session: week(session, turn.actor, now=turn.now))
    turn.show(Text(f"\n\n{review(found)}\n\n"))
    done = {day.isoformat(): count for day, count in found.done}
    return said(done=done, added=found.added, overdue=found.overdue, due_in_seven_days=found.ahead)


TOOL = define(
    review_week,
    ReviewWeek,
    Facts("What was done on each of the last 7 days, and what lies ahead.", WEEK, read_only=True, idempotent=True),
)
