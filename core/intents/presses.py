"""From a button, a menu, a form or a reaction to what it asks for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.chat import Action, ActionName, fingerprint
from core.errors import Invalid
from core.intents.values import (
    Addition,
    AddTasks,
    Complete,
    Delete,
    Edit,
    ForgetMe,
    Intent,
    Numbers,
    Prefer,
    Redo,
    Reopen,
    Restore,
    Skip,
    Snooze,
    Undo,
)

_EMPTIED = ("notes", "due", "recurrence", "priority", "tags", "remind")
"""Fields that a form may leave empty."""
_SWITCH = {"on": True, "off": False}
_MOST_DIGITS = 6
_ON_TASKS: Mapping[ActionName, Callable[[Numbers], Intent]] = {
    ActionName.DONE: Complete,
    ActionName.SKIP: Skip,
    ActionName.REOPEN: Reopen,
    ActionName.DELETE: Delete,
    ActionName.RESTORE: Restore,
}
_WITHOUT_TASKS = (ActionName.ADD, ActionName.UNDO, ActionName.REDO, ActionName.PREFERENCES, ActionName.FORGET_ME)


def intent_of(action: Action) -> Intent:
    """What was pressed asks for. Raises Invalid where a field can't be used."""
    if not action.numbers and action.name not in _WITHOUT_TASKS:
        raise Invalid("I can't tell which task that is for. Say it in words, for example `done 12`.")
    match action.name:
        case ActionName.ADD:
            return AddTasks((_addition(_filled(action.fields), action.link),))
        case ActionName.PREFERENCES:
            return _preferences(_filled(action.fields))
        case ActionName.FORGET_ME:
            return ForgetMe(confirmed=True)
        case ActionName.UNDO:
            unnamed = action.change is None and action.numbers
            return Undo(action.change, Numbers(action.numbers, action.ids) if unnamed else None)
        case ActionName.REDO:
            return Redo()
        case _:
            return _of_tasks(action, Numbers(action.numbers, action.ids))


def _of_tasks(action: Action, target: Numbers) -> Intent:
    match action.name:
        case ActionName.SNOOZE:
            return Snooze(target, _filled(action.fields).get("until", "in 1 hour"))
        case ActionName.NOT_A_DATE:
            return Edit(target, clear=frozenset({"due"}))
        case ActionName.EDIT:
            return _edit(target, touched(action.fields, action.before), action.before)
        case name:
            return _ON_TASKS[name](target)


def touched(fields: Mapping[str, str], before: Mapping[str, str]) -> Mapping[str, str]:
    """The fields that are not as the form showed them, by its fingerprints: the others stay as they are now."""
    return {name: value for name, value in fields.items() if before.get(name) != fingerprint(value)}


def _addition(filled: Mapping[str, str], link: str | None) -> Addition:
    """The title is taken as it is: the form has shown what was read out of the words."""
    if "title" not in filled:
        raise Invalid("A task needs a title: what is to be done?")
    return Addition(
        title=filled["title"],
        notes=filled.get("notes"),
        due=filled.get("due"),
        recurrence=filled.get("recurrence"),
        priority=_priority(filled),
        tags=_tags(filled) or (),
        remind=filled.get("remind"),
        link=link,
    )


def _edit(target: Numbers, fields: Mapping[str, str], before: Mapping[str, str]) -> Edit:
    """A form's fields as a person left them: an empty one empties the field, a missing one leaves it."""
    filled = _filled(fields)
    if "title" in fields and "title" not in filled:
        raise Invalid("A task needs a title: what is to be done?")
    return Edit(
        target,
        title=filled.get("title"),
        notes=filled.get("notes"),
        due=filled.get("due"),
        due_whole=True,
        recurrence=filled.get("recurrence"),
        priority=_priority(filled),
        tags=_tags(filled),
        remind=filled.get("remind"),
        clear=frozenset(name for name in _EMPTIED if name in fields and name not in filled),
        shown={name: value for name, value in before.items() if name in fields},
    )


def _preferences(filled: Mapping[str, str]) -> Prefer:
    return Prefer(
        timezone=filled.get("timezone"), morning=filled.get("morning"), digest=_switch(filled), lead=_minutes(filled)
    )


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold something."""
    return {name: value.strip() for name, value in fields.items() if value.strip()}


def _priority(filled: Mapping[str, str]) -> int | None:
    """1 to 4, as `2` or `p2`."""
    if "priority" not in filled:
        return None
    level = filled["priority"].lower().removeprefix("p")
    if level not in ("1", "2", "3", "4"):
        raise Invalid(f"A priority goes from 1 (urgent) to 4 (none); “{filled['priority'][:20]}” is neither.")
    return int(level)


def _switch(filled: Mapping[str, str]) -> bool | None:
    if "digest" not in filled:
        return None
    if filled["digest"].lower() not in _SWITCH:
        raise Invalid(f"The digest can be on or off; “{filled['digest'][:20]}” is neither.")
    return _SWITCH[filled["digest"].lower()]


def _minutes(filled: Mapping[str, str]) -> int | None:
    if "lead" not in filled:
        return None
    lead = filled["lead"]
    if not (lead.isascii() and lead.isdecimal() and len(lead) <= _MOST_DIGITS):
        raise Invalid(f"Reminders come some minutes before, from 0 to a week; “{lead[:20]}” is no number of minutes.")
    return int(lead)


def _tags(filled: Mapping[str, str]) -> tuple[str, ...] | None:
    return tuple(tag.lstrip("#") for tag in filled["tags"].replace(",", " ").split()) if "tags" in filled else None
