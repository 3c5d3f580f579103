"""Threads: joined, archived, woken, deleted. Source: https://docs.discord.com/developers/topics/threads."""

from __future__ import annotations

from tests.fakes.discord.errors import refusal
from tests.fakes.discord.flags import ChannelType, Intent, Permission
from tests.fakes.discord.model import Channel, Json, User
from tests.fakes.discord.persons import member_json
from tests.fakes.discord.rooms import channel_json, may, thread_json, thread_member_json
from tests.fakes.discord.telling import tell_of
from tests.fakes.discord.world import Event, World


def join(world: World, channel: Channel, user: User) -> None:
    """Someone comes into a thread: who writes, is mentioned, or asks; raises ApiError 30033."""
    thread = channel.thread
    if thread is None or user.id in thread.members:
        return
    if len(thread.members) >= world.most_participants:
        raise refusal(30033)
    thread.members[user.id] = world.now()
    tell_joined(world, channel, user)


def leave(world: World, channel: Channel, user: User) -> None:
    """Someone goes out of a thread."""
    if channel.thread and channel.thread.members.pop(user.id, None):
        _members(world, channel, {"removed_member_ids": [str(user.id)]})


def wake(world: World, channel: Channel) -> None:
    """Take a thread out of the archive."""
    if channel.thread and channel.thread.archived:
        update(world, channel, {"archived": False})


def update(world: World, channel: Channel, fields: Json) -> None:
    """Change a thread's name, archive it, lock it."""
    thread = channel.thread
    assert thread, "threads only"
    channel.name = fields.get("name") or channel.name
    if fields.get("archived") is not None and fields["archived"] != thread.archived:
        thread.archived, thread.changed = fields["archived"], world.now()
    if fields.get("locked") is not None:
        thread.locked = fields["locked"]
    thread.minutes = fields.get("auto_archive_duration") or thread.minutes
    if fields.get("applied_tags") is not None:
        thread.tags = [int(tag) for tag in fields["applied_tags"]]
    tell_thread(world, "THREAD_UPDATE", channel)


def remove(world: World, channel: Channel) -> None:
    """Delete a channel and the threads in it, or a thread."""
    guild = channel.guild
    if guild is None:
        return
    seen = world.seen(channel)
    shown = channel_json(channel, world.bot)
    del world.channels[channel.id], guild.channels[channel.id]
    for inner in [one for one in guild.channels.values() if one.parent is channel]:
        del world.channels[inner.id], guild.channels[inner.id]
    if channel.thread:
        keys = ("id", "guild_id", "parent_id", "type")
        data, name = {key: shown[key] for key in keys}, "THREAD_DELETE"
    else:
        data, name = shown, "CHANNEL_DELETE"
    if seen:
        world.publish(Event(name, data, guild, Intent.GUILDS))
    else:
        world.accounts.changed()


def may_write(world: World, channel: Channel) -> None:
    """Whether the bot may write there; raises ApiError 50013, 50024, 40058, 50083, 160005."""
    if channel.type is ChannelType.FORUM:
        raise refusal(40058)
    if channel.guild is None:
        if any(user.closed for user in channel.recipients):
            raise refusal(50007)
        if not all(user.bot or user.installed or _shares(world, user) for user in channel.recipients):
            raise refusal(50278)
        return
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
    if not may(channel) & needed:
        raise refusal(50013)
    thread = channel.thread
    if thread and thread.locked and not may(channel) & Permission.MANAGE_THREADS:
        raise refusal(50083 if thread.archived else 160005)


def _shares(world: World, user: User) -> bool:
    """Whether a person and the bot are in one server: otherwise it may not write to them."""
    return any(guild.installed and user.id in guild.members for guild in world.guilds.values())


def may_touch(channel: Channel) -> None:
    """Whether something in the channel may be changed; raises ApiError 50083 or 160005."""
    thread = channel.thread
    if thread and thread.archived:
        raise refusal(50083)
    if thread and thread.locked and not may(channel) & Permission.MANAGE_THREADS:
        raise refusal(160005)


def tell_thread(world: World, name: str, channel: Channel, more: Json | None = None) -> None:
    """Tell of a thread that the bot sees."""
    tell_of(world, name, channel, thread_json(channel, world.bot) | (more or {}), Intent.GUILDS)


def tell_joined(world: World, channel: Channel, user: User) -> None:
    """Tell of someone who came in: of others only if the members of servers may be known."""
    guild = channel.guild
    assert guild, "threads only"
    shown = thread_member_json(channel, user.id)
    if user.id in guild.members:
        shown["member"] = member_json(guild.members[user.id])
    _members(world, channel, {"added_members": [shown]}, Intent.GUILDS if user is world.bot else Intent.GUILD_MEMBERS)


def _members(world: World, channel: Channel, change: Json, intent: Intent = Intent.GUILDS) -> None:
    assert channel.thread, "threads only"
    assert channel.guild, "threads only"
    place: Json = {"id": str(channel.id), "guild_id": str(channel.guild.id)}
    count = {"member_count": min(len(channel.thread.members), 50)}
    tell_of(world, "THREAD_MEMBERS_UPDATE", channel, place | count | change, intent)
