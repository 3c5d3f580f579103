"""What the stand-in keeps: people, servers, channels, threads and messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord.flags import (
    NO_FLAGS,
    NO_PERMISSION,
    USUAL,
    ChannelType,
    Component,
    MessageFlag,
    MessageType,
    Permission,
)

Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class User:
    """A person, or a bot."""

    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    installed: bool = False
    """Whether the person has added the app to their own account, and may use it anywhere."""
    closed: bool = False
    """Whether the person takes no direct messages from bots."""

    @property
    def mention(self) -> str:
        """The person, as written in a message."""
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Member:
    """A person in a server."""

    user: User
    joined: dt.datetime
    nick: str | None = None


@dataclass(slots=True, eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner: User = field(repr=False)
    locale: str = "en-US"
    installed: bool = True
    """Whether the bot is in it."""
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    channels: dict[int, Channel] = field(default_factory=dict, repr=False)
    permissions: Permission = USUAL
    """What everyone may do, the bot among them."""


@dataclass(slots=True, eq=False)
class Thread:
    """What a thread has beyond other channels."""

    owner: User
    created: dt.datetime
    changed: dt.datetime
    """When it was last archived or unarchived."""
    archived: bool = False
    locked: bool = False
    minutes: int = 4320
    """How long it stays in the list of channels without activity."""
    members: dict[int, dt.datetime] = field(default_factory=dict, repr=False)
    """Who is in it, and since when."""
    sent: int = 0
    """Messages ever written, the starter not counted."""
    deleted: int = 0
    tags: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel of a server, a thread in one, or direct messages."""

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = field(default=None, repr=False)
    parent: Channel | None = field(default=None, repr=False)
    recipients: list[User] = field(default_factory=list)
    """Who is in direct messages, the bot not counted."""
    thread: Thread | None = field(default=None, repr=False)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    """By id, oldest first."""
    hidden: list[Message] = field(default_factory=list, repr=False)
    """What one person alone sees, oldest first."""
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict, repr=False)
    """Messages by nonce, with the moment on the monotonic clock they were written."""
    allowed: Permission = NO_PERMISSION
    """What the bot may do here beyond the rest of the server."""
    denied: Permission = NO_PERMISSION
    """What the bot may not do here."""
    typed: int = 0
    """How often the bot was seen typing."""

    @property
    def mention(self) -> str:
        """The channel, as written in a message."""
        return f"<#{self.id}>"

    @property
    def last_message_id(self) -> int | None:
        """The newest message's id."""
        return next(reversed(self.messages), None)

    def keep(self, message: Message) -> None:
        """Put a message where its time belongs."""
        late = (self.last_message_id or 0) > message.id
        self.messages[message.id] = message
        if late:
            self.messages = dict(sorted(self.messages.items()))


@dataclass(slots=True, eq=False)
class Attachment:
    """A file of a message."""

    id: int
    filename: str
    content: bytes = field(repr=False)
    content_type: str
    home: str
    """The address below which files lie."""
    description: str | None = None


@dataclass(slots=True, eq=False)
class Message:
    """A message, as it is now."""

    id: int
    channel: Channel
    author: User
    created: dt.datetime
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: MessageFlag = NO_FLAGS
    edited: dt.datetime | None = None
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    """Whom it calls, after what it allows."""
    everyone: bool = False
    """Whether it calls everyone."""
    nonce: str | int | None = None
    reference: Message | None = field(default=None, repr=False)
    """What it replies to; for the first message of a thread, what the thread began with."""
    about: Channel | None = field(default=None, repr=False)
    """The thread that was begun, where the message says so."""
    thread: Channel | None = field(default=None, repr=False)
    """The thread begun from it."""
    reactions: dict[str, list[User]] = field(default_factory=dict)
    interaction: Json | None = field(default=None, repr=False)
    """What the person did that it answers."""
    application: bool = False
    """Whether it was written through the webhook of an interaction."""
    seen_by: User | None = None
    """The one person who sees it, if it is ephemeral."""

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return self.seen_by is not None

    @property
    def loading(self) -> bool:
        """Whether it shows that the bot is thinking."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def text(self) -> str:
        """All that can be read in it: its content and its text displays, by lines."""
        shown = [part["content"] for part in walk(self.components) if part["type"] == Component.TEXT_DISPLAY]
        return "\n".join([self.content, *shown] if self.content else shown)

    @property
    def custom_ids(self) -> list[str]:
        """The ids of what can be pressed or chosen in it, in the order they are shown."""
        return [part["custom_id"] for part in walk(self.components) if "custom_id" in part]

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons."""
        return [part.get("label", "") for part in walk(self.components) if part["type"] == Component.BUTTON]

    def component(self, custom_id: str) -> Json | None:
        """The button or menu of that id."""
        return next((part for part in walk(self.components) if part.get("custom_id") == custom_id), None)


def walk(components: list[Json]) -> Iterator[Json]:
    """All components, those inside others too, from the first to the last."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for inner in ("accessory", "component"):
            if inner in component:
                yield from walk([component[inner]])
