"""The form of one task: filled in with all that it holds, and read for what the person has touched.

See https://docs.slack.dev/surfaces/modals. A text input takes 3,000 characters and notes may be longer: long ones have
two. What the form showed is kept as fingerprints in its `private_metadata`, of 3,000 characters too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from adapters.slack.render.blocks import Block, option, plain, select
from adapters.slack.render.inputs import LONGEST, VALUE, field_block, picker, private, text_input, values
from core.chat import Task, fingerprint, fingerprints, form_fields

TASK_FORM = "task_form"
_EMPTY = fingerprint("")
_NOTES, _MORE_NOTES = "notes", "more_notes"
_PLAIN: tuple[str, ...] = ("title", "recurrence", "priority", "tags", "remind")
_PRIORITIES = (("1", "p1, urgent"), ("2", "p2"), ("3", "p3"), ("4", "none"))
_SHOWN, _BEFORE, _JOINT = "shown", "before", "joint"
"""In the private metadata: fingerprints of what the form showed; of what was there when a conflict was told, by which
saving again overwrites; and what stood between the two halves of the notes."""


def task_form(task: Task, kept: Mapping[str, object], *, new: bool) -> Block:
    """The form of one task, filled in. `kept` comes back with the submission, beside what was filled in."""
    filled = form_fields(task)
    day, _, time = filled["due"].partition("T")
    halves, joint = _halves(filled[_NOTES])
    told = {**kept, **({_JOINT: joint} if joint else {}), **({} if new else {_SHOWN: fingerprints(filled)})}
    more = text_input(halves[1], multiline=True)
    return {
        "type": "modal",
        "callback_id": TASK_FORM,
        "title": plain("New task" if new else f"Task #{task.number}", 24),
        "submit": plain("Add" if new else "Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps(told, separators=(",", ":")),
        "blocks": [
            field_block("title", "What is to be done", text_input(filled["title"], most=500), optional=False),
            field_block("due", "Date", picker("datepicker", "initial_date", day)),
            field_block("time", "Time", picker("timepicker", "initial_time", time), hint="Empty: the whole day"),
            field_block(
                "recurrence",
                "Repeats",
                text_input(filled["recurrence"]),
                hint="every monday · every 1st at 9am · every 3 days",
            ),
            field_block("remind", "Remind me", text_input("", most=100), hint=_reminding(task)),
            field_block("priority", "Priority", _priority(filled["priority"])),
            field_block("tags", "Tags", text_input(filled["tags"]), hint="home, garden"),
            field_block(_NOTES, "Notes", text_input(halves[0], multiline=True)),
            *([field_block(_MORE_NOTES, "Notes, continued", more)] if halves[1] else []),
        ],
    }


def task_fields(view: Mapping[str, object]) -> dict[str, str]:
    """A submitted form as the fields of an `Action`: of a task that is edited, only what the person touched.

    Date and time are one field, `due`: `2026-12-01`, `2026-12-01T09:00`, or empty.
    """
    typed = _typed(view)
    shown = _texts(private(view), _SHOWN)
    if not shown:
        return typed
    # `remind` is always shown empty
    return {
        name: value
        for name, value in typed.items()
        if (value if name == "remind" else fingerprint(value) != shown.get(name))
    }


def task_before(view: Mapping[str, object]) -> dict[str, str]:
    """Fingerprints of the fields as the person knows them, for `Action.before`: shown, or told of after a conflict."""
    kept = private(view)
    return _texts(kept, _SHOWN) | _texts(kept, _BEFORE)


def conflicting(view: Mapping[str, object], now: Task) -> Mapping[str, object]:
    """The submitted form, which knows what the touched fields hold now, so that saving again overwrites knowingly.

    The same view where none of them has changed since it was shown.
    """
    fresh, known = fingerprints(form_fields(now)), task_before(view)
    news = {name: fresh[name] for name in task_fields(view) if name in fresh and fresh[name] != known.get(name)}
    if not news:
        return view
    kept = private(view)
    told = {**kept, _BEFORE: {**_texts(kept, _BEFORE), **news}}
    return {**view, "private_metadata": json.dumps(told, separators=(",", ":"))}


def _typed(view: Mapping[str, object]) -> dict[str, str]:
    given, kept = values(view), private(view)
    fields: dict[str, str] = {name: given[name] for name in _PLAIN if name in given}
    day, time = given.get("due", ""), given.get("time", "")
    if "due" in given or "time" in given:
        dated = _texts(kept, _SHOWN).get("due", _EMPTY) != _EMPTY
        # whoever takes the date away means no time without a day
        fields["due"] = f"{day}T{time}" if day and time else day or ("" if dated else time)
    if _NOTES in given:
        joint = kept.get(_JOINT)
        halves = [half for half in (given[_NOTES], given.get(_MORE_NOTES, "")) if half.strip()]
        fields[_NOTES] = (joint if isinstance(joint, str) else "").join(halves)
    return fields


def _halves(notes: str) -> tuple[tuple[str, str], str]:
    """Notes as two inputs take them, and what stood between the halves: a line's end, a space, or nothing."""
    if len(notes) <= LONGEST:
        return (notes, ""), ""
    for joint in ("\n", " "):
        cut = notes.rfind(joint, LONGEST // 2, LONGEST)
        if cut > 0:
            return (notes[:cut], notes[cut + 1 :]), joint
    return (notes[:LONGEST], notes[LONGEST:]), ""


def _priority(filled: str) -> Block:
    options = [option(label, value) for value, label in _PRIORITIES]
    return select("none", VALUE, options, next((one for one in options if one["value"] == filled), None))


def _reminding(task: Task) -> str:
    if task.remind_at:
        return (
            f"Now set for {task.remind_at:%a} {task.remind_at.day} {task.remind_at:%b %H:%M}; in 2 hours · tomorrow 9am"
        )
    return "in 2 hours · tomorrow 9am; empty leaves it as it is"


def _texts(kept: Mapping[str, object], name: str) -> dict[str, str]:
    told = kept.get(name)
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, Mapping) else {}
