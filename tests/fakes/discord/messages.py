"""Messages written, changed, deleted and reacted to, with the events each of these makes."""

from __future__ import annotations

import datetime as dt
import re
import time

from tests.fakes.discord import threads
from tests.fakes.discord.bodies import Draft, links, remaining
from tests.fakes.discord.flags import Intent, MessageFlag, MessageType
from tests.fakes.discord.model import Channel, Json, Message, User
from tests.fakes.discord.persons import member_json
from tests.fakes.discord.shapes import suppressed
from tests.fakes.discord.telling import heard_by, tell, tell_of
from tests.fakes.discord.world import World

_MENTION = re.compile(r"<@!?(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def write(world: World, message: Message, draft: Draft, *, nonce: str | int | None = None) -> Message:
    """Fill in a new message and put it into its channel; an archived thread comes back to life."""
    message.content = draft.content or ""
    message.embeds = draft.embeds or []
    message.components = draft.components or []
    message.attachments = draft.attachments
    message.flags |= draft.flags
    message.nonce = nonce
    _call(world, message, draft.allowed)
    return place(world, message)


def place(world: World, message: Message) -> Message:
    """Put a message into its channel, or show it to the one person who sees it, and tell of it."""
    channel = message.channel
    if message.ephemeral:
        channel.hidden.append(message)
    else:
        if channel.thread:
            threads.wake(world, channel)
            for user in (message.author, *message.mentions):
                threads.join(world, channel, user)
            if message.type is not MessageType.THREAD_STARTER_MESSAGE and message.id != channel.id:
                channel.thread.sent += 1
        channel.keep(message)
        if message.nonce is not None:
            channel.nonces[f"{message.author.id}:{message.nonce}"] = (time.monotonic(), message)
    if message.author is world.bot:
        world.accounts.see(message)
    tell(world, "MESSAGE_CREATE", message)
    preview(world, message)
    return message


def earlier(world: World, channel: Channel, author: User, nonce: str | int) -> Message | None:
    """The message the author wrote here under that nonce a little while ago."""
    at, message = channel.nonces.get(f"{author.id}:{nonce}", (0.0, None))
    return message if message and time.monotonic() - at < world.nonce_seconds else None


def change(world: World, message: Message, draft: Draft, *, edited: bool = True) -> Message:
    """Change what was given and leave the rest; people see that it was edited, unless it only just arrived."""
    if draft.content is not None:
        message.content = draft.content
    if draft.embeds is not None:
        message.embeds = draft.embeds
    if draft.components is not None:
        message.components = draft.components
    message.attachments = [*remaining(message, draft), *draft.attachments]
    kept = message.flags & (MessageFlag.EPHEMERAL | MessageFlag.HAS_THREAD | MessageFlag.IS_COMPONENTS_V2)
    suppress = draft.flags & MessageFlag.SUPPRESS_EMBEDS
    message.flags = kept | suppress | draft.flags & MessageFlag.IS_COMPONENTS_V2
    message.edited = world.now() if edited else message.edited
    if message.author is world.bot:
        world.accounts.see(message)
    if draft.content is not None:
        _call(world, message, draft.allowed)
    tell(world, "MESSAGE_UPDATE", message)
    return message


def preview(world: World, message: Message) -> None:
    """Links get a preview a moment after; the event looks like an edit, and is none."""
    found = links(message.content)
    if world.previews and found and not message.ephemeral and not suppressed(message.flags):
        message.embeds = [*message.embeds, *({"type": "link", "url": link, "title": link} for link in found[:5])]
        tell(world, "MESSAGE_UPDATE", message)


def delete(world: World, message: Message) -> None:
    """Take it away."""
    channel = message.channel
    if message.ephemeral:
        channel.hidden.remove(message)
        world.accounts.changed()
        return
    del channel.messages[message.id]
    if channel.thread:
        channel.thread.deleted += 1
    data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
    if channel.guild:
        data["guild_id"] = str(channel.guild.id)
    tell_of(world, "MESSAGE_DELETE", channel, data, heard_by(channel))


def react(world: World, message: Message, user: User, emoji: str, *, gone: bool = False) -> None:
    """Add a reaction, or take it back."""
    users = message.reactions.setdefault(emoji, [])
    if gone is (user not in users):
        return
    if gone:
        users.remove(user)
        if not users:
            del message.reactions[emoji]
    else:
        users.append(user)
    data: Json = {
        "user_id": str(user.id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    if not gone:
        data["message_author_id"] = str(message.author.id)
    guild = message.channel.guild
    if guild:
        data["guild_id"] = str(guild.id)
        if user.id in guild.members and not gone:
            data["member"] = member_json(guild.members[user.id])
    intent = Intent.GUILD_MESSAGE_REACTIONS if guild else Intent.DIRECT_MESSAGE_REACTIONS
    name = "MESSAGE_REACTION_REMOVE" if gone else "MESSAGE_REACTION_ADD"
    tell_of(world, name, message.channel, data, intent)


def blank(world: World, channel: Channel, author: User, at: dt.datetime | None = None) -> Message:
    """A message that is still empty, with the id of this moment or of `at`."""
    return Message(world.ids.fresh(at), channel, author, at or world.now())


def _call(world: World, message: Message, allowed: Json | None) -> None:
    """Find out whom the message calls, after what it allows; without a word on it, everyone named."""
    kinds = {"users", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    named = {int(user) for user in (allowed or {}).get("users") or []}
    found = [int(user) for user in _MENTION.findall(message.text)]
    called = [user for user in dict.fromkeys(found) if user in world.users and ("users" in kinds or user in named)]
    message.mentions = [world.users[user] for user in called]
    message.everyone = "everyone" in kinds and bool(_EVERYONE.search(message.text))
    replies = allowed is None or allowed.get("replied_user", False)
    quoted = message.reference.author if message.reference and message.type is MessageType.REPLY else None
    if quoted and replies and quoted not in message.mentions:
        message.mentions.append(quoted)
