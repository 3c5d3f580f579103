"""From Slack's events to the seam's values; pure functions."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.slack.settings import PLATFORM
from core.chat import Thread

Event = Mapping[str, object]

SPOKEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""Subtypes of `message` by which a person says something (https://docs.slack.dev/reference/events/message)."""
_LINK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Place:
    """A thread of Slack: its channel, and the timestamp of its first message."""

    channel: str
    ts: str
    private: bool = False
    """Whether it is in the direct messages of one person with the bot."""

    def thread(self, team: str) -> Thread:
        """The thread as the core knows it."""
        return Thread(PLATFORM, team, f"{self.channel}:{self.ts}", shared=not self.private)


def place(thread: Thread) -> Place:
    """The place of a thread that came from `Place.thread`."""
    channel, _, ts = thread.id.partition(":")
    return Place(channel, ts, not thread.shared)


_PERMALINK = re.compile(r"https://[^/]+/archives/([A-Z0-9]+)/p(\d+)(\d{6})(?:\?thread_ts=(\d+\.\d+))?")


def at_link(link: str) -> Place | None:
    """The thread that a permanent link of Slack's leads into."""
    found = _PERMALINK.match(link)
    if found is None:
        return None
    return Place(found[1], found[4] or f"{found[2]}.{found[3]}", found[1].startswith("D"))


def text_of(event: Event, field: str = "text") -> str:
    """A field that ought to be text, or nothing."""
    value = event.get(field)
    return value if isinstance(value, str) else ""


def spoken(event: Event) -> bool:
    """Whether a person says something: no bot, no edit, no join, no other event in the form of a message."""
    return (
        event.get("subtype") in SPOKEN
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and not event.get("hidden")
        and not event.get("edited")
        and text_of(event, "user") not in ("", _SLACKBOT)
        and bool(text_of(event, "ts") and text_of(event, "channel"))
    )


def where(event: Event) -> Place:
    """The thread an event belongs to; a message outside of threads begins one."""
    channel = text_of(event, "channel")
    private = event.get("channel_type") == "im" or channel.startswith("D")
    return Place(channel, text_of(event, "thread_ts") or text_of(event, "ts"), private)


def instant(ts: str) -> dt.datetime:
    """The aware instant of Slack's `1700000000.000100`; the present for what is none."""
    try:
        return dt.datetime.fromtimestamp(float(ts), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return dt.datetime.now(dt.UTC)


def mentions(text: str) -> set[str]:
    """Ids of the people whom a text mentions."""
    return {found[2] for found in _LINK.finditer(text) if found[1] == "@"}


def readable(text: str, names: Mapping[str, str], bot: str = "") -> str:
    """What a person wrote, from Slack's markup: names for mentions, addresses for links, and without the bot's mention.

    See https://docs.slack.dev/messaging/formatting-message-text.
    """

    def shown(found: re.Match[str]) -> str:
        kind, target, label = found[1], found[2], found[3]
        match kind:
            case "@":
                return "" if target == bot else f"@{label or names.get(target, target)}"
            case "#":
                return f"#{label or target}"
            case "!":
                return label or f"@{target.partition('^')[0]}"
        if target.startswith(("mailto:", "tel:")):
            return label or target.partition(":")[2]
        return target if not label or label in target else f"{label} ({target})"

    plain = html.unescape(_LINK.sub(shown, text))
    return re.sub(r"[ \t]{2,}", " ", plain).strip() if bot and f"<@{bot}" in text else plain.strip()
