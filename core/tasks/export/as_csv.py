"""Tasks as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

from core.model import Task
from core.tasks.values import ZoneDays

_COLUMNS = (
    "number", "title", "notes", "due_date", "due_time", "zone", "repeats", "priority", "tags", "remind_at",
    "created_at", "completed_at", "source",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Csv:
    """A row of headings, then one a task; rows end with CR LF.

    What a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection").
    """

    name = "tasks.csv"
    media_type = "text/csv"

    def begin(self, now: dt.datetime, zones: Sequence[ZoneDays]) -> str:
        """The headings."""
        return _written([_COLUMNS])

    def add(self, tasks: Sequence[Task]) -> str:
        """A row each."""
        return _written([_harmless(cell) for cell in _row(task)] for task in tasks)

    def end(self) -> str:
        """Nothing."""
        return ""


def _written(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _row(task: Task) -> list[str]:
    due = task.due
    return [
        str(task.number),
        task.title,
        task.notes or "",
        due.date.isoformat() if due else "",
        f"{due.time:%H:%M}" if due and due.time else "",
        due.zone if due else "",
        task.repeats or "",
        str(task.priority),
        " ".join(task.tags),
        _instant(task.remind_at),
        _instant(task.created_at),
        _instant(task.completed_at),
        task.source or "",
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _instant(at: dt.datetime | None) -> str:
    return at.isoformat(sep=" ", timespec="seconds") if at else ""
