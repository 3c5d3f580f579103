"""What reminders and digests say. Pure: from tasks and an instant to the parts of a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.chat import (
    MOST_ABOUT,
    ActionName,
    Offer,
    Part,
    Receipt,
    Reply,
    Stamp,
    StampKind,
    TaskList,
    Text,
)
from core.model import DueFilter, Outcome, Status, Task, TaskPage, TaskQuery
from core.reminders.claims import DueTask
from core.tasks import Today
from core.users import Actor

MOST_SHOWN = 10
"""Tasks that one message shows; the others are counted."""
PUNCTUAL = dt.timedelta(minutes=2)
"""Less lateness than this is not worth a word."""


def reminder(due: Sequence[DueTask], actor: Actor, now: dt.datetime, *, fallback: bool = False) -> list[Part]:
    """The parts of one message: a single task as a card whose thread is about it, several as a list.

    It tells how late it is when it is late. `fallback`: it could not be said in private, so others read it: it has the
    titles, which they have read before, and nothing else of the tasks.
    """
    late = now - due[0].at
    # what is said on time is not overdue, even if a moment has passed since
    tasks = [task.row.task(actor, min(now, task.at) if now - task.at < PUNCTUAL else now) for task in due]
    if fallback:
        tasks = [Task(task.number, task.title, task.id) for task in tasks]
    aside = "I can't write to you in private, so I say it here. " if fallback else ""
    if len(tasks) == 1:
        said = aside + (_late(late, due[0].at, actor, now) if late >= PUNCTUAL else "")
        stamp: list[Part] = [] if fallback else [Stamp(about=(tasks[0].number,), kind=StampKind.UNASKED)]
        return [*stamp, Receipt(Outcome.REMINDER, (tasks[0],), detail=said.strip() or None)]
    heading = f"**{len(tasks)} reminders**"
    if late >= PUNCTUAL:
        heading = f"**{len(tasks)} reminders came due while I was away**, the first {_clock(due[0].at, actor, now)}"
    about = tuple(task.number for task in tasks[:MOST_ABOUT])
    several: list[Part] = [] if fallback else [Stamp(about=about, kind=StampKind.UNASKED)]
    return [*several, Text(f"{aside}{heading}.\n\n"), *shown(tasks)]


def digest(found: Today, actor: Actor, now: dt.datetime) -> list[Part]:
    """The parts of a digest: what is overdue, what is due, what was done yesterday, and how to be rid of it."""
    day = now.astimezone(actor.timezone)
    # from here on the talk is about no task in particular
    parts: list[Part] = [Stamp(kind=StampKind.UNASKED)]
    parts.append(Text(f"**Good morning, {actor.name}.** It is {day:%A}, {day.day} {day:%B}.\n\n"))
    for title, due, tasks, total in (
        ("Overdue", DueFilter.OVERDUE, found.overdue, found.overdue_total),
        ("Today", DueFilter.TODAY, found.due, found.due_total),
    ):
        if tasks:
            query = TaskQuery(status=Status.OPEN, due=due, size=len(tasks) if total == len(tasks) else MOST_SHOWN)
            parts.append(TaskList(TaskPage(query, tasks[: query.size], total), title=title))
    if not found.overdue and not found.due:
        parts.append(Text("Nothing is due today. "))
    if found.done:
        titles = "; ".join(f"#{task.number} {task.title}" for task in found.done[:MOST_SHOWN])
        more = f" and {found.done_total - MOST_SHOWN} more" if found.done_total > MOST_SHOWN else ""
        parts.append(Text(f"Done yesterday: {titles}{more}.\n\n"))
    parts.append(Offer("Turn the digest off", ActionName.PREFERENCES, {"digest": "off"}, words="digest off"))
    return parts


def shown(tasks: Sequence[Task]) -> list[Part]:
    """The first of the tasks, and how many more there are."""
    more = len(tasks) - MOST_SHOWN
    detail = f"And {more:,} more: `list` shows them all." if more > 0 else None
    return [Receipt(Outcome.REMINDER, tuple(tasks[:MOST_SHOWN]), detail=detail)]


async def saying(parts: Sequence[Part]) -> Reply:
    """A reply that consists of these parts."""
    for part in parts:
        yield part


def span(late: dt.timedelta) -> str:
    """`3 minutes`, `2 hours`, `5 days`: in the largest unit that it fills."""
    seconds = int(late.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"


def _late(late: dt.timedelta, at: dt.datetime, actor: Actor, now: dt.datetime) -> str:
    return f"{span(late).capitalize()} late, I am sorry: it was to come {_clock(at, actor, now)}."


def _clock(at: dt.datetime, actor: Actor, now: dt.datetime) -> str:
    local, today = at.astimezone(actor.timezone), now.astimezone(actor.timezone).date()
    if local.date() == today:
        return f"at {local:%H:%M}"
    return f"on {local:%a} {local.day} {local:%b} at {local:%H:%M}"
