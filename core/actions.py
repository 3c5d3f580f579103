"""What a button, a menu, a modal or a reaction does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from core.chat import Action, ActionName, Part, fingerprint
from core.commands.request import Request
from core.commands.run import forget_me
from core.edits import Edit, change_tasks, remind_at
from core.errors import Invalid, NotFound
from core.preferences import prefer
from core.receipts import preferences, receipt
from core.reminder_phrases import asked
from core.tasks import NewTask, add, complete, delete, last_change, redo, reopen, restore, skip, snooze, undo
from core.when import repeating, time_of_day

_EMPTIED = ("notes", "due", "recurrence", "priority", "tags", "remind")
"""Fields that a form may leave empty."""
_SWITCH = {"on": True, "off": False}
_MOST_DIGITS = 6
_OPERATIONS = {
    ActionName.DONE: complete,
    ActionName.SKIP: skip,
    ActionName.REOPEN: reopen,
    ActionName.DELETE: delete,
    ActionName.RESTORE: restore,
}
_WITHOUT_TASKS = (ActionName.ADD, ActionName.UNDO, ActionName.REDO, ActionName.PREFERENCES, ActionName.FORGET_ME)


async def perform(request: Request, action: Action) -> list[Part]:
    """Do what was pressed, in one transaction, and return the receipt: on a stale card it tells what is now true.

    Raises:
        TaskBotError: with a sentence for the person; nothing was changed.
    """
    if not action.numbers and action.name not in _WITHOUT_TASKS:
        raise Invalid("I can't tell which task that is for. Say it in words, for example `done 12`.")
    match action.name:
        case ActionName.ADD:
            return [await _add(request, action)]
        case ActionName.PREFERENCES:
            return [await _prefer(request, action.fields)]
        case ActionName.FORGET_ME:
            return await forget_me(request)
        case ActionName.UNDO:
            change = action.change
            if change is None and action.numbers:
                change = await _last_change(request, action.numbers, action.ids)
            result = await request.database.write(lambda session: undo(session, request.actor, change, now=request.now))
            return [receipt(result)]
        case ActionName.REDO:
            result = await request.database.write(lambda session: redo(session, request.actor, now=request.now))
            return [receipt(result)]
        case ActionName.DONE | ActionName.SKIP | ActionName.REOPEN | ActionName.DELETE | ActionName.RESTORE:
            operation = _OPERATIONS[action.name]
            result = await request.database.write(
                lambda session: operation(session, request.actor, action.numbers, now=request.now, ids=action.ids)
            )
            return [receipt(result, pressed=bool(action.ids))]
        case ActionName.SNOOZE:
            return [await _snooze(request, action)]
        case ActionName.NOT_A_DATE:
            edits = [Edit(number=number, clear=frozenset({"due"})) for number in action.numbers]
        case ActionName.EDIT:
            edits = [_edit(number, touched(action.fields, action.before), action.before) for number in action.numbers]
    edited = await change_tasks(request.database, request.actor, edits, now=request.now, ids=action.ids)
    return [receipt(edited, pressed=bool(action.ids))]


async def _add(request: Request, action: Action) -> Part:
    """Add what a form says. The title is taken as it is: the form has shown what was read out of the words."""
    said = _said(action.fields)
    if "title" not in said:
        raise Invalid("A task needs a title: what is to be done?")
    actor, now = request.actor, request.now
    when = repeating(said.get("due"), said.get("recurrence"), now=now, locale=actor.locale, morning=actor.morning)
    due = when.onto(None, now) if when and when.due else None
    recurrence = when.recurrence if when else None
    remind = asked(said.get("remind"), due, recurrence, actor, now)
    new = NewTask(
        title=said["title"],
        notes=said.get("notes"),
        due=due,
        recurrence=recurrence,
        recurs_from_completion=when.from_completion if when else False,
        priority=_priority(said) or 4,
        tags=_tags(said) or (),
        remind_at=remind.at,
        remind_also=remind.also,
        remind_before=remind.before,
        source=action.link,
    )
    result = await request.database.write(lambda session: add(session, actor, [new], now=now))
    return receipt(result)


async def _prefer(request: Request, fields: Mapping[str, str]) -> Part:
    said = _said(fields)
    morning = time_of_day(said["morning"], now=request.now, locale=request.actor.locale) if "morning" in said else None
    async with request.database.transaction() as session:
        actor = await prefer(
            session,
            request.actor,
            timezone=said.get("timezone"),
            morning=morning,
            digest=_switch(said),
            reminder_lead_minutes=_minutes(said),
            now=request.now,
        )
    return preferences(actor, request.now, whole=True)


async def _snooze(request: Request, action: Action) -> Part:
    """Remind later of what is still to be done; of anything else say that it is done."""
    until = remind_at(_said(action.fields).get("until", "in 1 hour"), request.actor, request.now)
    change = await request.database.write(
        lambda session: snooze(session, request.actor, action.numbers, until, now=request.now, ids=action.ids)
    )
    told = [f"#{task.number} is done already." for task in change.tasks if task.done]
    shown = receipt(change, pressed=bool(action.ids))
    return dataclasses.replace(shown, detail=" ".join([*told, shown.detail or ""]).strip()) if told else shown


async def _last_change(request: Request, numbers: Sequence[int], ids: Sequence[int]) -> int:
    """The change that made these tasks what they are, for the undo of a card that doesn't know it."""
    change = await request.database.read(lambda session: last_change(session, request.actor, numbers, ids))
    if change is None:
        raise NotFound("There is nothing to undo here any more.")
    return change


def touched(fields: Mapping[str, str], before: Mapping[str, str]) -> Mapping[str, str]:
    """The fields that are not as the form showed them, by its fingerprints: the others stay as they are now."""
    return {name: value for name, value in fields.items() if before.get(name) != fingerprint(value)}


def _edit(number: int, fields: Mapping[str, str], before: Mapping[str, str]) -> Edit:
    """A form's fields as a person left them: an empty one empties the field, a missing one leaves it."""
    said = _said(fields)
    if "title" in fields and "title" not in said:
        raise Invalid("A task needs a title: what is to be done?")
    return Edit(
        number=number,
        title=said.get("title"),
        notes=said.get("notes"),
        due=said.get("due"),
        due_whole=True,
        recurrence=said.get("recurrence"),
        priority=_priority(said),
        tags=_tags(said),
        remind=said.get("remind"),
        clear=frozenset(name for name in _EMPTIED if name in fields and name not in said),
        shown={name: kept for name, kept in before.items() if name in fields},
    )


def _said(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold something."""
    return {name: value.strip() for name, value in fields.items() if value.strip()}


def _priority(said: Mapping[str, str]) -> int | None:
    """1 to 4, as `2` or `p2`."""
    if "priority" not in said:
        return None
    level = said["priority"].lower().removeprefix("p")
    if level not in ("1", "2", "3", "4"):
        raise Invalid(f"A priority goes from 1 (urgent) to 4 (none); “{said['priority'][:20]}” is neither.")
    return int(level)


def _switch(said: Mapping[str, str]) -> bool | None:
    if "digest" not in said:
        return None
    if said["digest"].lower() not in _SWITCH:
        raise Invalid(f"The digest can be on or off; “{said['digest'][:20]}” is neither.")
    return _SWITCH[said["digest"].lower()]


def _minutes(said: Mapping[str, str]) -> int | None:
    if "lead" not in said:
        return None
    lead = said["lead"]
    if not (lead.isascii() and lead.isdecimal() and len(lead) <= _MOST_DIGITS):
        raise Invalid(f"Reminders come some minutes before, from 0 to a week; “{lead[:20]}” is no number of minutes.")
    return int(lead)


def _tags(said: Mapping[str, str]) -> tuple[str, ...] | None:
    return tuple(tag.lstrip("#") for tag in said["tags"].replace(",", " ").split()) if "tags" in said else None
