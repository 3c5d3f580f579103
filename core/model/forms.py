"""The fields of a task's form, and how a form remembers what it showed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from core.model.tasks import Task

_BYTES = 3


def form_fields(task: Task) -> dict[str, str]:
    """A task as a form shows it and `Action.fields` takes it: every field whole, an empty one as an empty text.

    `due` is `2026-12-01` or `2026-12-01T09:00`, on the clock of the task's own zone; `tags` are joined by `, `.
    """
    return {
        "title": task.title,
        "notes": task.notes or "",
        "due": str(task.due) if task.due else "",
        "recurrence": task.repeats or "",
        "priority": str(task.priority),
        "tags": ", ".join(task.tags),
    }


def fingerprint(value: str) -> str:
    """Four characters that tell a field's value from another one, whatever a platform does to its line ends."""
    plain = "\n".join(line.rstrip() for line in value.strip().splitlines())
    return base64.urlsafe_b64encode(hashlib.blake2b(plain.encode(), digest_size=_BYTES).digest()).decode()


def fingerprints(fields: Mapping[str, str]) -> dict[str, str]:
    """What a form keeps of the fields it shows, for `Action.before`."""
    return {name: fingerprint(value) for name, value in fields.items()}
