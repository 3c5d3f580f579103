"""From Discord's events to the seam's values; pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import discord

from adapters.discord.settings import PLATFORM
from core.chat import Author, Message, Thread

_SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""Types of message by which a person says something."""
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")


@dataclass(frozen=True, slots=True)
class Place:
    """A thread of the bot's: a thread or forum post of Discord, direct messages, at need a channel."""

    channel: int
    private: bool = False
    """Whether it is direct messages with the bot."""

    def thread(self) -> Thread:
        """The thread as the core knows it."""
        return Thread(PLATFORM, "", str(self.channel), shared=not self.private)


def place(thread: Thread) -> Place:
    """The place of a thread that came from `Place.thread`."""
    return Place(int(thread.id), not thread.shared)


_LINK = re.compile(r"https://(?:\w+\.)?discord\.com/channels/(@me|\d+)/(\d+)(?:/\d+)?")


def at_link(link: str) -> Place | None:
    """The thread, or the direct messages, that a permanent link of Discord's leads into."""
    found = _LINK.match(link)
    return Place(int(found[2]), private=found[1] == "@me") if found else None


def author(user: discord.abc.User, locale: str | None = None) -> Author:
    """A person. Discord's ids are the same everywhere, so that tasks are, too; it tells no time zone."""
    return Author(PLATFORM, "", str(user.id), user.display_name, locale=locale)


def spoken(message: discord.Message) -> bool:
    """Whether a person says something: no bot, no webhook, no join or other event in the form of a message."""
    return not message.author.bot and message.webhook_id is None and message.type in _SPOKEN


def readable(text: str, names: Mapping[int, str], bot: int = 0) -> str:
    """What a person wrote: names for mentions, emoji by their names, and without the bot's mention."""

    def shown(found: re.Match[str]) -> str:
        kind, number = found[1], int(found[2])
        if number == bot:
            return ""
        return f"{'#' if kind == '#' else '@'}{names.get(number, found[2])}"

    plain = _EMOJI.sub(r"\1", _MENTION.sub(shown, text))
    return re.sub(r"[ \t]{2,}", " ", plain).strip()


def names(message: discord.Message) -> dict[int, str]:
    """Names of whom and what a message mentions, as its event brings them along."""
    told = {user.id: user.display_name for user in message.mentions}
    told |= {role.id: role.name for role in message.role_mentions}
    return told | {channel.id: getattr(channel, "name", "") for channel in message.channel_mentions}


def said(message: discord.Message, where: Place, bot: int, *, again: bool = False) -> Message:
    """The message as the core takes it."""
    return Message(
        id=str(message.id),
        thread=where.thread(),
        author=author(message.author),
        text=readable(message.content, names(message), bot),
        at=message.created_at,
        link=message.jump_url,
        redelivered=again,
    )
