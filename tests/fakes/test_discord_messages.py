"""What the stand-in takes as a message and what it refuses, as the real discord.py sees it."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import discord
import pytest

from tests.fakes.discord import Channel, DiscordServer, Permission
from tests.fakes.discord.sdk import Bot, request, running, together

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


async def _refused(bot: Bot, channel: Channel, body: object) -> discord.HTTPException:
    """How a message is refused."""
    with pytest.raises(discord.HTTPException) as refused:
        await request(bot, "POST", MESSAGES, body, channel_id=channel.id)
    return refused.value


def _room(bot: Bot, channel: Channel) -> discord.TextChannel:
    found = bot.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def _placed(server: DiscordServer, bot: Bot) -> discord.TextChannel:
    """A channel that the bot has heard of."""
    channel = server.channel("general")
    await bot.next("guild_channel_create")
    return _room(bot, channel)


async def test_a_message_is_seen_changed_and_deleted() -> None:
    """Everyone sees what it says at each moment, and when it could first be read."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        sent = await room.send("one")
        edited = await sent.edit(content="one two")
        assert edited.edited_at
        assert [one.text for one in server.visible] == ["one", "one two"]
        assert server.visible[0].at < server.visible[1].at
        [message] = server.messages(server.world.channels[room.id])
        assert (message.content, message.author) == ("one two", server.bot_user)
        await sent.delete()
        assert server.messages(server.world.channels[room.id]) == []
        with pytest.raises(discord.NotFound) as gone:
            await sent.edit(content="three")
        assert gone.value.code == 10008


async def test_one_nonce_makes_one_message() -> None:
    """With the nonce enforced the earlier message is returned; without, there are two."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        first = await room.send("hello", nonce="turn-1")
        again = await room.send("hello again", nonce="turn-1")
        assert (again.id, again.content) == (first.id, "hello")
        loose = {"content": "hello", "nonce": "turn-1"}
        other = await request(bot, "POST", MESSAGES, loose, channel_id=room.id)
        assert int(other["id"]) != first.id
        server.world.nonce_seconds = 0
        assert (await room.send("much later", nonce="turn-1")).content == "much later"


async def test_history_comes_in_pages() -> None:
    """Before, after, around, oldest first, and at most a hundred at once."""
    async with together() as (server, bot):
        ana, room = server.user("Ana"), await _placed(server, bot)
        channel = server.world.channels[room.id]
        said = [await server.say(ana, channel, str(number)) for number in range(7)]
        middle = discord.Object(said[3].id)
        assert [one.content async for one in room.history(limit=3)] == ["6", "5", "4"]
        assert [one.content async for one in room.history(before=middle)] == ["2", "1", "0"]
        assert [one.content async for one in room.history(after=middle, oldest_first=True)] == ["4", "5", "6"]
        assert [one.content async for one in room.history(around=middle, limit=3)] == ["4", "3", "2"]
        assert (await room.fetch_message(said[2].id)).content == "2"
        with pytest.raises(discord.HTTPException) as refused:
            await bot.http.logs_from(room.id, 101)
        assert refused.value.code == 50035


async def test_an_older_message_has_an_older_id() -> None:
    """A message of an hour ago stands before those of today, and tells its time."""
    async with together() as (server, bot):
        ana, room = server.user("Ana"), await _placed(server, bot)
        channel = server.world.channels[room.id]
        await server.say(ana, channel, "now")
        hour_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        await server.say(ana, channel, "then", at=hour_ago)
        history = [one async for one in room.history()]
        assert [one.content for one in history] == ["now", "then"]
        assert abs(history[1].created_at - hour_ago) < dt.timedelta(seconds=1)
        assert abs(discord.utils.snowflake_time(history[1].id) - hour_ago) < dt.timedelta(seconds=1)


async def test_a_reply_shows_what_it_replies_to() -> None:
    """A reply to a message that is gone is refused, unless it may be an ordinary message then."""
    async with together() as (server, bot):
        ana, room = server.user("Ana"), await _placed(server, bot)
        said = await server.say(ana, server.world.channels[room.id], "ping")
        message = await room.fetch_message(said.id)
        answer = await message.reply("pong")
        assert answer.reference
        assert isinstance(answer.reference.resolved, discord.Message)
        assert answer.reference.resolved.content == "ping"
        await server.delete(said)
        with pytest.raises(discord.HTTPException) as refused:
            await message.reply("pong")
        assert refused.value.code == 50035
        gone = message.to_reference(fail_if_not_exists=False)
        assert (await room.send("pong", reference=gone)).reference is None


async def test_mentions_are_those_that_are_allowed() -> None:
    """Nobody is called where nobody may be; a kind and its members are not allowed at once."""
    async with together() as (server, bot):
        ana, ben = server.user("Ana"), server.user("Ben")
        room = await _placed(server, bot)
        text = f"{ana.mention} {ben.mention} @everyone"
        quiet = await room.send(text, allowed_mentions=discord.AllowedMentions.none())
        assert (quiet.mentions, quiet.mention_everyone) == ([], False)
        some = discord.AllowedMentions(everyone=False, users=[discord.Object(ana.id)], roles=False)
        assert [one.id for one in (await room.send(text, allowed_mentions=some)).mentions] == [ana.id]
        loud = await room.send(text)
        assert ([one.id for one in loud.mentions], loud.mention_everyone) == ([ana.id, ben.id], True)
        both = {"content": text, "allowed_mentions": {"parse": ["users"], "users": [str(ana.id)]}}
        refused = await _refused(bot, server.world.channels[room.id], both)
        assert refused.code == 50035
        assert "mutually exclusive" in refused.text


async def test_suppressed_links_have_no_preview() -> None:
    """An own message with a link gets one otherwise."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        channel = server.world.channels[room.id]
        await room.send("https://example.org", suppress_embeds=True)
        await room.send("<https://example.org>")
        await room.send("https://example.org")
        assert [bool(message.embeds) for message in server.messages(channel)] == [False, False, True]


async def test_files_can_be_sent_and_read() -> None:
    """By the bot and by people."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        sent = await room.send("list", file=discord.File(io.BytesIO(b"a,b"), "tasks.csv", description="all tasks"))
        [kept] = server.messages(server.world.channels[room.id])[0].attachments
        assert (kept.filename, kept.content, kept.description) == ("tasks.csv", b"a,b", "all tasks")
        assert await sent.attachments[0].read() == b"a,b"
        await server.say(server.user("Ana"), server.world.channels[room.id], "", files=[("x.txt", b"hi")])
        await bot.next("message")
        assert await (await bot.next("message")).attachments[0].read() == b"hi"
        assert (await sent.edit(attachments=[])).attachments == []


async def test_typing_and_reactions_are_seen() -> None:
    """A reaction twice is one, and a word is no emoji."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        channel = server.world.channels[room.id]
        await room.typing()
        assert channel.typed == 1
        sent = await room.send("done?")
        await sent.add_reaction("✅")
        await sent.add_reaction("✅")
        [message] = server.messages(channel)
        assert message.reactions == {"✅": [server.bot_user]}
        assert (await room.fetch_message(sent.id)).reactions[0].me
        with pytest.raises(discord.HTTPException) as refused:
            await sent.add_reaction("yes")
        assert refused.value.code == 10014
        await sent.remove_reaction("✅", discord.Object(server.bot_user.id))
        assert message.reactions == {}


async def test_permissions_are_told_apart() -> None:
    """A channel out of sight is 50001, a missing right 50013, an unknown place 10003, a person who is closed 50007."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        said = await server.say(ana, channel, "mine")

        async def code(method: str, path: str, body: object = None, **args: object) -> int:
            with pytest.raises(discord.HTTPException) as refused:
                await request(bot, method, path, body, **args)
            return refused.value.code

        hello = {"content": "hello"}
        assert await code("POST", MESSAGES, hello, channel_id=1) == 10003
        assert await code("PATCH", MESSAGE, hello, channel_id=channel.id, message_id=said.id) == 50005
        assert await code("DELETE", MESSAGE, channel_id=channel.id, message_id=said.id) == 50013
        server.allow(channel, Permission.MANAGE_MESSAGES)
        await request(bot, "DELETE", MESSAGE, channel_id=channel.id, message_id=said.id)
        server.deny(channel, Permission.SEND_MESSAGES)
        assert await code("POST", MESSAGES, hello, channel_id=channel.id) == 50013
        server.deny(channel, Permission.VIEW_CHANNEL)
        assert await code("POST", MESSAGES, hello, channel_id=channel.id) == 50001
        assert await code("POST", MESSAGES, hello, channel_id=server.forum("ideas").id) == 40058
        ana.closed = True
        assert await code("POST", MESSAGES, hello, channel_id=server.dm(ana).id) == 50007


BUTTON: dict[str, Any] = {"type": 2, "style": 1, "label": "Done", "custom_id": "done"}


def _row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def _menu(options: int, **more: Any) -> dict[str, Any]:
    choices = [{"label": str(number), "value": str(number)} for number in range(options)]
    return {"type": 3, "custom_id": "menu", "options": choices, **more}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"components": [_row(BUTTON | {"custom_id": "x" * 101})]}, "components.0.components.0.custom_id"),
        ({"components": [_row(BUTTON, BUTTON)]}, "components.0.components.1.custom_id"),
        ({"components": [_row(BUTTON | {"label": "x" * 81})]}, "components.0.components.0.label"),
        ({"components": [_row(*(BUTTON | {"custom_id": str(n)} for n in range(6)))]}, "components.0.components"),
        ({"components": [_row(BUTTON | {"custom_id": str(n)}) for n in range(6)]}, "components"),
        ({"components": [_row(_menu(26))]}, "components.0.components.0.options"),
        ({"components": [_row(_menu(2, placeholder="x" * 151))]}, "components.0.components.0.placeholder"),
        ({"components": [_row(_menu(2), BUTTON)]}, "components.0.components.1"),
        ({"components": [{"type": 10, "content": "text"}]}, "components.0.type"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "embeds"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields"),
        ({"flags": 1 << 15, "content": "text", "components": [{"type": 10, "content": "text"}]}, "content"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 3000}] * 2}, "components"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, "components"),
        ({"flags": 1 << 15, "components": [{"type": 17, "components": []}]}, "components.0.components"),
        ({"flags": 1 << 15, "components": [BUTTON]}, "components.0.type"),
    ],
)
async def test_what_breaks_the_rules_is_refused_by_the_path_of_the_field(body: dict[str, Any], path: str) -> None:
    """Error 50035 names the field in its tree, and no message appears."""
    async with DiscordServer(limits=False) as server, running(server, Bot()) as bot:
        channel = server.channel("general")
        refused = await _refused(bot, channel, {"content": "x"} | body if "flags" not in body else body)
        assert refused.code == 50035
        assert f"In {path}: " in refused.text
        assert server.messages(channel) == []


async def test_an_empty_message_is_none() -> None:
    """Neither new, nor after an edit."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        assert (await _refused(bot, server.world.channels[room.id], {"content": ""})).code == 50006
        sent = await room.send("something")
        with pytest.raises(discord.HTTPException) as refused:
            await sent.edit(content="")
        assert refused.value.code == 50006


class Card(discord.ui.LayoutView):
    """A card as the library builds one."""

    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        button: discord.ui.Button[Card] = discord.ui.Button(label="Done", custom_id="done:1")
        row: discord.ui.ActionRow[Card] = discord.ui.ActionRow(button)
        self.add_item(discord.ui.Container(discord.ui.TextDisplay(text), discord.ui.Separator(), row))


async def test_cards_are_components_and_stay_components() -> None:
    """A message of components has no content; a message of text may become one, and never turns back."""
    async with together() as (server, bot):
        room = await _placed(server, bot)
        card = await room.send(view=Card("Buy milk"))
        [message] = server.messages(server.world.channels[room.id])
        assert (message.text, message.labels, message.custom_ids) == ("Buy milk", ["Done"], ["done:1"])
        await card.edit(view=Card("Milk is bought"))
        assert message.text == "Milk is bought"
        with pytest.raises(discord.HTTPException) as refused:
            await request(bot, "PATCH", MESSAGE, {"content": "text"}, channel_id=room.id, message_id=card.id)
        assert "content" in refused.value.text
        plain = await room.send("thinking …")
        body = {"flags": 1 << 15, "components": [{"type": 10, "content": "done"}]}
        with pytest.raises(discord.HTTPException):
            await request(bot, "PATCH", MESSAGE, body, channel_id=room.id, message_id=plain.id)
        await plain.edit(content=None, view=Card("Done"))
        assert server.messages(server.world.channels[room.id])[1].text == "Done"


async def test_what_breaks_the_description_is_written_down() -> None:
    """Requests the published description doesn't know, and operations the stand-in doesn't, are for tests to see."""
    async with DiscordServer() as server, running(server, Bot()) as bot:
        channel = server.channel("general")
        with pytest.raises(discord.HTTPException):
            await request(bot, "POST", MESSAGES, {"content": ["x"]}, channel_id=channel.id)
        with pytest.raises(discord.NotFound):
            await request(bot, "GET", "/nowhere")
        assert "unknown operation GET /api/v10/nowhere" in server.invalid
