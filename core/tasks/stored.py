"""A row of `tasks` in Python, and the task a person sees of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.database import Row
from core.model import Due, Task
from core.tasks.dates import group, in_words
from core.tasks.spoken import spoken
from core.users.actor import Actor

MUTABLE: Mapping[str, str] = {
    "title": "text",
    "notes": "text",
    "priority": "smallint",
    "tags": "text[]",
    "due_date": "date",
    "due_time": "time",
    "due_zone": "text",
    "remind_at": "timestamptz",
    "remind_also": "timestamptz[]",
    "remind_before": "integer[]",
    "next_reminder_at": "timestamptz",
    "recurrence": "text",
    "recurs_from_completion": "boolean",
    "completed_at": "timestamptz",
    "last_done_at": "timestamptz",
    "source_shared": "boolean",
    "deleted_at": "timestamptz",
}
"""The columns that operations change, with their types: what `previous` remembers."""

_FIXED = ("id", "number", "source", "change", "created_at")

COLUMNS = ", ".join(f"tasks.{name}" for name in (*_FIXED, *MUTABLE))
"""The columns of `Stored`, for a SELECT or RETURNING."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One row."""

    id: int
    number: int
    source: str | None
    change: int | None
    created_at: dt.datetime
    title: str
    notes: str | None = None
    priority: int = 4
    tags: tuple[str, ...] = ()
    due_date: dt.date | None = None
    due_time: dt.time | None = None
    due_zone: str | None = None
    remind_at: dt.datetime | None = None
    remind_also: tuple[dt.datetime, ...] = ()
    remind_before: tuple[int, ...] | None = None
    next_reminder_at: dt.datetime | None = None
    recurrence: str | None = None
    recurs_from_completion: bool = False
    completed_at: dt.datetime | None = None
    last_done_at: dt.datetime | None = None
    source_shared: bool = False
    """Whether the title was said openly where the source leads."""
    deleted_at: dt.datetime | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read the row's columns; others are left alone."""
        values: dict[str, Any] = {name: row[name] for name in (*_FIXED, *MUTABLE)}
        lists: dict[str, Any] = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**(values | lists))

    @property
    def due(self) -> Due | None:
        """The wall clock the task is due at."""
        if self.due_date is None or self.due_zone is None:
            return None
        return Due(self.due_date, self.due_time, self.due_zone)

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.completed_at is None and self.deleted_at is None

    def encoded(self) -> dict[str, Any]:
        """Return the mutable columns as JSON holds them."""
        return {name: encode(getattr(self, name)) for name in MUTABLE}

    def overwritten_by(self, after: Stored) -> dict[str, Any]:
        """Return the columns that differ in `after`, with the values they have here, as JSON holds them."""
        mine, theirs = self.encoded(), after.encoded()
        return {name: value for name, value in mine.items() if theirs[name] != value}

    def task(self, actor: Actor, now: dt.datetime) -> Task:
        """Return what the actor sees of it: instants in their zone, and whether it is overdue on their calendar."""

        def local(instant: dt.datetime | None) -> dt.datetime | None:
            return instant.astimezone(actor.timezone) if instant else None

        overdue = self.open and is_overdue(self.due, actor, now)
        return Task(
            number=self.number,
            title=self.title,
            id=self.id,
            notes=self.notes,
            due=self.due,
            recurrence=self.recurrence,
            repeats=spoken(self.recurrence, from_completion=self.recurs_from_completion) if self.recurrence else None,
            recurs_from_completion=self.recurs_from_completion,
            priority=self.priority,
            tags=self.tags,
            remind_at=local(self.remind_at),
            remind_also=tuple(at.astimezone(actor.timezone) for at in self.remind_also),
            remind_before=self.remind_before,
            next_reminder=local(self.next_reminder_at),
            last_done_at=local(self.last_done_at),
            source=self.source,
            completed_at=local(self.completed_at),
            deleted_at=local(self.deleted_at),
            created_at=local(self.created_at),
            overdue=overdue,
            due_words=in_words(self.due, actor, now) if self.due else None,
            group=group(self.due, actor, now, overdue=overdue) if self.open else None,
        )


def is_overdue(due: Due | None, actor: Actor, now: dt.datetime) -> bool:
    """Tell whether the time has passed, or, without one, the day as the actor's calendar has it."""
    if due is None:
        return False
    if due.time is None:
        return due.date < now.astimezone(actor.timezone).date()
    return due.at < now


def encode(value: object) -> object:
    """Return a column's value as JSON holds it; instants in UTC, so that equal ones look equal."""
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case tuple():
            return [encode(one) for one in value]
        case _:
            return value
