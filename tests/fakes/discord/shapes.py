"""Messages as the API and the gateway show them. Source: https://docs.discord.com/developers/resources/message."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.discord.flags import MessageFlag, MessageType
from tests.fakes.discord.ids import stamp
from tests.fakes.discord.model import Attachment, Json, Message, User
from tests.fakes.discord.persons import member_json, user_json
from tests.fakes.discord.rooms import thread_json


def message_json(message: Message, viewer: User) -> Json:
    """A message object, as the viewer sees it."""
    channel = message.channel
    shown: Json = {
        "id": str(message.id),
        "channel_id": str(channel.id),
        "type": int(message.type),
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": stamp(message.created),
        "edited_timestamp": stamp(message.edited),
        "tts": False,
        "mention_everyone": message.everyone,
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [],
        "attachments": [attachment_json(one) for one in message.attachments],
        "embeds": message.embeds,
        "components": message.components,
        "pinned": False,
        "flags": int(message.flags),
    }
    if message.nonce is not None:
        shown["nonce"] = message.nonce
    if message.application:
        shown["webhook_id"] = shown["application_id"] = str(message.author.id)
    if message.interaction:
        shown["interaction_metadata"] = message.interaction
    if message.reactions:
        shown["reactions"] = [_reaction(emoji, users, viewer) for emoji, users in message.reactions.items()]
    if message.thread:
        shown["thread"] = thread_json(message.thread, viewer)
    return shown | _reference(message, viewer)


def _reference(message: Message, viewer: User) -> Json:
    """What the message points to, and the message it means."""
    if message.about and message.about.guild:
        place = {"channel_id": str(message.about.id), "guild_id": str(message.about.guild.id)}
        return {"message_reference": {"type": 0, **place}}
    meant = message.reference
    if meant is None:
        return {}
    pointer: Json = {"type": 0, "channel_id": str(meant.channel.id), "message_id": str(meant.id)}
    if meant.channel.guild:
        pointer["guild_id"] = str(meant.channel.guild.id)
    if message.type not in (MessageType.REPLY, MessageType.THREAD_STARTER_MESSAGE):
        return {"message_reference": pointer}
    if meant.id not in meant.channel.messages:
        return {"message_reference": pointer, "referenced_message": None}
    quoted = {key: value for key, value in message_json(meant, viewer).items() if key != "referenced_message"}
    return {"message_reference": pointer, "referenced_message": quoted}


def event_json(message: Message, viewer: User) -> Json:
    """A message as the gateway sends it: with its server, and its author as a member there."""
    shown, guild = message_json(message, viewer), message.channel.guild
    if guild is None:
        return shown
    shown["guild_id"] = str(guild.id)
    if message.author.id in guild.members:
        shown["member"] = member_json(guild.members[message.author.id], user=False)
    return shown


def without_content(shown: Json) -> Json:
    """The same message for an app that may not read what people write."""
    return shown | {"content": "", "embeds": [], "attachments": [], "components": []}


def reads(message: Message, viewer: User) -> bool:
    """Whether an app may read the message though it may not read messages in general."""
    own = message.author is viewer or viewer in message.mentions
    return own or message.channel.guild is None or message.type is MessageType.THREAD_STARTER_MESSAGE


def attachment_json(attachment: Attachment) -> Json:
    """An attachment object; its address is completed by the server."""
    shown: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.content),
        "content_type": attachment.content_type,
        "url": f"{attachment.home}/{attachment.id}/{attachment.filename}",
        "proxy_url": f"{attachment.home}/{attachment.id}/{attachment.filename}",
    }
    return shown | {"description": attachment.description} if attachment.description else shown


def _reaction(emoji: str, users: Iterable[User], viewer: User) -> Json:
    count = len(list(users))
    return {
        "emoji": {"id": None, "name": emoji},
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer in users,
    }


def suppressed(flags: MessageFlag) -> bool:
    """Whether links in it get no preview."""
    return bool(flags & (MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2))
