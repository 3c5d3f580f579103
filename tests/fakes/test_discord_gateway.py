"""The stand-in's gateway, as the real discord.py sees it: sessions, intents, shards, and how connections end."""

from __future__ import annotations

import discord
import pytest

from tests.fakes.discord import DiscordServer, Intent, Permission
from tests.fakes.discord.sdk import INTENTS, Bot, running, together

PLAIN = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


async def test_a_bot_begins_with_its_servers_channels_and_living_threads() -> None:
    """What was there before it connected is known once it is ready; threads in the archive are not."""
    async with DiscordServer() as server:
        ana, channel = server.user("Ana"), server.channel("general")
        alive = server.thread(ana, channel, "alive")
        server.archive(server.thread(ana, channel, "old"))
        async with running(server, Bot()) as bot:
            guild = bot.get_guild(server.guild.id)
            assert guild
            assert bot.user
            assert bot.user.id == server.bot_user.id
            assert [one.name for one in guild.text_channels] == ["general"]
            assert [one.id for one in guild.threads] == [alive.id]


async def test_places_made_later_are_told() -> None:
    """A server, a channel, a forum and a thread arrive as events, and go the same way."""
    async with together() as (server, bot):
        ana = server.user("Ana")
        guild = server.new_guild("Second", members=[ana])
        assert (await bot.next("guild_join")).name == "Second"
        forum = server.forum("ideas", guild=guild)
        assert (await bot.next("guild_channel_create")).type is discord.ChannelType.forum
        post = await server.post(ana, forum, "Shorter days", "What if?")
        assert (await bot.next("thread_create")).id == post.id
        assert (await bot.next("message")).id == post.id
        server.delete_channel(post)
        assert (await bot.next("thread_delete")).id == post.id
        server.delete_channel(forum)
        assert (await bot.next("guild_channel_delete")).id == forum.id
        server.leave(guild)
        assert (await bot.next("guild_remove")).name == "Second"


async def test_without_the_intent_content_is_hidden_but_for_mentions_and_direct_messages() -> None:
    """A bot that may not read messages reads those that call it, and those sent to it alone."""
    async with together(PLAIN) as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        await server.say(ana, channel, "nothing for you")
        await server.say(ana, channel, "for you", mention=True)
        await server.say(ana, server.dm(ana), "between us")
        read = [(await bot.next("message")).content for _ in range(3)]
        assert read == ["", f"{server.bot_user.mention} for you", "between us"]


async def test_content_that_the_portal_forbids_is_hidden_from_rest_too() -> None:
    """History shows empty messages then, but for the bot's own and those that call it."""
    async with together(PLAIN) as (server, bot):
        server.grant(Intent(0))
        ana, channel = server.user("Ana"), server.channel("general")
        await server.say(ana, channel, "nothing for you")
        await server.say(ana, channel, "for you", mention=True)
        room = (await bot.next("message")).channel
        await room.send("mine")
        assert [one.content async for one in room.history()] == ["mine", f"{server.bot_user.mention} for you", ""]


async def test_an_intent_that_was_not_granted_closes_the_connection() -> None:
    """Asking for message content without the switch in the portal ends with 4014, and no new attempt."""
    async with DiscordServer() as server:
        server.grant(Intent(0))
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with running(server, Bot(INTENTS)):
                pass


async def test_a_wrong_token_is_refused_by_rest() -> None:
    """Logging in fails before the gateway is asked."""
    async with DiscordServer() as server:
        server.world.revoked = True
        with pytest.raises(discord.LoginFailure):
            async with running(server, Bot()):
                pass


async def test_a_token_taken_back_ends_everything() -> None:
    """The gateway closes with 4004, which no client tries again, and REST answers 401 from then on."""
    async with together() as (server, bot):
        await server.revoke()
        await bot.next("disconnect")
        await server.until(lambda: server.connections == 0)
        assert bot.is_closed()
        with pytest.raises(discord.LoginFailure):
            async with running(server, Bot()):
                pass
        assert server.calls[-1].status == 401


async def test_a_cut_connection_resumes_and_misses_nothing() -> None:
    """What happened meanwhile is sent after the resume, once, and in order."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        server.disconnect()
        for number in range(5):
            await server.say(ana, channel, str(number))
        await bot.next("resumed")
        assert [(await bot.next("message")).content for _ in range(5)] == list("01234")
        await server.say(ana, channel, "after")
        assert (await bot.next("message")).content == "after"
        assert bot.heard("message") == 0


@pytest.mark.parametrize("way", ["close", "reconnect", "invalidate"])
async def test_clean_ends_resume_too(way: str) -> None:
    """A close, a request to reconnect, and a session said to be resumable go on where they were."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        match way:
            case "close":
                await server.close(1000)
            case "reconnect":
                server.reconnect()
            case _:
                server.invalidate(resumable=True)
        await server.say(ana, channel, "meanwhile")
        await bot.next("resumed")
        assert (await bot.next("message")).content == "meanwhile"


async def test_a_lost_session_begins_anew_and_its_gap_is_gone() -> None:
    """After a session that can't be resumed, events of the meantime never come."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        server.invalidate()
        await server.say(ana, channel, "lost")
        await bot.next("ready")
        await server.say(ana, channel, "found")
        assert (await bot.next("message")).content == "found"
        assert bot.heard("resumed") == 0


async def test_a_resume_of_a_session_that_is_gone_has_to_identify() -> None:
    """The connection breaks and the session is forgotten: the client begins a new one by itself."""
    async with together() as (server, bot):
        server.gateway.forget()
        server.disconnect()
        await bot.next("ready")
        assert server.connections == 1


async def test_messages_outlive_the_bot() -> None:
    """A bot that starts again finds in history what was said while it was away."""
    async with DiscordServer() as server:
        ana, channel = server.user("Ana"), server.channel("general")
        async with running(server, Bot()):
            pass
        await server.say(ana, channel, "anyone?")
        async with running(server, Bot()) as bot:
            room = bot.get_channel(channel.id)
            assert isinstance(room, discord.TextChannel)
            assert [one.content async for one in room.history()] == ["anyone?"]
            assert bot.heard("message") == 0


async def test_an_event_can_come_twice() -> None:
    """The same message arrives again, with the same id."""
    async with together() as (server, bot):
        said = await server.say(server.user("Ana"), server.channel("general"), "once")
        server.redeliver()
        assert [(await bot.next("message")).id for _ in range(2)] == [said.id, said.id]


async def test_shards_are_told_of_their_own_servers() -> None:
    """A server's id decides its shard; direct messages go to the first; two processes may share the shards."""
    async with DiscordServer() as server:
        ana = server.user("Ana")
        server.leave(server.guild)
        even, odd = (server.new_guild(str(number), members=[ana], number=number << 22) for number in (2, 3))
        first, second = (Bot(shard_count=2, shard_ids=[number]) for number in (0, 1))
        async with running(server, first), running(server, second):
            await server.say(ana, server.channel("a", guild=even), "even")
            await server.say(ana, server.channel("b", guild=odd), "odd")
            await server.say(ana, server.dm(ana), "direct")
            assert [(await first.next("message")).content for _ in range(2)] == ["even", "direct"]
            assert (await second.next("message")).content == "odd"
            assert second.heard("message") == 0


async def test_a_bot_in_too_many_servers_has_to_shard() -> None:
    """One shard of one is turned away with 4011 then."""
    async with DiscordServer() as server:
        server.gateway.sharding_required = True
        with pytest.raises(discord.ConnectionClosed) as closed:
            async with running(server, Bot()):
                pass
        assert closed.value.code == 4011


async def test_heartbeats_are_answered() -> None:
    """Each is acknowledged, which is how the client knows its latency."""
    async with together() as (_, bot):
        while not bot.shards[0].latency < 1:
            await bot.next("socket_event_type")


async def test_members_can_be_asked_for_over_the_gateway() -> None:
    """By how their names begin."""
    async with together() as (server, bot):
        for name in ("Ana", "Ben"):
            server.user(name)
        guild = bot.get_guild(server.guild.id)
        assert guild
        assert [one.name for one in await guild.query_members("an", cache=False)] == ["ana"]


async def test_a_channel_the_bot_may_not_see_stays_silent() -> None:
    """Nothing said there arrives."""
    async with together() as (server, bot):
        ana, hidden, seen = server.user("Ana"), server.channel("hidden"), server.channel("seen")
        server.deny(hidden, Permission.VIEW_CHANNEL)
        await server.say(ana, hidden, "secret", mention=True)
        await server.say(ana, seen, "public")
        assert (await bot.next("message")).content == "public"


async def test_links_get_a_preview_as_if_the_message_were_edited() -> None:
    """The event of an edit comes, but the message says that it was never edited."""
    async with together() as (server, bot):
        await server.say(server.user("Ana"), server.channel("general"), "see https://example.org/a")
        update = await bot.next("raw_message_edit")
        assert update.message.edited_at is None
        assert [embed.url for embed in update.message.embeds] == ["https://example.org/a"]


async def test_edits_deletions_and_reactions_are_told() -> None:
    """Each with what it is about."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        said = await server.say(ana, channel, "mlik")
        await server.edit(ana, said, "milk")
        assert (await bot.next("raw_message_edit")).message.content == "milk"
        await server.react(ana, said, "✅")
        added = await bot.next("raw_reaction_add")
        assert (str(added.emoji), added.user_id, added.message_id) == ("✅", ana.id, said.id)
        await server.unreact(ana, said, "✅")
        assert (await bot.next("raw_reaction_remove")).message_id == said.id
        await server.delete(said)
        assert (await bot.next("raw_message_delete")).message_id == said.id


async def test_direct_messages_arrive_without_a_server() -> None:
    """In a channel of the bot and the person, which stays the same."""
    async with together() as (server, bot):
        ana = server.user("Ana")
        await server.say(ana, server.dm(ana), "hello")
        message = await bot.next("message")
        assert message.guild is None
        assert message.channel.type is discord.ChannelType.private
        user = await bot.fetch_user(ana.id)
        assert (await user.create_dm()).id == message.channel.id == server.dm(ana).id
