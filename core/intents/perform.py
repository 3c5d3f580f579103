"""The one place where what is asked for is done: an intent becomes an operation, and a receipt or a list."""

from __future__ import annotations

from dataclasses import replace

from core.chat import Part, Receipt, Text
from core.commands.help import HELP
from core.commands.settle import dont_understand
from core.errors import NotFound
from core.intents.adding import add_tasks
from core.intents.editing import edit_tasks, remind_at
from core.intents.own_data import export, forget_me, set_preferences
from core.intents.receipts import receipt
from core.intents.request import Request
from core.intents.reviews import review
from core.intents.showing import show
from core.intents.targets import OnTasks, task_numbers
from core.intents.values import (
    Add,
    AddLines,
    AddTasks,
    Complete,
    Delete,
    Edit,
    EditEach,
    Export,
    Forget,
    ForgetMe,
    Help,
    Intent,
    New,
    Numbers,
    Prefer,
    Redo,
    Reopen,
    Restore,
    Review,
    Show,
    Skip,
    Snooze,
    Undo,
    Unknown,
)
from core.model import Status
from core.reminder_phrases import is_lead, moments
from core.tasks import complete, delete, last_change, redo, reopen, restore, skip, snooze, undo, week

_OPERATIONS = {Complete: complete, Skip: skip, Reopen: reopen, Delete: delete, Restore: restore}


async def perform(request: Request, intent: Intent) -> list[Part]:
    """Do what is asked for, a change in one transaction, and return what to show.

    Raises:
        TaskBotError: with a sentence for the person; nothing was changed.
    """
    parts = await _performed(request, intent)
    for part in parts:
        if isinstance(part, Receipt):
            request.learn(part.tasks)
    return parts


async def _performed(request: Request, intent: Intent) -> list[Part]:
    match intent:
        case Add() | AddLines() | AddTasks():
            return [await add_tasks(request, intent)]
        case Show():
            shown = await show(request, intent)
            if not shown.page.total and intent.query.text and intent.query.status is Status.ALL:
                raise NotFound(f"I found no task about “{intent.query.text[:80]}”.")
            return [shown]
        case Complete() | Skip() | Reopen() | Delete() | Restore() | Edit() | Snooze():
            return [await _act(request, intent, await task_numbers(request, intent))]
        case EditEach(edits):
            return [receipt(await edit_tasks(request, edits))]
        case Undo() | Redo():
            return [await _take_back(request, intent)]
        case Prefer():
            return [await set_preferences(request, intent)]
        case Export():
            return await export(request, intent)
        case ForgetMe():
            return await forget_me(request, intent)
        case _:
            return [await _tell(request, intent)]


async def _tell(request: Request, intent: Intent) -> Text:
    match intent:
        case Review():
            return Text(
                review(await request.database.read(lambda session: week(session, request.actor, now=request.now)))
            )
        case Help():
            return Text(HELP)
        case New() | Forget():
            return Text("That ends the conversation of a thread. Here there is none.")
        case Unknown(text):
            return Text(dont_understand(text))
    raise TypeError(f"no way to do {type(intent).__name__}")


async def _act(request: Request, intent: OnTasks, target: Numbers) -> Receipt:
    """Do something to tasks; on a stale card it tells what is now true."""
    if isinstance(intent, Snooze):
        return await _snooze(request, intent, target)
    if isinstance(intent, Edit):
        change = await edit_tasks(request, [replace(intent, target=target)])
    else:
        operation = _OPERATIONS[type(intent)]
        change = await request.database.write(
            lambda session: operation(session, request.actor, target.numbers, now=request.now, ids=target.ids)
        )
    return receipt(change, pressed=bool(target.ids))


async def _snooze(request: Request, intent: Snooze, target: Numbers) -> Receipt:
    """Remind later of what is still to be done; of anything else say that it is done."""
    if is_lead(intent.when) or len(moments(intent.when)) > 1:
        return await _act(request, Edit(target, remind=intent.when), target)
    until = remind_at(intent.when, request.actor, request.now)
    change = await request.database.write(
        lambda session: snooze(session, request.actor, target.numbers, until, now=request.now, ids=target.ids)
    )
    shown = receipt(change, pressed=bool(target.ids))
    done = [f"#{task.number} is done already." for task in change.tasks if task.done]
    return replace(shown, detail=" ".join([*done, shown.detail or ""]).strip()) if done else shown


async def _take_back(request: Request, intent: Undo | Redo) -> Receipt:
    if isinstance(intent, Redo):
        return receipt(await request.database.write(lambda session: redo(session, request.actor, now=request.now)))
    which = await _last_change(request, intent.of) if intent.of else intent.change
    return receipt(await request.database.write(lambda session: undo(session, request.actor, which, now=request.now)))


async def _last_change(request: Request, tasks: Numbers) -> int:
    """The change that made these tasks what they are, for the undo of a card that doesn't know it."""
    change = await request.database.read(lambda session: last_change(session, request.actor, tasks.numbers, tasks.ids))
    if change is None:
        raise NotFound("There is nothing to undo here any more.")
    return change
