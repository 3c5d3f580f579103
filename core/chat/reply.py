"""A reply, in parts that carry meaning rather than formatting."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from io import SEEK_END, BufferedIOBase, BytesIO
from typing import Literal, Self

from core.chat.events import ActionName
from core.chat.stamps import Stamp
from core.chat.tasks import Task, TaskPage


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
    """`added`, `updated`, `completed`, `moved on`, `skipped`, `reopened`, `deleted`, `restored`, `snoozed`, `undone`,
    `redone` or `preferences`; `reminder` when nothing was changed and the bot speaks unasked."""
    tasks: tuple[Task, ...] = ()
    change: int | None = None
    detail: str | None = None
    """A sentence to show with it, e.g. the new time zone."""


@dataclass(frozen=True, slots=True)
class TaskList:
    """A page of tasks to show."""

    page: TaskPage
    title: str = ""
    """What to head it with."""
    private: bool = False
    """Whether it is for its owner's eyes alone, in a thread that others read."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A question that one of these tasks answers."""

    question: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question before what can't be undone; the action is done when the person presses it, or types the words."""

    question: str
    action: ActionName
    words: str
    """What to type where there are no buttons."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the person may want to do about what was said: a button where there are buttons."""

    label: str
    action: ActionName
    fields: Mapping[str, str] = field(default_factory=dict)
    """As of an `Action`; short, as they have to fit beside the button."""
    words: str = ""
    """What to type where there are no buttons."""


@dataclass(frozen=True, slots=True)
class File:
    """A file for the person alone. It may be larger than what fits into memory."""

    name: str
    media_type: str
    body: BufferedIOBase
    """What is in it, from its beginning on; whoever sends it may close it."""

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> Self:
        """A small one."""
        return cls(name, media_type, BytesIO(content))

    @property
    def size(self) -> int:
        """How many bytes it has."""
        size = self.body.seek(0, SEEK_END)
        self.body.seek(0)
        return size

    @property
    def content(self) -> bytes:
        """All of it."""
        self.body.seek(0)
        return self.body.read()


@dataclass(frozen=True, slots=True)
class Erasure:
    """All that was known of the person is deleted: a platform that keeps files of its own about them deletes those."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was refused, and what to do next: nothing was changed. A modal shows it and stays open."""

    sentence: str


Part = Text | Step | Receipt | TaskList | Choices | Confirm | Offer | File | Erasure | Problem | Stamp
Reply = AsyncGenerator[Part, None]
