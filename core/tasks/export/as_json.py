"""Tasks as JSON: everything there is, in a shape that can be read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from core.model import Task
from core.tasks.values import ZoneDays

VERSION = 1


class Json:
    """`{"version": 1, "exported_at": instant, "tasks": [{number, title, …}, …]}`.

    `due` is `{"date", "time", "zone"}`: a wall clock, `time` null for the whole day. `recurrence` is an RFC 5545 RRULE
    value, EXDATE lines may follow. Instants are ISO 8601 with their offset. What is empty is null or an empty list.
    Each task is a line of its own.
    """

    name = "tasks.json"
    media_type = "application/json"

    def __init__(self) -> None:
        self._between = ""

    def begin(self, now: dt.datetime, zones: Sequence[ZoneDays]) -> str:
        """Up to the first task."""
        return f'{{"version": {VERSION}, "exported_at": "{_instant(now)}", "tasks": [\n'

    def add(self, tasks: Sequence[Task]) -> str:
        """A line each."""
        rows = ",\n".join(json.dumps(_told(task), ensure_ascii=False) for task in tasks)
        between, self._between = self._between if tasks else "", ",\n" if tasks else self._between
        return f"{between}{rows}"

    def end(self) -> str:
        """Close what is open."""
        return "\n]}\n"


def _told(task: Task) -> dict[str, object]:
    due = task.due
    return {
        "number": task.number,
        "title": task.title,
        "notes": task.notes,
        "due": {
            "date": due.date.isoformat(),
            "time": f"{due.time:%H:%M}" if due.time else None,
            "zone": due.zone,
        }
        if due
        else None,
        "recurrence": task.recurrence,
        "recurs_from_completion": task.recurs_from_completion,
        "priority": task.priority,
        "tags": list(task.tags),
        "remind_at": _instant(task.remind_at),
        "source": task.source,
        "created_at": _instant(task.created_at),
        "completed_at": _instant(task.completed_at),
    }


def _instant(at: dt.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
