"""Who writes where, and what the platform tells the core of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.chat.memory import Said


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


class AttachmentKind(StrEnum):
    """What can come with a message beside its words."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    FORWARD = "forward"
    POLL = "poll"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came with a message, of which the bot knows no more than this."""

    kind: AttachmentKind
    name: str = ""
    """A file's or a sticker's."""
    text: str = ""
    """The words it holds: a forwarded message's, a poll's question and answers."""


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
    replies_to: Said | None = None
    """The message that the person pointed at, where the platform has replies within a thread or channel."""
    attachments: tuple[Attachment, ...] = ()
    looking_at: str | None = None
    """What the person has before their eyes, where the platform tells: a permanent link, or a channel's name."""
    model: bool = True
    """Whether its author may use the agent; else no model is asked, and commands and dates are understood."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A person's message was deleted in the chat, or its words were changed."""

    thread: Thread
    message: str
    """Its id."""
    text: str | None = None
    """What it says now; None: it is deleted."""
    author: Author | None = None
    """Who wrote it; not known of every message that was deleted."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command or a console verb: `add …`, `list overdue`, `done 12`. No model is asked."""

    author: Author
    text: str
    thread: Thread | None = None
    link: str | None = None
    message: str | None = None
    """The id of the message that said it, where one did: the reply's stamp answers that."""
    adds: bool = True
    """Whether a text without a verb is a task to add, as in `/task buy milk`."""
    shared: bool = False
    """Whether others than its author read the answer."""


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
    ids: tuple[int, ...] = ()
    """`Task.id` of the tasks that the card shows: with it a number means no other task that has come to have it."""
    before: Mapping[str, str] = field(default_factory=dict)
    """For `edit`: `fingerprint`s of the fields as the form showed them. What is as it was shown stays as it is now, and
    what somebody else has changed meanwhile is not overwritten."""
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
    REDO = "redo"
    RESTORE = "restore"
    """Bring deleted tasks back, whatever was done since."""
    NOT_A_DATE = "not_a_date"
    PREFERENCES = "preferences"
    FORGET_ME = "forget_me"
