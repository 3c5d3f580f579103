"""How tasks are worded on every platform with cards."""

from __future__ import annotations

from core.chat import Due, TaskPage

_HEADINGS = {"moved on": "Done; moved on to the next date", "undone": "Taken back", "already completed": "Already done"}
DATED = frozenset({"added", "updated"})
"""What is done to a task when quick add may have taken a date out of its words."""


def heading(action: str) -> str:
    """What a receipt's action is called on a card."""
    return _HEADINGS.get(action, action.capitalize())


def when(due: Due) -> str:
    """`Fri 27 Nov 2026 17:00 Europe/Berlin`: the resolved date with weekday and zone."""
    time = f" {due.time:%H:%M}" if due.time else ""
    return f"{due.date:%a} {due.date.day} {due.date:%b %Y}{time} {due.zone}"


def counted(page: TaskPage) -> str:
    """How many there are, and which page this is."""
    total = f"{page.total} task{'' if page.total == 1 else 's'}"
    return total if page.pages == 1 else f"{total}, page {page.query.page} of {page.pages}"


def short(text: str, most: int) -> str:
    """The text, cut to so many characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
