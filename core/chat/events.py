"""Who writes where, and what the platform tells the core of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    """As a person would type them. For `add` and `edit`: title, notes, due, recurrence, priority, tags, remind. For
    `snooze`: until. For `preferences`: timezone, morning, digest (`on` or `off`), lead (minutes)."""
    thread: Thread | None = None
    link: str | None = None
    """For `add`: the permanent link of the message the task comes from."""


class ActionName(StrEnum):
    """What a person can press."""

    ADD = "add"
    DONE = "done"
    REOPEN = "reopen"
    DELETE = "delete"
    SNOOZE = "snooze"
    SKIP = "skip"
    EDIT = "edit"
    UNDO = "undo"
    NOT_A_DATE = "not_a_date"
    PREFERENCES = "preferences"
    FORGET_ME = "forget_me"
