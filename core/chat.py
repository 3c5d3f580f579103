"""The seam: the words the core and the platforms share, as plain values.

An adapter imports this module of the core and no other. Everything here is standard library only, frozen, and carries
meaning rather than formatting: times are aware datetimes or a wall clock with its zone, text is Markdown, and how a
thing looks is each platform's own affair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

# --- who and where ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: one account on one platform, as the platform's own verified event names it."""

    platform: str
    workspace: str
    external_id: str
    name: str
    timezone: str | None = None
    """IANA zone, where the platform tells one (Slack does, Discord does not)."""
    locale: str | None = None
    """BCP 47, e.g. `en-GB`; decides whether 5/6 is May or June."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where one talk happens. `id` is the platform's own and opaque to the core."""

    platform: str
    workspace: str
    id: str
    shared: bool = True
    """Whether several people may talk here: then the model is told who says what. A direct message is not shared."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wrote in a thread."""

    id: str
    thread: Thread
    author: Author
    text: str
    at: dt.datetime
    """Aware instant at which the platform took the message."""
    link: str | None = None
    """Permanent link, kept as the source of tasks made from this message."""
    redelivered: bool = False
    """The platform says that it sends this event again, so the thread's stamps decide whether it was answered."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command or a console verb: `add …`, `list overdue`, `done 12`. No model is asked."""

    author: Author
    text: str
    thread: Thread | None = None
    link: str | None = None
    adds: bool = True
    """Whether a text without a verb is a task to add, as in `/task buy milk`."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button, a menu, a modal or a reaction on a task card."""

    author: Author
    name: ActionName
    numbers: tuple[int, ...] = ()
    change: int | None = None
    """For `undo`: the change to take back; without it the last one."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """For `edit` and `snooze`: the fields of the modal or the menu's choice, as a person would type them."""
    thread: Thread | None = None


class ActionName(StrEnum):
    """What a person can press."""

    DONE = "done"
    REOPEN = "reopen"
    DELETE = "delete"
    SNOOZE = "snooze"
    EDIT = "edit"
    UNDO = "undo"
    NOT_A_DATE = "not_a_date"


# --- what a thread remembers -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One earlier message of a thread, oldest first in a list, used to seed a fresh conversation."""

    name: str
    text: str
    mine: bool
    """Whether the bot itself said it."""
    id: str = ""
    """The message's id, where the platform has one."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What the thread alone tells: the newest stamp of the bot's own, and the messages the same request brought."""

    conversation: str | None = None
    answered: frozenset[str] = frozenset()
    """Ids of the messages that a stamp says were answered."""
    task: int | None = None
    """The number of the task this thread is a reminder of."""
    recent: tuple[Said, ...] = ()


# --- tasks -----------------------------------------------------------------------------------------------------------


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
    source: str | None = None
    completed_at: dt.datetime | None = None
    deleted_at: dt.datetime | None = None
    created_at: dt.datetime | None = None
    overdue: bool = False

    @property
    def done(self) -> bool:
        """Whether the task is completed."""
        return self.completed_at is not None


class Status(StrEnum):
    """Which tasks a list shows."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"


class DueFilter(StrEnum):
    """When listed tasks are due, in the reader's zone."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    """Today and the six days after it."""
    NONE = "none"


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
    text: str | None = None
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


# --- the reply, in parts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the reply's Markdown; pieces follow one another without a separator."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something the bot does meanwhile, for a progress line. One id runs through its states."""

    id: str
    title: str
    status: Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the database now holds after one change; `change` undoes it. Never the model's own words."""

    action: str
    """`added`, `updated`, `completed`, `moved on`, `reopened`, `deleted`, `snoozed`, `undone` or `preferences`."""
    tasks: tuple[Task, ...] = ()
    change: int | None = None
    detail: str | None = None
    """A sentence to show with it, e.g. the new time zone."""


@dataclass(frozen=True, slots=True)
class TaskList:
    """A page of tasks to show."""

    page: TaskPage


@dataclass(frozen=True, slots=True)
class Choices:
    """A question that one of these tasks answers."""

    question: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """For the adapter to keep on the message it posts.

    The newest stamp of a thread counts. `conversation=None` says that the thread has none: with `answers` it marks the
    message as answered all the same, without it the thread's stamps are to be removed.
    """

    conversation: str | None
    answers: str | None = None
    """The id of the message this reply answers."""
    task: int | None = None
    """On a reminder, the task's number."""


Part = Text | Step | Receipt | TaskList | Choices | Stamp
Reply = AsyncGenerator[Part, None]


# --- the two sides ---------------------------------------------------------------------------------------------------


class Core(Protocol):
    """What an adapter may ask of the core. Pull replies inside `contextlib.aclosing`: closing one stops the turn."""

    def respond(self, message: Message) -> Reply:
        """Run a turn of the agent. Yields nothing for a duplicate."""
        ...

    def command(self, command: Command) -> Reply:
        """Run a slash command or console verb; no model is asked."""
        ...

    def act(self, action: Action) -> Reply:
        """Do what a button, a modal or a reaction asks."""
        ...

    async def find(self, who: Author, query: TaskQuery) -> TaskPage:
        """Read one page of a person's tasks: autocomplete, App Home, pages of a list."""
        ...


class Platform(Protocol):
    """What the core may ask of an adapter."""

    name: str

    async def listen(self, core: Core) -> None:
        """Take events until cancelled; return when the running turns are drained."""
        ...

    async def recall(self, thread: Thread) -> Recall:
        """Read the thread's newest stamp of the bot's own, and its recent messages, in one request where possible."""
        ...

    async def post(self, to: Thread | Author, reply: Reply) -> None:
        """Say something unasked: a reminder, a digest."""
        ...
