"""Threads over REST. Source: https://docs.discord.com/developers/resources/channel#start-thread-from-message."""

from __future__ import annotations

from tests.fakes.discord.beginning import begin
from tests.fakes.discord.bodies import new_draft
from tests.fakes.discord.errors import Form, refusal
from tests.fakes.discord.flags import ChannelType, Permission
from tests.fakes.discord.messages import write
from tests.fakes.discord.model import Channel, Json, Message
from tests.fakes.discord.persons import member_json
from tests.fakes.discord.rest.messages import answered
from tests.fakes.discord.rest.operation import Asked, Operation
from tests.fakes.discord.rooms import may, thread_json, thread_member_json
from tests.fakes.discord.threads import join, leave, may_touch
from tests.fakes.discord.world import World


def _named(asked: Asked) -> str:
    """The thread's name and how long it stays; raises ApiError 50035."""
    form = Form()
    if "name" not in asked.body:
        form.required(("name",))
    else:
        form.between(("name",), asked.body["name"], 1, 100)
    if asked.body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        words = "Value must be one of (60, 1440, 4320, 10080)."
        form.wrong(("auto_archive_duration",), "BASE_TYPE_CHOICES", words)
    form.done()
    return str(asked.body["name"])


def create_thread_from_message(world: World, asked: Asked) -> Json:
    parent = world.channel_of(asked.id("channel_id"), needs=Permission.CREATE_PUBLIC_THREADS)
    starter = world.message_of(parent, asked.id("message_id"))
    minutes = asked.body.get("auto_archive_duration")
    return thread_json(begin(world, parent, world.bot, _named(asked), starter=starter, minutes=minutes), world.bot)


def create_thread(world: World, asked: Asked) -> Json:
    parent = world.channel_of(asked.id("channel_id"))
    name, minutes = _named(asked), asked.body.get("auto_archive_duration")
    if parent.type is ChannelType.FORUM:
        return _post(world, parent, asked, name)
    private = asked.body.get("type", ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
    world.channel_of(parent.id, needs=_CREATE[private])
    return thread_json(begin(world, parent, world.bot, name, minutes=minutes, private=private), world.bot)


_CREATE = {True: Permission.CREATE_PRIVATE_THREADS, False: Permission.CREATE_PUBLIC_THREADS}


def _post(world: World, forum: Channel, asked: Asked, name: str) -> Json:
    """A post in a forum: a thread whose first message has its id."""
    world.channel_of(forum.id, needs=Permission.SEND_MESSAGES)
    draft = new_draft(asked.body.get("message") or {}, asked.files)
    channel = begin(world, forum, world.bot, name, minutes=asked.body.get("auto_archive_duration"))
    if channel.thread:
        channel.thread.tags = [int(tag) for tag in asked.body.get("applied_tags") or []]
    message = write(world, Message(channel.id, channel, world.bot, world.now()), draft)
    return thread_json(channel, world.bot) | {"message": answered(world, message)}


def _thread(world: World, asked: Asked) -> Channel:
    channel = world.channel_of(asked.id("channel_id"))
    if channel.thread is None:
        raise refusal(50024)
    return channel


def list_thread_members(world: World, asked: Asked) -> list[Json]:
    channel = _thread(world, asked)
    assert channel.thread, "checked above"
    guild, shown = channel.guild, []
    for user in sorted(channel.thread.members):
        one = thread_member_json(channel, user)
        if guild and user in guild.members and asked.query.get("with_member", "").lower() in ("1", "true"):
            one["member"] = member_json(guild.members[user])
        shown.append(one)
    return shown


def get_thread_member(world: World, asked: Asked) -> Json:
    channel, user = _thread(world, asked), asked.id("user_id")
    if not channel.thread or user not in channel.thread.members:
        raise refusal(10007)
    return thread_member_json(channel, user)


def join_thread(world: World, asked: Asked) -> None:
    channel = _thread(world, asked)
    may_touch(channel)
    join(world, channel, world.bot)


def leave_thread(world: World, asked: Asked) -> None:
    channel = _thread(world, asked)
    may_touch(channel)
    leave(world, channel, world.bot)


def add_thread_member(world: World, asked: Asked) -> None:
    channel, user = _thread(world, asked), world.users.get(asked.id("user_id"))
    if user is None:
        raise refusal(10013)
    may_touch(channel)
    join(world, channel, user)


def delete_thread_member(world: World, asked: Asked) -> None:
    channel, user = _thread(world, asked), world.users.get(asked.id("user_id"))
    if user is None:
        raise refusal(10013)
    if not may(channel) & Permission.MANAGE_THREADS:
        raise refusal(50013)
    leave(world, channel, user)


def list_public_archived_threads(world: World, asked: Asked) -> Json:
    parent = world.channel_of(asked.id("channel_id"), needs=Permission.READ_MESSAGE_HISTORY)
    assert parent.guild, "threads are in servers"
    old = [one for one in parent.guild.channels.values() if one.parent is parent and one.thread and one.thread.archived]
    old.sort(key=lambda one: one.thread.changed if one.thread else world.now(), reverse=True)
    limit = asked.limit(50, 100)
    joined = [one for one in old[:limit] if one.thread and world.bot.id in one.thread.members]
    return {
        "threads": [thread_json(one, world.bot) for one in old[:limit]],
        "members": [thread_member_json(one, world.bot.id) for one in joined],
        "has_more": len(old) > limit,
    }


_MEMBERS = "/channels/{channel_id}/thread-members"
_FROM_MESSAGE = "/channels/{channel_id}/messages/{message_id}/threads"
_ARCHIVED = "/channels/{channel_id}/threads/archived/public"

OPERATIONS = (
    Operation("create_thread_from_message", "POST", _FROM_MESSAGE, create_thread_from_message, 201),
    Operation("create_thread", "POST", "/channels/{channel_id}/threads", create_thread, 201),
    Operation("list_thread_members", "GET", _MEMBERS, list_thread_members),
    Operation("join_thread", "PUT", f"{_MEMBERS}/@me", join_thread),
    Operation("leave_thread", "DELETE", f"{_MEMBERS}/@me", leave_thread),
    Operation("get_thread_member", "GET", f"{_MEMBERS}/{{user_id}}", get_thread_member),
    Operation("add_thread_member", "PUT", f"{_MEMBERS}/{{user_id}}", add_thread_member),
    Operation("delete_thread_member", "DELETE", f"{_MEMBERS}/{{user_id}}", delete_thread_member),
    Operation("list_public_archived_threads", "GET", _ARCHIVED, list_public_archived_threads),
)
