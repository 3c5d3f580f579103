"""Two people, or two devices, at the form of one task: nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Conflict
from core.model import Task, fingerprint, form_fields

_NAMES = {
    "title": "title",
    "notes": "notes",
    "due": "date",
    "recurrence": "repetition",
    "priority": "priority",
    "tags": "tags",
}
_LONGEST = 80


def unmoved(shown: Mapping[str, str], before: Task, after: Task) -> None:
    """Check that each field which a form changes is still as the form showed it, by its fingerprint, or is so already.

    Raises Conflict, which names what each of the others has become.
    """
    if not shown:
        return
    now, then = form_fields(before), form_fields(after)
    moved = [
        f"its {_NAMES[name]} is now {_quoted(now[name])}"
        for name, kept in shown.items()
        if name in now and fingerprint(now[name]) != kept and now[name] != then[name]
    ]
    if moved:
        listed = " and ".join(moved)
        raise Conflict(f"#{before.number} was changed after this form was opened: {listed}. Nothing was saved.")


def _quoted(value: str) -> str:
    line = " ".join(value.split())
    return f"“{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}”" if line else "empty"
