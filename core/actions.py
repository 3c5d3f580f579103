"""What a button, a menu, a modal or a reaction does."""

from __future__ import annotations

from collections.abc import Mapping

from core.chat import Action, ActionName, Part
from core.commands.run import Request
from core.edits import Edit, change_tasks
from core.receipts import receipt
from core.tasks import complete, delete, reopen, undo

_FIELDS = ("title", "notes", "due", "recurrence", "priority", "tags")


async def perform(request: Request, action: Action) -> list[Part]:
    """Do what was pressed, in one transaction, and return the receipt: on a stale card it tells what is now true.

    Raises:
        TaskBotError: with a sentence for the person; nothing was changed.
    """
    match action.name:
        case ActionName.UNDO:
            async with request.database.transaction() as session:
                return [receipt(await undo(session, request.actor, action.change, now=request.now))]
        case ActionName.DONE | ActionName.REOPEN | ActionName.DELETE:
            operation = {ActionName.DONE: complete, ActionName.REOPEN: reopen, ActionName.DELETE: delete}[action.name]
            async with request.database.transaction() as session:
                return [receipt(await operation(session, request.actor, action.numbers, now=request.now))]
        case ActionName.SNOOZE:
            until = action.fields.get("until", "in 1 hour")
            edits = [Edit(number=number, remind=until) for number in action.numbers]
        case ActionName.NOT_A_DATE:
            edits = [Edit(number=number, clear=frozenset({"due"})) for number in action.numbers]
        case ActionName.EDIT:
            edits = [_edit(number, action.fields) for number in action.numbers]
    return [receipt(await change_tasks(request.database, request.actor, edits, now=request.now))]


def _edit(number: int, fields: Mapping[str, str]) -> Edit:
    """A modal's fields as a person left them: an empty one empties the field, a missing one leaves it."""
    emptied = frozenset(name for name in _FIELDS[1:] if name in fields and not fields[name].strip())
    said = {name: value.strip() for name, value in fields.items() if value.strip()}
    return Edit(
        number=number,
        title=said.get("title"),
        notes=said.get("notes"),
        due=said.get("due"),
        recurrence=said.get("recurrence"),
        priority=int(said["priority"]) if said.get("priority", "").isdecimal() else None,
        tags=tuple(said["tags"].replace(",", " ").split()) if "tags" in said else None,
        clear=emptied,
    )
