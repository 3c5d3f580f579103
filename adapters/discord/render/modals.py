"""The form of a task (https://docs.discord.com/developers/components/reference#label): five fields, as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adapters.discord.render.components import INPUT, LABEL, Component
from adapters.shared.wording import short
from core.chat import Task

_MOST_NOTES = 4_000
_MOST_TITLE = 500
_PRIORITY = re.compile(r"(?:^|[\s,])p([1-4])(?=$|[\s,])", re.IGNORECASE)
_LOCAL_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)")


def task_form(task: Task, custom_id: str, title: str) -> dict[str, object]:
    """The form, filled in."""
    filled = _filled(task)
    return {
        "custom_id": custom_id,
        "title": short(title, 45),
        "components": [
            _field("title", "What is to be done", filled["title"], most=_MOST_TITLE, required=True),
            _field("due", "When", filled["due"], hint="friday 9am · 1 dec · in two weeks; empty: no date"),
            _field("recurrence", "Repeats", filled["recurrence"], hint="every monday · every 1st · every 3 days"),
            _field("labels", "Priority and tags", filled["labels"], hint="p1 #home #garden"),
            _field("notes", "Notes", filled["notes"], most=_MOST_NOTES, long=True),
        ],
    }


def fields(submitted: Mapping[str, str], task: Task | None) -> dict[str, str]:
    """A submitted form as the fields of an `Action`: of a task that is edited, only what differs from it."""
    before = _filled(task) if task else {}
    said = {name: value.strip() for name, value in submitted.items()}
    changed = {name: value for name, value in said.items() if task is None or value != before.get(name, "")}
    if "labels" in changed:
        changed |= _labels(changed.pop("labels"))
    if "due" in changed:
        changed["due"] = _LOCAL_TIME.sub(r"\1T\2", changed["due"])
    return changed


def typed(components: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """The texts of a submission by their field's name."""
    found: dict[str, str] = {}
    for label in components:
        inner = label.get("component")
        if isinstance(inner, Mapping):
            found[str(inner.get("custom_id"))] = str(inner.get("value") or "")
    return found


def _filled(task: Task) -> dict[str, str]:
    due = task.due
    marks = [f"p{task.priority}"] if task.priority < 4 else []
    return {
        "title": task.title,
        "due": str(due).replace("T", " ") if due else "",
        "recurrence": task.repeats or "",
        "labels": " ".join([*marks, *(f"#{tag}" for tag in task.tags)]),
        "notes": task.notes or "",
    }


def _labels(text: str) -> dict[str, str]:
    found = _PRIORITY.search(text)
    words = _PRIORITY.sub(" ", text).replace(",", " ").split()
    return {"priority": found[1] if found else "4", "tags": ", ".join(word.lstrip("#") for word in words)}


def _field(
    name: str, label: str, filled: str, *, hint: str = "", most: int = 300, required: bool = False, long: bool = False
) -> Component:
    field: Component = {
        "type": INPUT, "custom_id": name, "style": 2 if long else 1, "required": required, "max_length": most,
    }  # fmt: skip
    if filled:
        field["value"] = filled[:most]
    told: Component = {"type": LABEL, "label": label, "component": field}
    return {**told, "description": hint} if hint else told
