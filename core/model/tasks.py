"""Tasks as people see them, and how they ask for some of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Due:
    """A wall clock: a day, a time on it or none (all day), and the IANA zone both are meant in."""

    date: dt.date
    time: dt.time | None
    zone: str

    @property
    def at(self) -> dt.datetime:
        """The aware instant, in the task's own zone; an all-day due is the start of its day."""
        return dt.datetime.combine(self.date, self.time or dt.time(), ZoneInfo(self.zone))

    def __str__(self) -> str:
        """`2026-12-01` or `2026-12-01T09:00`, local to the zone."""
        return self.date.isoformat() + (f"T{self.time:%H:%M}" if self.time else "")


Priority = Literal[1, 2, 3, 4]
"""1 is urgent, 4 is none."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task as the database holds it now. Instants are aware, in the reader's zone."""

    number: int
    title: str
    id: int = 0
    """Names this task and no other, for ever; 0 for one that isn't kept."""
    notes: str | None = None
    due: Due | None = None
    recurrence: str | None = None
    """RFC 5545 RRULE value without its name, e.g. `FREQ=WEEKLY;BYDAY=MO`; EXDATE lines may follow it."""
    repeats: str | None = None
    """The recurrence in words, `every 2 weeks on Tue`."""
    recurs_from_completion: bool = False
    priority: int = 4
    tags: tuple[str, ...] = ()
    remind_at: dt.datetime | None = None
    """When to remind as the person asked for, by snoozing say; `next_reminder` tells what holds all in all."""
    remind_also: tuple[dt.datetime, ...] = ()
    """Further instants asked for, after `remind_at`, ascending."""
    remind_before: tuple[int, ...] | None = None
    """Minutes before it is due (negative: after), for each occurrence of a series; `None`: as the person's preferences
    say; empty: never."""
    next_reminder: dt.datetime | None = None
    """When the bot speaks up about it next."""
    last_done_at: dt.datetime | None = None
    """When a series was last completed and moved on."""
    source: str | None = None
    completed_at: dt.datetime | None = None
    deleted_at: dt.datetime | None = None
    created_at: dt.datetime | None = None
    overdue: bool = False
    due_words: str | None = None
    """The due date as the reader would say it: `today 17:00`, `Fri 27 Nov`; None for a task that isn't kept."""
    group: DueGroup | None = None
    """What a list has an open task under."""

    @property
    def done(self) -> bool:
        """Whether the task is completed."""
        return self.completed_at is not None


class Status(StrEnum):
    """Which tasks a list shows."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"
    """Open and done."""
    DELETED = "deleted"


class DueFilter(StrEnum):
    """When listed tasks are due, in the reader's zone."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    """Today and the six days after it."""
    UPCOMING = "upcoming"
    """After today."""
    NONE = "none"


class DueGroup(StrEnum):
    """The headings of a list in the order of due dates, by the reader's calendar."""

    OVERDUE = "Overdue"
    TODAY = "Today"
    TOMORROW = "Tomorrow"
    WEEK = "This week"
    """The five days after tomorrow."""
    LATER = "Later"
    NONE = "No date"


class Sort(StrEnum):
    """The order of a list. Ties go by number."""

    DUE = "due"
    PRIORITY = "priority"
    CREATED = "created"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Filters, all of which must hold, an order, and a page of it (counted from 1)."""

    status: Status = Status.OPEN
    due: DueFilter | None = None
    priority: int | None = None
    tag: str | None = None
    tags: tuple[str, ...] = ()
    """Only tasks with one of these; none means any."""
    since: dt.date | None = None
    """The first day that they are due on in the reader's calendar; of done ones, that they were finished on."""
    until: dt.date | None = None
    """The last one."""
    repeats: bool = False
    """Only tasks that repeat."""
    text: str | None = None
    numbers: tuple[int, ...] = ()
    """Only tasks with these numbers; none means any."""
    ids: tuple[int, ...] = ()
    """Only tasks with these ids; none means any."""
    sort: Sort = Sort.DUE
    page: int = 1
    size: int = 20


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of a query's tasks, and how many match in all."""

    query: TaskQuery
    tasks: tuple[Task, ...]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.query.size))


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants things."""

    timezone: str
    """IANA."""
    timezone_known: bool
    """Whether the person or their platform told the zone; otherwise it is the bot's default."""
    morning: dt.time
    """When the digest and the reminders of all-day tasks come, on the clock of `timezone`."""
    digest: bool
    lead: int
    """Minutes that a reminder comes before a timed task is due."""
