"""Tasks as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

from core.model import Task

_COLUMNS = (
    "number", "title", "notes", "due_date", "due_time", "zone", "repeats", "priority", "tags", "remind_at",
    "created_at", "completed_at", "source",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(tasks: Sequence[Task], now: dt.datetime) -> str:
    """A row of headings, then one a task; rows end with CR LF.

    What a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection").
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(_COLUMNS)
    rows.writerows([_harmless(cell) for cell in _row(task)] for task in tasks)
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
