"""The addresses of what can be read, and watched."""

from __future__ import annotations

from typing import Final

TODAY: Final = "tasks://today"
OVERDUE: Final = "tasks://overdue"
WEEK: Final = "tasks://week"
TASK: Final = "tasks://task/{number}"
"""RFC 6570."""

_TASK = TASK.partition("{")[0]


def task_uri(number: int) -> str:
    """The address of one task."""
    return f"{_TASK}{number}"


def task_number(uri: str) -> str | None:
    """What stands for the number in the address of one task; `None` for any other address."""
    return uri.removeprefix(_TASK) if uri.startswith(_TASK) else None
