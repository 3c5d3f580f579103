"""Tasks as todo.txt (https://github.com/todotxt/todo.txt): one line each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from core.model import Due, Task
from core.tasks.values import ZoneDays

_PRIORITY = {1: "(A) ", 2: "(B) ", 3: "(C) ", 4: ""}
_LOOKS_LIKE_A_MARK = re.compile(r"^(?=x |\([A-Z]\) |\d{4}-\d\d-\d\d )")
_UNITS = {"DAILY": "d", "WEEKLY": "w", "MONTHLY": "m", "YEARLY": "y"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAYS = {"MO", "TU", "WE", "TH", "FR"}


class TodoTxt:
    """`(A) 2026-11-01 Pay rent @home due:2026-12-01 rec:+1m`; what is done begins with `x` and its date.

    Tags are contexts. Notes, and repetitions that `rec:` has no word for, are not told; the other formats have them.
    """

    name = "todo.txt"
    media_type = "text/plain"

    def begin(self, now: dt.datetime, zones: Sequence[ZoneDays]) -> str:
        """Nothing."""
        return ""

    def add(self, tasks: Sequence[Task]) -> str:
        """A line each."""
        return "".join(f"{_line(task)}\n" for task in tasks)

    def end(self) -> str:
        """Nothing."""
        return ""


def _line(task: Task) -> str:
    # a title that begins like a mark of the format would be read as one
    title = _LOOKS_LIKE_A_MARK.sub("· ", " ".join(task.title.split()))
    words = [title, *(f"@{tag}" for tag in task.tags)]
    if task.due:
        words.append(f"due:{task.due.date.isoformat()}")
        if task.due.time:
            words.append(f"time:{task.due.time:%H:%M}")
    if task.recurrence and task.due and (step := _step(task.recurrence.partition("\n")[0], task.due)):
        words.append(f"rec:{'' if task.recurs_from_completion else '+'}{step}")
    created = f"{task.created_at.date().isoformat()} " if task.created_at else ""
    if task.completed_at:
        kept = f" pri:{'ABC'[task.priority - 1]}" if task.priority < 4 else ""
        return f"x {task.completed_at.date().isoformat()} {created}{' '.join(words)}{kept}"
    return f"{_PRIORITY[task.priority]}{created}{' '.join(words)}"


def _step(rule: str, due: Due) -> str | None:
    """`2w` for a rule of equal steps from its due date, `1b` for every working day; `None` for any other.

    A `+` before it, which the caller adds, keeps it to the calendar; without, it counts from completion.
    """
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    unit, interval = _UNITS.get(parts.pop("FREQ", "")), parts.pop("INTERVAL", "1")
    parts.pop("WKST", None)
    if unit == "w" and set(parts.get("BYDAY", "").split(",")) == _WEEKDAYS and len(parts) == 1 and interval == "1":
        return "1b"
    implied = {"w": {"BYDAY": _DAYS[due.date.weekday()]}, "m": {"BYMONTHDAY": str(due.date.day)}}
    implied["y"] = {"BYMONTH": str(due.date.month), "BYMONTHDAY": str(due.date.day)}
    if unit is None or any(implied.get(unit, {}).get(name) != value for name, value in parts.items()):
        return None
    return f"{interval}{unit}"
