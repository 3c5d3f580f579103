"""The form of a task (https://docs.discord.com/developers/components/reference#label): five fields, as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adapters.discord.render.components import INPUT, LABEL, Component
from adapters.shared.wording import short
from core.chat import Task, fingerprints, form_fields

_MOST = 4_000
"""Characters that a field takes."""
_FIELDS = ("title", "notes", "due", "recurrence", "priority", "tags")
_FINGERPRINT = 4
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
            _field("notes", "Notes", filled["notes"], long=True),
        ],
    }


def fields(submitted: Mapping[str, str]) -> dict[str, str]:
    """A submitted form as the fields of an `Action`."""
    told = {name: value.strip() for name, value in submitted.items()}
    if "labels" in told:
        told |= _labels(told.pop("labels"))
    if "due" in told:
        told["due"] = _LOCAL_TIME.sub(r"\1T\2", told["due"])
    return told


def shown(task: Task) -> str:
    """The fingerprints of a task's fields, as its form's id keeps them."""
    kept = fingerprints(form_fields(task))
    return "".join(kept[name] for name in _FIELDS)


def before(shown_: str) -> dict[str, str]:
    """The fingerprints that a form's id keeps, for `Action.before`; none for an id of another kind."""
    if len(shown_) != _FINGERPRINT * len(_FIELDS):
        return {}
    parts = (shown_[index : index + _FINGERPRINT] for index in range(0, len(shown_), _FINGERPRINT))
    return dict(zip(_FIELDS, parts, strict=True))


def typed(components: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """The texts of a submission by their field's name."""
    found: dict[str, str] = {}
    for label in components:
        inner = label.get("component")
        if isinstance(inner, Mapping):
            found[str(inner.get("custom_id"))] = str(inner.get("value") or "")
    return found


def _filled(task: Task) -> dict[str, str]:
    told = form_fields(task)
    marks = [f"p{task.priority}"] if task.priority < 4 else []
    return {
        "title": told["title"],
        "due": told["due"].replace("T", " "),
        "recurrence": told["recurrence"],
        "labels": " ".join([*marks, *(f"#{tag}" for tag in task.tags)]),
        "notes": told["notes"],
    }


def _labels(text: str) -> dict[str, str]:
    found = _PRIORITY.search(text)
    words = _PRIORITY.sub(" ", text).replace(",", " ").split()
    return {"priority": found[1] if found else "4", "tags": ", ".join(word.lstrip("#") for word in words)}


def _field(
    name: str, label: str, filled: str, *, hint: str = "", most: int = _MOST, required: bool = False, long: bool = False
) -> Component:
    field: Component = {
        "type": INPUT, "custom_id": name, "style": 2 if long else 1, "required": required, "max_length": most,
    }  # fmt: skip
    if filled:
        field["value"] = filled[:most]
    told: Component = {"type": LABEL, "label": label, "component": field}
    return {**told, "description": hint} if hint else told
