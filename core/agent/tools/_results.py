"""What a tool tells the model: always what the database now holds, as compact JSON."""

from __future__ import annotations

import json
from typing import Any

from core.agent.context import TurnContext
from core.chat import Task, TaskPage
from core.receipts import receipt
from core.tasks import Change


def failed(sentence: str) -> str:
    """A sentence that says what went wrong and what to do next."""
    return _json({"error": sentence})


def said(**facts: object) -> str:
    """Plain facts."""
    return _json(facts)


def changed(turn: TurnContext, change: Change) -> str:
    """Show the change's receipt to the person, and tell the model the rows as they are now."""
    turn.show(receipt(change))
    told: dict[str, Any] = {"result": change.action, "tasks": [_told(task) for task in change.tasks]}
    if change.change is not None:
        told["change"] = change.change
    if change.missing:
        told["not_found"] = list(change.missing)
    return _json(told)


def page(shown: TaskPage) -> str:
    """A page of tasks, and how many there are in all."""
    told: dict[str, Any] = {"total": shown.total, "tasks": [_told(task) for task in shown.tasks]}
    if shown.pages > 1:
        told |= {"page": shown.query.page, "pages": shown.pages}
    return _json(told)


def _told(task: Task) -> dict[str, Any]:
    """One task, without what is empty."""
    told: dict[str, Any] = {"number": task.number, "title": task.title}
    if task.due:
        told |= {"due": str(task.due), "weekday": f"{task.due.date:%a}", "zone": task.due.zone}
    if task.overdue:
        told["overdue"] = True
    if task.recurrence:
        told["recurrence"] = task.recurrence
    if task.priority < 4:
        told["priority"] = task.priority
    if task.tags:
        told["tags"] = list(task.tags)
    if task.notes:
        told["notes"] = task.notes
    if task.remind_at:
        told["remind_at"] = task.remind_at.isoformat(timespec="minutes")
    if task.completed_at:
        told["completed_at"] = task.completed_at.isoformat(timespec="minutes")
    if task.deleted_at:
        told["deleted"] = True
    return told


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
