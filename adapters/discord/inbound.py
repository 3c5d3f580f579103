"""From Discord's events to the seam's values; pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import discord

from adapters.discord.settings import PLATFORM
from core.chat import Attachment, AttachmentKind, Author, Message, Said, Thread

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
        link=_link(message, where),
        redelivered=again,
        replies_to=pointed_at(message, bot),
        attachments=tuple(attached(message)),
    )


def _link(message: discord.Message, where: Place) -> str:
    """Where the message is read: of a mention that opened a thread, the thread, which begins with it."""
    if where.channel == message.channel.id or message.guild is None:
        return message.jump_url
    return f"https://discord.com/channels/{message.guild.id}/{where.channel}"


def pointed_at(message: discord.Message, bot: int) -> Said | None:
    """The message that a reply points at, which its event brings along; None where there is none, or no words."""
    pointed = message.reference.resolved if message.reference else None
    if not isinstance(pointed, discord.Message) or message.type is not discord.MessageType.reply:
        return None
    text = readable(pointed.content, names(pointed), bot) or " ".join(one.text for one in attached(pointed)).strip()
    if not text:
        return None
    return Said(pointed.author.display_name, text, mine=pointed.author.id == bot, id=str(pointed.id))


def attached(message: discord.Message) -> Iterator[Attachment]:
    """What came with a message beside its words: files by their kind, forwards with their words, polls, stickers."""
    for file in message.attachments:
        kind = (file.content_type or "").partition("/")[0]
        yield Attachment(_KINDS.get(kind, AttachmentKind.FILE), file.filename)
    for sticker in message.stickers:
        yield Attachment(AttachmentKind.STICKER, sticker.name)
    for forwarded in message.message_snapshots:
        yield Attachment(AttachmentKind.FORWARD, text=forwarded.content)
    if message.poll:
        answers = ", ".join(answer.text for answer in message.poll.answers if answer.text)
        yield Attachment(AttachmentKind.POLL, text=f"{message.poll.question}: {answers}")


_KINDS = {"image": AttachmentKind.IMAGE, "audio": AttachmentKind.AUDIO, "video": AttachmentKind.VIDEO}
