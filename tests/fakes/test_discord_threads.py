"""Threads and forums of the stand-in, as the real discord.py sees them."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import discord
import pytest

from tests.fakes.discord import Channel, DiscordServer, MessageType, Permission
from tests.fakes.discord.places import ImpossibleError
from tests.fakes.discord.sdk import Bot, request, together

FROM_MESSAGE = "/channels/{channel_id}/messages/{message_id}/threads"
CHANNEL = "/channels/{channel_id}"


async def _code(doing: Awaitable[Any]) -> int:
    """The error code something is refused with."""
    with pytest.raises(discord.HTTPException) as refused:
        await doing
    return refused.value.code


async def _begun(server: DiscordServer, bot: Bot, *, by_bot: bool = False) -> tuple[Channel, discord.Thread]:
    """A thread, and how the client knows it."""
    ana, channel = server.user("Ana"), server.channel("general")
    said = await server.say(ana, channel, "plan the party", mention=True)
    while (message := await bot.next("message")).id != said.id:
        pass
    if by_bot:
        own = await message.create_thread(name="party")
        return server.world.channels[own.id], own
    thread = server.thread(ana, said, "party")
    while (await bot.next("thread_create")).id != thread.id:
        pass
    found = bot.get_channel(thread.id)
    assert isinstance(found, discord.Thread)
    return thread, found


async def test_a_thread_from_a_message_has_its_id_and_begins_with_it() -> None:
    """The message carries the thread, the thread's first message points back, and a second thread is refused."""
    async with together() as (server, bot):
        channel = server.channel("general")
        said = await server.say(server.user("Ana"), channel, "plan the party", mention=True)
        message = await bot.next("message")
        thread = await message.create_thread(name="party", auto_archive_duration=60)
        assert (thread.id, thread.owner_id, thread.parent_id) == (said.id, server.bot_user.id, channel.id)
        assert said.thread is server.world.channels[thread.id]
        [first] = [one async for one in thread.history()]
        assert first.type is discord.MessageType.thread_starter_message
        assert isinstance(first.reference and first.reference.resolved, discord.Message)
        assert (await bot.next("raw_message_edit")).message.flags.has_thread
        again = {"name": "again"}
        assert (
            await _code(request(bot, "POST", FROM_MESSAGE, again, channel_id=channel.id, message_id=said.id)) == 160004
        )


async def test_a_thread_without_a_message_is_announced_in_its_channel() -> None:
    """A public one by a message there; a private one is not, and those outside don't see it."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        await bot.next("guild_channel_create")
        room = bot.get_channel(channel.id)
        assert isinstance(room, discord.TextChannel)
        await room.create_thread(name="open", type=discord.ChannelType.public_thread)
        assert [one.type for one in server.messages(channel)] == [MessageType.THREAD_CREATED]
        await room.create_thread(name="closed", type=discord.ChannelType.private_thread)
        assert len(server.messages(channel)) == 1
        secret = server.thread(ana, channel, "secret", private=True)
        assert await _code(request(bot, "GET", CHANNEL, channel_id=secret.id)) == 50001
        await server.add_to_thread(server.bot_user, secret)
        assert (await bot.fetch_channel(secret.id)).id == secret.id


async def test_a_post_in_a_forum_is_a_thread_with_its_message() -> None:
    """Both have one id; a forum itself takes no messages."""
    async with together() as (server, bot):
        forum = server.forum("ideas")
        await bot.next("guild_channel_create")
        room = bot.get_channel(forum.id)
        assert isinstance(room, discord.ForumChannel)
        made = await room.create_thread(name="Shorter days", content="What if?")
        assert made.thread.id == made.message.id
        assert [one.content async for one in made.thread.history()] == ["What if?"]
        assert made.thread.message_count == 0


async def test_who_writes_or_is_mentioned_comes_into_a_thread() -> None:
    """And who leaves is gone."""
    async with together() as (server, bot):
        ben = server.user("Ben")
        thread, found = await _begun(server, bot)
        await found.send(f"hello {ben.mention}")
        assert {one.id for one in await found.fetch_members()} >= {ben.id, server.bot_user.id}
        await found.leave()
        assert thread.thread
        assert server.bot_user.id not in thread.thread.members
        await found.join()
        assert server.bot_user.id in thread.thread.members
        with pytest.raises(discord.Forbidden):
            await found.remove_user(discord.Object(ben.id))


async def test_writing_wakes_an_archived_thread_and_changing_does_not() -> None:
    """A message unarchives it; an edit, a reaction or a command in it is refused with 50083 before."""
    async with together() as (server, bot):
        thread, found = await _begun(server, bot)
        sent = await found.send("one")
        server.archive(thread)
        assert (await bot.next("thread_update"))[1].archived
        assert await _code(sent.edit(content="two")) == 50083
        assert await _code(sent.add_reaction("✅")) == 50083
        await found.send("three")
        assert thread.thread
        assert not thread.thread.archived
        await sent.edit(content="two")
        assert found.id in {one.id for one in await found.guild.active_threads()}


async def test_a_locked_thread_is_for_moderators() -> None:
    """Archived and locked it answers 50083, alive and locked 160005, and people can't write there either."""
    async with together() as (server, bot):
        thread, found = await _begun(server, bot)
        sent = await found.send("one")
        server.lock(thread)
        assert await _code(found.send("two")) == 160005
        assert await _code(sent.edit(content="two")) == 160005
        with pytest.raises(ImpossibleError):
            await server.say(server.user("Ben"), thread, "two")
        server.archive(thread, locked=True)
        assert await _code(found.send("two")) == 50083
        assert thread.parent
        server.allow(thread.parent, Permission.MANAGE_THREADS)
        await found.send("two")
        assert [one.content for one in server.messages(thread)][-1] == "two"


async def test_only_the_owner_and_moderators_change_a_thread() -> None:
    """Names and the archive; a lock is for moderators alone."""
    async with together() as (server, bot):
        _, theirs = await _begun(server, bot)
        assert await _code(theirs.edit(name="mine now")) == 50013
        thread, own = await _begun(server, bot, by_bot=True)
        renamed = await own.edit(name="renamed")
        assert (renamed.name, thread.name) == ("renamed", "renamed")
        assert await _code(own.edit(locked=True)) == 50013
        assert await _code(own.delete()) == 50013
        await own.edit(archived=True)
        assert isinstance(own.parent, discord.TextChannel)
        assert [one.id async for one in own.parent.archived_threads()] == [own.id]


async def test_a_deleted_thread_or_channel_is_unknown() -> None:
    """Writing there answers 10003, and a channel takes its threads along."""
    async with together() as (server, bot):
        thread, found = await _begun(server, bot)
        assert thread.parent
        server.delete_channel(thread.parent)
        await bot.next("guild_channel_delete")
        assert await _code(found.send("anyone?")) == 10003


async def test_threads_have_limits() -> None:
    """Of people in them (30033), of living ones in a server (160006), of their names, and of places to begin one."""
    async with together() as (server, bot):
        thread, found = await _begun(server, bot)
        assert thread.thread
        server.world.most_participants = len(thread.thread.members)
        assert await _code(found.add_user(discord.Object(server.user("Ben").id))) == 30033
        server.world.most_active_threads = 1
        ana = server.user("Ana")
        assert thread.parent
        said = await server.say(ana, thread.parent, "another")
        place = {"channel_id": thread.parent.id, "message_id": said.id}
        assert await _code(request(bot, "POST", FROM_MESSAGE, {"name": "b"}, **place)) == 160006
        assert await _code(request(bot, "POST", FROM_MESSAGE, {"name": "x" * 101}, **place)) == 50035
        alone = await server.say(ana, server.dm(ana), "hello")
        place = {"channel_id": server.dm(ana).id, "message_id": alone.id}
        assert await _code(request(bot, "POST", FROM_MESSAGE, {"name": "b"}, **place)) == 50024
        server.invalid.clear()


async def test_rights_in_threads_are_their_own() -> None:
    """Writing in threads and beginning them are permissions beside writing in channels."""
    async with together() as (server, bot):
        thread, found = await _begun(server, bot)
        assert thread.parent
        server.deny(thread.parent, Permission.SEND_MESSAGES)
        await found.send("still here")
        server.deny(thread.parent, Permission.SEND_MESSAGES_IN_THREADS | Permission.CREATE_PUBLIC_THREADS)
        assert await _code(found.send("not here")) == 50013
        said = await server.say(server.user("Cem"), thread.parent, "new")
        place = {"channel_id": thread.parent.id, "message_id": said.id}
        assert await _code(request(bot, "POST", FROM_MESSAGE, {"name": "b"}, **place)) == 50013
