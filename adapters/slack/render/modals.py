"""Forms: a task's fields, preferences, and which conversation to forget (https://docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from adapters.slack.render.blocks import Block, context, option, plain, section, select
from adapters.slack.render.markdown import escape
from core.chat import Preferences, Task

TASK_FORM = "task_form"
PREFERENCES_FORM = "preferences_form"
_PROBLEM = "problem"
_PRIORITIES = (("1", "p1, urgent"), ("2", "p2"), ("3", "p3"), ("4", "none"))
_VALUE = "value"
"""The action id of every input: its block's id says which field it is."""


def task_form(task: Task, private: Mapping[str, object], *, new: bool) -> Block:
    """The form of one task, filled in. `private` comes back with the submission, beside what was filled in."""
    filled = _filled(task)
    kept = dict(private)
    if not new:
        kept["filled"] = {name: filled[name] for name in ("due", "time", "recurrence", "priority", "tags")}
    return {
        "type": "modal",
        "callback_id": TASK_FORM,
        "title": plain("New task" if new else f"Task #{task.number}", 24),
        "submit": plain("Add" if new else "Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps(kept, separators=(",", ":")),
        "blocks": [
            _input("title", "What is to be done", _text(filled["title"], most=500), optional=False),
            _input("due", "Date", _picker("datepicker", "initial_date", filled["due"])),
            _input("time", "Time", _picker("timepicker", "initial_time", filled["time"]), hint="Empty: the whole day"),
            _input(
                "recurrence",
                "Repeats",
                _text(filled["recurrence"], most=300),
                hint="every monday · every 1st at 9am · every 3 days",
            ),
            _input("remind", "Remind me", _text("", most=100), hint=_reminding(task)),
            _input("priority", "Priority", _priority(filled["priority"])),
            _input("tags", "Tags", _text(filled["tags"], most=300), hint="home, garden"),
            _input("notes", "Notes", _text(filled["notes"], most=3000, multiline=True)),
        ],
    }


def task_fields(view: Mapping[str, object]) -> dict[str, str]:
    """A submitted form as the fields of an `Action`: of a task that is edited, only what the person changed.

    Date and time are one field, `due`: `2026-12-01`, `2026-12-01T09:00`, or empty.
    """
    said = {name: _said(state) for name, state in _state(view).items()}
    filled = private(view).get("filled")
    before = filled if isinstance(filled, dict) else {}
    fields: dict[str, str] = {name: said[name] for name in ("title", "notes") if name in said}
    for name in ("recurrence", "priority", "tags"):
        if said.get(name, "") != before.get(name, ""):
            fields[name] = said.get(name, "")
    day, time = said.get("due", ""), said.get("time", "")
    if (day, time) != (before.get("due", ""), before.get("time", "")):
        fields["due"] = f"{day}T{time}" if day and time else day or time
    if said.get("remind"):
        fields["remind"] = said["remind"]
    return fields


def preferences_form(kept: Preferences, private: Mapping[str, object]) -> Block:
    """How a person wants things."""
    switched = [option("On", "on"), option("Off", "off")]
    leads = [
        option(label, str(minutes))
        for minutes, label in (
            (0, "At its time"),
            (10, "10 minutes before"),
            (30, "30 minutes before"),
            (60, "1 hour before"),
            (1440, "1 day before"),
        )
    ]
    lead = next((one for one in leads if one["value"] == str(kept.lead)), leads[0])
    return {
        "type": "modal",
        "callback_id": PREFERENCES_FORM,
        "title": plain("Preferences", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps(dict(private), separators=(",", ":")),
        "blocks": [
            _input(
                "timezone", "Time zone", _text(kept.timezone, most=60), hint="Europe/Berlin, or a city", optional=False
            ),
            _input(
                "morning",
                "My morning begins at",
                _picker("timepicker", "initial_time", f"{kept.morning:%H:%M}"),
                optional=False,
            ),
            _input(
                "digest",
                "Digest each morning",
                select("On or off", _VALUE, switched, switched[0 if kept.digest else 1]),
                optional=False,
            ),
            _input("lead", "Remind me of a task with a time", select("When", _VALUE, leads, lead), optional=False),
        ],
    }


def preferences_fields(view: Mapping[str, object]) -> dict[str, str]:
    """The submitted preferences as the fields of an `Action`."""
    return {name: _said(state) for name, state in _state(view).items() if _said(state)}


def waiting(title: str) -> Block:
    """A form that is still being filled in: Slack wants one within three seconds of the click."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain("Cancel", 24),
        "blocks": [section("One moment…")],
    }


def notice(title: str, sentence: str) -> Block:
    """A form that only says something."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": [section(escape(sentence))],
    }


def with_problem(view: Mapping[str, object], sentence: str) -> Block:
    """The same form with the sentence on top. Slack keeps what was typed, as the inputs keep their ids."""
    blocks = view.get("blocks")
    kept = [block for block in blocks if block.get("block_id") != _PROBLEM] if isinstance(blocks, list) else []
    told = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    warning = context(f":warning: {escape(sentence)}", block_id=_PROBLEM)
    return {**{name: view[name] for name in told if view.get(name)}, "blocks": [warning, *kept]}


def private(view: Mapping[str, object]) -> dict[str, object]:
    """What the bot gave the form to bring back; nothing for a form that isn't its own."""
    try:
        told = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _filled(task: Task) -> dict[str, str]:
    due = task.due
    return {
        "title": task.title,
        "notes": task.notes or "",
        "due": due.date.isoformat() if due else "",
        "time": f"{due.time:%H:%M}" if due and due.time else "",
        "recurrence": task.repeats or "",
        "priority": str(task.priority),
        "tags": ", ".join(task.tags)[:300],
    }


def _reminding(task: Task) -> str:
    if task.remind_at:
        return (
            f"Now set for {task.remind_at:%a} {task.remind_at.day} {task.remind_at:%b %H:%M}; in 2 hours · tomorrow 9am"
        )
    return "in 2 hours · tomorrow 9am; empty leaves it as it is"


def _input(name: str, label: str, element: Block, *, hint: str = "", optional: bool = True) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": plain(label), "element": element, "optional": optional}
    if hint:
        block["hint"] = plain(hint, 150)
    return block


def _text(filled: str, *, most: int, multiline: bool = False) -> Block:
    block: Block = {"type": "plain_text_input", "action_id": _VALUE, "max_length": most, "multiline": multiline}
    if filled:
        block["initial_value"] = filled[:most]
    return block


def _picker(kind: str, field: str, filled: str) -> Block:
    block: Block = {"type": kind, "action_id": _VALUE}
    if filled:
        block[field] = filled
    return block


def _priority(filled: str) -> Block:
    options = [option(label, value) for value, label in _PRIORITIES]
    return select("none", _VALUE, options, next((one for one in options if one["value"] == filled), None))


def _state(view: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The elements' states by field; see `view.state.values` of a submission's payload."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    if not isinstance(values, Mapping):
        return {}
    return {
        str(block): element
        for block, elements in values.items()
        if isinstance(elements, Mapping)
        for element in elements.values()
        if isinstance(element, Mapping)
    }


def _said(element: Mapping[str, object]) -> str:
    """What a person typed or chose."""
    chosen = element.get("selected_option")
    told: Sequence[object] = (
        element.get("value"),
        element.get("selected_date"),
        element.get("selected_time"),
        chosen.get("value") if isinstance(chosen, Mapping) else None,
    )
    return next((one.strip() for one in told if isinstance(one, str)), "")
