"""What Slack keeps: people, channels, messages and their threads."""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from tests.fakes.slack.errors import SlackError

Json = dict[str, object]


@dataclass(slots=True)
class User:
    """A person."""

    id: str
    name: str
    timezone: str
    locale: str
    deleted: bool = False
    """Whether the account was deactivated."""
    team: str = "T0ACME"
    guest: bool = False
    """Of one channel or of several."""

    def told(self) -> Json:
        """As `users.info` tells it."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.lower(),
            "real_name": self.name,
            "deleted": self.deleted,
            "tz": self.timezone,
            "tz_label": self.timezone,
            "tz_offset": 0,
            "locale": self.locale,
            "is_bot": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "profile": {"display_name": self.name, "real_name": self.name, "team": self.team},
        }


@dataclass(slots=True)
class Channel:
    """A channel, or the direct messages of one person with the bot."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    bot: bool = True
    archived: bool = False
    private: bool = False
    gone: bool = False
    team: str = "T0ACME"
    shared: frozenset[str] = frozenset()
    """The other workspaces that it is shared with."""

    def seen_by(self, *teams: str) -> bool:
        """Whether it is one of these workspaces' channels."""
        return self.team in teams or bool(self.shared & set(teams))

    @property
    def kind(self) -> str:
        """The event's `channel_type`."""
        return "im" if self.id.startswith("D") else "group" if self.private else "channel"


@dataclass(slots=True)
class Message:
    """One message."""

    ts: str
    channel: str
    text: str
    user: str
    bot_id: str | None = None
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    subtype: str | None = None
    streaming: bool = False
    expires: float = 0.0
    edited: bool = False
    app_id: str | None = None
    extra: Json = field(default_factory=dict)
    """Files, and messages that were passed on, as Slack tells them."""
    reactions: set[tuple[str, str]] = field(default_factory=set)

    def told(self, *, metadata: bool) -> Json:
        """As the Web API tells it; metadata only to whom asks for it."""
        told: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": "T0ACME"}
        if self.bot_id:
            told |= {
                "bot_id": self.bot_id,
                "app_id": self.app_id,
                "bot_profile": {"id": self.bot_id, "app_id": self.app_id},
            }
        if self.thread_ts:
            told["thread_ts"] = self.thread_ts
        if self.subtype:
            told["subtype"] = self.subtype
        if self.blocks:
            told["blocks"] = self.blocks
        told |= self.extra
        if metadata and self.metadata:
            told["metadata"] = self.metadata
        if self.edited:
            told["edited"] = {"user": self.user, "ts": self.ts}
        return told


class Store:
    """People, channels and messages."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._threads: dict[tuple[str, str], list[Message]] = {}
        self._ids = itertools.count(1)
        self._last = 0

    def new_id(self, letter: str) -> str:
        """`U0000001`, `C0000002`, …"""
        return f"{letter}{next(self._ids):07d}"

    def new_ts(self) -> str:
        """Seconds with six decimals, later than every one before."""
        self._last = max(self._last + 1, int(time.time() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def channel(self, channel_id: object) -> Channel:
        """A channel the bot may know of; a person's id stands for their direct messages."""
        if isinstance(channel_id, str) and channel_id in self.users:
            return self.dm(channel_id)
        found = self.channels.get(channel_id) if isinstance(channel_id, str) else None
        if found is None or found.gone:
            raise SlackError("channel_not_found")
        return found

    def met(self, user: User, teams: Collection[str]) -> bool:
        """Whether these workspaces know the person: their own, and others in channels that they share."""
        shared = (one for one in self.channels.values() if one.shared and user.id in one.members)
        return user.team in teams or any(one.seen_by(*teams) for one in shared)

    def dm(self, user: str) -> Channel:
        """The direct messages of that person with the bot."""
        for channel in self.channels.values():
            if channel.id.startswith("D") and user in channel.members:
                return channel
        opened = Channel(self.new_id("D"), "dm", {user}, team=self.users[user].team)
        self.channels[opened.id] = opened
        return opened

    def add(self, message: Message) -> Message:
        """Keep a message, in its thread if it is a reply."""
        self._messages.setdefault(message.channel, {})[message.ts] = message
        root = message.thread_ts or message.ts
        self._threads.setdefault((message.channel, root), []).append(message)
        return message

    def message(self, channel: str, ts: object) -> Message:
        """A message by its timestamp."""
        found = self._messages.get(channel, {}).get(ts) if isinstance(ts, str) else None
        if found is None:
            raise SlackError("message_not_found")
        return found

    def remove(self, message: Message) -> None:
        """Delete a message."""
        del self._messages[message.channel][message.ts]
        self._threads[message.channel, message.thread_ts or message.ts].remove(message)

    def thread(self, channel: str, root: str) -> list[Message]:
        """A thread's messages, oldest first."""
        return self._threads.get((channel, root), [])

    def history(self, channel: str) -> list[Message]:
        """A channel's messages outside of threads, oldest first."""
        kept = self._messages.get(channel, {}).values()
        return [message for message in kept if message.thread_ts in (None, message.ts)]
