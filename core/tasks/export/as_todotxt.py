"""Tasks as todo.txt (https://github.com/todotxt/todo.txt): one line each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from core.chat import Task

_PRIORITY = {1: "(A) ", 2: "(B) ", 3: "(C) ", 4: ""}
_LOOKS_LIKE_A_MARK = re.compile(r"^(?=x |\([A-Z]\) |\d{4}-\d\d-\d\d )")
_UNITS = {"DAILY": "d", "WEEKLY": "w", "MONTHLY": "m", "YEARLY": "y"}


def as_todotxt(tasks: Sequence[Task], now: dt.datetime) -> str:
    """`(A) 2026-11-01 Pay rent @home due:2026-12-01 rec:+1m`; what is done begins with `x` and its date."""
    return "".join(f"{_line(task)}\n" for task in tasks)


def _line(task: Task) -> str:
    # a title that begins like a mark of the format would be read as one
    title = _LOOKS_LIKE_A_MARK.sub("· ", " ".join(task.title.split()))
    words = [title, *(f"@{tag}" for tag in task.tags)]
    if task.due:
        words.append(f"due:{task.due.date.isoformat()}")
        if task.due.time:
            words.append(f"time:{task.due.time:%H:%M}")
    if rule := _rule(task):
        words.append(f"rec:{rule}")
    created = f"{task.created_at.date().isoformat()} " if task.created_at else ""
    if task.completed_at:
        kept = f" pri:{'ABC'[task.priority - 1]}" if task.priority < 4 else ""
        return f"x {task.completed_at.date().isoformat()} {created}{' '.join(words)}{kept}"
    return f"{_PRIORITY[task.priority]}{created}{' '.join(words)}"


def _rule(task: Task) -> str | None:
    """`rec:` knows steps of days, weeks, months and years: `+` keeps to the calendar, without it from completion."""
    if not task.recurrence:
        return None
    parts = dict(part.partition("=")[::2] for part in task.recurrence.split("\n")[0].split(";"))
    unit = _UNITS.get(parts.get("FREQ", ""))
    if unit is None:
        return None
    return f"{'' if task.recurs_from_completion else '+'}{parts.get('INTERVAL', '1')}{unit}"
