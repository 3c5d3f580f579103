"""How tasks are worded on every platform with cards."""

from __future__ import annotations

import datetime as dt

from core.chat import Due, DueGroup, Outcome, Sort, Task, TaskPage

_UNITS = ((7 * 24 * 60, "week"), (24 * 60, "day"), (60, "hour"), (1, "minute"))
_HEADINGS = {
    Outcome.MOVED_ON: "Done; moved on to the next date",
    Outcome.UNDONE: "Taken back",
    Outcome.REDONE: "Done again",
    Outcome.RESTORED: "Brought back",
    Outcome.ALREADY_COMPLETED: "Already done",
}
DATED = frozenset({Outcome.ADDED, Outcome.UPDATED})
"""What is done to a task when quick add may have taken a date out of its words."""


def heading(action: Outcome) -> str:
    """What a receipt's action is called on a card."""
    return _HEADINGS.get(action, action.capitalize())


def when(task: Task) -> str:
    """When it is due, as its owner says it; of a task that isn't kept yet with weekday, year and zone."""
    return task.due_words or (_whole(task.due) if task.due else "")


def groups(page: TaskPage) -> list[tuple[str, tuple[Task, ...]]]:
    """The page's tasks under their headings; without one where all of them stand under the same."""
    named = page.query.sort is Sort.DUE and len({task.group for task in page.tasks}) > 1
    if not named or any(task.group is None for task in page.tasks):
        return [("", page.tasks)] if page.tasks else []
    under = {name: tuple(task for task in page.tasks if task.group is name) for name in DueGroup}
    return [(str(name), tasks) for name, tasks in under.items() if tasks]


def _whole(due: Due) -> str:
    """`Fri 27 Nov 2026 17:00 Europe/Berlin`."""
    time = f" {due.time:%H:%M}" if due.time else ""
    return f"{due.date:%a} {due.date.day} {due.date:%b %Y}{time} {due.zone}"


def reminders(task: Task) -> list[dt.datetime | str]:
    """When the bot speaks up, where that is something other than the preferences say: instants and words.

    An hour before is told in words for a series, which has many such instants.
    """
    if task.done or task.deleted_at:
        return []
    told: list[dt.datetime | str] = [at for at in (task.remind_at, *task.remind_also) if at]
    if task.remind_before is not None:
        told += [before(minutes) for minutes in task.remind_before] or (["no reminder"] if not told else [])
    return told


def before(minutes: int) -> str:
    """`2 hours before`; negative ones are after."""
    if not minutes:
        return "when it is due"
    size, unit = next((size, unit) for size, unit in _UNITS if minutes % size == 0)
    count = abs(minutes) // size
    return f"{count} {unit}{'' if count == 1 else 's'} {'before' if minutes > 0 else 'after'}"


def counted(page: TaskPage) -> str:
    """How many there are, and which page this is."""
    total = f"{page.total} task{'' if page.total == 1 else 's'}"
    return total if page.pages == 1 else f"{total}, page {page.query.page} of {page.pages}"


def short(text: str, most: int) -> str:
    """The text, cut to so many characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
