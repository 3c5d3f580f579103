"""What a tool tells the model: always what the database now holds, as compact JSON.

Every answer is paid for in each later turn of the talk, so it has what an answer in words needs, and no more.
"""

from __future__ import annotations

import json
from typing import Any

from core.chat import Receipt
from core.intents.perform import perform
from core.intents.values import Intent
from core.model import Outcome, Task, TaskPage
from core.tools.context import TurnContext

_MOST_ROWS = 10
"""Changed tasks that are told with their facts; of the rest the numbers are enough, for the person sees the receipt."""
_LONGEST_NOTES = 120
"""Characters of notes in a list of several tasks."""
_MADE = (
    Outcome.ADDED,
    Outcome.UPDATED,
    Outcome.SNOOZED,
    Outcome.UNDONE,
    Outcome.REDONE,
    Outcome.RESTORED,
)
"""Changes after which the model may be asked what a task is now; after the others its name and next date do."""


def failed(sentence: str) -> str:
    """A sentence that says what went wrong and what to do next."""
    return _json({"error": sentence})


def said(**facts: object) -> str:
    """Plain facts."""
    return _json(facts)


async def done(turn: TurnContext, intent: Intent) -> str:
    """Do it, show its receipt to the person, and tell the model the rows as they are now. Raises TaskBotError."""
    return changed(turn, await receipt_of(turn, intent))


async def receipt_of(turn: TurnContext, intent: Intent) -> Receipt:
    """Do it, and return the one receipt of it, not yet shown."""
    (part,) = await perform(turn, intent)
    if not isinstance(part, Receipt):
        raise TypeError(f"{type(intent).__name__} gives no receipt")
    return part


def changed(turn: TurnContext, receipt: Receipt) -> str:
    """Show the receipt to the person, and tell the model the rows as they are now."""
    turn.show(receipt)
    whole = receipt.action in _MADE
    zone = turn.actor.timezone.key
    rows = [_facts(task, zone, whole=whole) | (_ended(task) if whole else {}) for task in receipt.tasks[:_MOST_ROWS]]
    answer: dict[str, Any] = {"result": receipt.action, "tasks": rows}
    if others := receipt.tasks[_MOST_ROWS:]:
        answer["other_numbers"] = [task.number for task in others]
    if receipt.change is not None:
        answer["change"] = receipt.change
    if receipt.missing:
        answer["not_found"] = list(receipt.missing)
    return _json(answer)


def page(turn: TurnContext, shown: TaskPage) -> str:
    """A page of tasks, and how many there are in all. Notes are whole where the page has one task only."""
    longest = _LONGEST_NOTES if len(shown.tasks) > 1 else None
    rows = [_facts(task, turn.actor.timezone.key, longest=longest) | _ended(task) for task in shown.tasks]
    answer: dict[str, Any] = {"total": shown.total, "tasks": rows}
    if shown.pages > 1:
        answer |= {"page": shown.query.page, "pages": shown.pages}
    return _json(answer)


def _facts(task: Task, zone: str, *, whole: bool = True, longest: int | None = None) -> dict[str, Any]:
    """One task, without what is empty or usual; `zone` is the reader's."""
    facts: dict[str, Any] = {"number": task.number, "title": task.title}
    if task.due and (whole or not task.done):
        facts |= {"due": str(task.due), "weekday": f"{task.due.date:%a}"}
        if task.due.zone != zone:
            facts["zone"] = task.due.zone
    if not whole:
        return facts
    if task.overdue:
        facts["overdue"] = True
    if task.recurrence:
        facts["recurrence"] = task.recurrence
    if task.priority < 4:
        facts["priority"] = task.priority
    if task.tags:
        facts["tags"] = list(task.tags)
    if task.notes:
        facts["notes"] = task.notes if longest is None or len(task.notes) <= longest else task.notes[:longest] + "…"
    if task.remind_at:
        facts["remind_at"] = f"{task.remind_at:%Y-%m-%dT%H:%M}"
    return facts


def _ended(task: Task) -> dict[str, Any]:
    if task.deleted_at:
        return {"deleted": True}
    return {"completed_at": task.completed_at.isoformat(timespec="minutes")} if task.completed_at else {}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
