"""Tasks as iCalendar (RFC 5545): a VTODO each."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, Todo, vRecur

from core.chat import Due, Task

_PRIORITY = {1: 1, 2: 3, 3: 5, 4: 0}
"""RFC 5545, 3.8.1.9: 1 is the highest, 0 undefined."""
_YEARS = 5
"""For which the rules of a zone are told."""


def as_icalendar(tasks: Sequence[Task], now: dt.datetime) -> str:
    """One VCALENDAR with a VTODO a task, and a VTIMEZONE for every zone that a due time is meant in."""
    calendar = Calendar()
    calendar.add("prodid", "-//task-bot//tasks//EN")
    calendar.add("version", "2.0")
    zones = sorted({task.due.zone for task in tasks if task.due and task.due.time})
    for zone in zones:
        first, last = now.date() - dt.timedelta(days=366), now.date() + dt.timedelta(days=366 * _YEARS)
        calendar.add_component(Timezone.from_tzinfo(ZoneInfo(zone), first_date=first, last_date=last))
    for task in tasks:
        calendar.add_component(_todo(task, now))
    written: bytes = calendar.to_ical()
    return written.decode()


def _todo(task: Task, now: dt.datetime) -> Todo:
    todo = Todo()
    todo.add("uid", f"{task.number}-{int(task.created_at.timestamp()) if task.created_at else 0}@task-bot")
    todo.add("dtstamp", now.astimezone(dt.UTC))
    todo.add("summary", task.title)
    if task.notes:
        todo.add("description", task.notes)
    if task.due:
        # a repeating VTODO needs a start to count from, which lies before its due (RFC 5545, 3.6.2)
        todo.add("dtstart" if task.recurrence else "due", _wall(task.due))
    if task.recurrence and task.due:
        _repeat(todo, task.recurrence, task.due)
    todo.add("priority", _PRIORITY[task.priority])
    if task.tags:
        todo.add("categories", list(task.tags))
    todo.add("status", "COMPLETED" if task.done else "NEEDS-ACTION")
    for name, at in (("created", task.created_at), ("completed", task.completed_at)):
        if at:
            todo.add(name, at.astimezone(dt.UTC))
    if task.source:
        todo.add("url", task.source)
    return todo


def _wall(due: Due) -> dt.date | dt.datetime:
    return dt.datetime.combine(due.date, due.time, ZoneInfo(due.zone)) if due.time else due.date


def _repeat(todo: Todo, recurrence: str, due: Due) -> None:
    """The RRULE, and its EXDATE lines: days, or wall clocks in the task's zone."""
    rule, *lines = recurrence.split("\n")
    todo.add("rrule", vRecur.from_ical(rule.removeprefix("RRULE:")))
    left_out = itertools.chain.from_iterable(
        line.partition(":")[2].split(",") for line in lines if line.startswith("EXDATE")
    )
    for text in left_out:
        day = dt.datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
        todo.add("exdate", _wall(Due(day, due.time, due.zone)))
