"""Tasks as iCalendar (RFC 5545): a VTODO each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, Todo, vRecur

from core.model import Due, Task
from core.tasks.rules import Rule, parse
from core.tasks.values import ZoneDays

_PRIORITY = {1: 1, 2: 3, 3: 5, 4: 0}
"""RFC 5545, 3.8.1.9: 1 is the highest, 0 undefined."""
_AHEAD = dt.timedelta(days=5 * 366)
"""How long the rules of a zone are told for, after now: series go on."""
_LATEST = dt.date(2100, 1, 1)
"""Whatever a zone's clocks do then, nobody knows today."""


class ICalendar:
    """One VCALENDAR with a VTODO a task, and a VTIMEZONE for every zone that a due time is meant in.

    A repeating task is due at its DTSTART, which its RRULE counts from (3.8.2.4 asks for one); programs that know no
    DTSTART of a task find the same in DUE. Times are wall clocks in their zone, instants are in UTC.
    """

    name = "tasks.ics"
    media_type = "text/calendar"

    def __init__(self) -> None:
        self._now = dt.datetime.now(dt.UTC)
        self._end = ""

    def begin(self, now: dt.datetime, zones: Sequence[ZoneDays]) -> str:
        """The calendar's properties and its zones."""
        self._now = now
        calendar = Calendar()
        calendar.add("prodid", "-//task-bot//tasks//EN")
        calendar.add("version", "2.0")
        for zone in _zones(zones, now):
            calendar.add_component(zone)
        frame: bytes = calendar.to_ical()
        head, end, _ = frame.rpartition(b"END:VCALENDAR")
        self._end = f"{end.decode()}\r\n"
        return head.decode()

    def add(self, tasks: Sequence[Task]) -> str:
        """A VTODO each; a component takes a hundred times the memory of its text, so only one is held at a time."""
        return b"".join(_todo(task, self._now).to_ical() for task in tasks).decode()

    def end(self) -> str:
        """The calendar's end."""
        return self._end


def _zones(zones: Sequence[ZoneDays], now: dt.datetime) -> Iterator[Timezone]:
    """The zones' rules, from the first day that is needed on. UTC needs none: its times end with a Z."""
    for needed in zones:
        if needed.zone == "UTC":
            continue
        first = min(needed.first, _LATEST) - dt.timedelta(days=366)
        last = min(max(needed.last, now.date()) + _AHEAD, _LATEST + _AHEAD)
        yield Timezone.from_tzinfo(ZoneInfo(needed.zone), needed.zone, first_date=first, last_date=last)


def _todo(task: Task, now: dt.datetime) -> Todo:
    todo = Todo()
    todo.add("uid", _uid(task))
    todo.add("dtstamp", now.astimezone(dt.UTC))
    todo.add("summary", task.title)
    if task.notes:
        todo.add("description", task.notes)
    if task.due:
        todo.add("due", _wall(task.due))
    if task.recurrence and task.due:
        todo.add("dtstart", _wall(task.due))
        _repeat(todo, parse(task.recurrence), task.due)
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


def _uid(task: Task) -> str:
    """The same in every export, and another for every task of anybody: number and microsecond of its making."""
    made = f"{task.created_at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}" if task.created_at else "0"
    return f"{task.number}-{made}@task-bot"


def _wall(due: Due) -> dt.date | dt.datetime:
    return dt.datetime.combine(due.date, due.time, ZoneInfo(due.zone)) if due.time else due.date


def _repeat(todo: Todo, rule: Rule, due: Due) -> None:
    """The RRULE, and the moments left out, both of the kind that DTSTART is of: a day, or a time (3.3.10, 3.8.5.1)."""
    zone = ZoneInfo(due.zone)
    told = vRecur.from_ical(str(rule).partition("\n")[0])
    if until := rule.until(zone):
        ends = until.replace(microsecond=0, tzinfo=zone).astimezone(dt.UTC) if due.time else until.date()
        told["UNTIL"] = [ends]
    todo.add("rrule", told)
    for moment in rule.left_out(zone):
        # a day that is left out, or its midnight, is left out whole
        whole = moment.time() == dt.time() and not rule.small
        for time in (rule.times or (due.time,)) if whole else (moment.time(),):
            todo.add("exdate", _wall(Due(moment.date(), time if due.time else None, due.zone)))
