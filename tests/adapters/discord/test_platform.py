"""The connection: lost, resumed, refused, without the right to read, drained."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from tests.adapters.discord.conftest import There
from tests.fakes.discord import Intent


async def test_a_lost_connection_is_resumed(there: There) -> None:
    """What was said in the gap comes then, once."""
    thread = await there.mention(there.ana, "add milk")
    there.discord.disconnect()
    await there.discord.say(there.ana, thread, "add bread")
    await there.answered(thread, 2)
    there.discord.reconnect()
    await there.reply(there.ana, thread, "add jam")
    await there.platform.idle()
    assert await there.titles(there.ana) == ["milk", "bread", "jam"]
    assert len(there.answers(thread)) == 3


async def test_a_token_that_is_refused_at_the_start(there: There) -> None:
    """No crash, no storm of calls: the bot says what is wrong and asks again."""
    await there.stop()
    there.discord.world.revoked = True
    with capture_logs() as logs:
        starting = asyncio.create_task(there.start())
        await there.discord.until(lambda: len([one for one in there.discord.calls if one.status == 401]) > 1)
    assert there.platform.trouble
    assert "DISCORD_TOKEN" in there.platform.trouble
    assert len([line for line in logs if line["event"] == "discord.trouble"]) == 1
    there.discord.world.revoked = False
    await starting
    assert there.platform.trouble is None


async def test_a_token_that_is_taken_back(there: There) -> None:
    """The connection ends; the bot is unhealthy, and back once the token is good."""
    await there.mention(there.ana, "add milk")
    await there.discord.revoke()
    await there.discord.until(lambda: [one for one in there.discord.calls if one.status == 401])
    assert there.platform.trouble
    there.discord.world.revoked = False
    await there.discord.connected()
    await there.mention(there.ana, "add bread")
    assert await there.titles(there.ana) == ["milk", "bread"]


async def test_without_message_content_mentions_messages_and_commands_work(there: There) -> None:
    """In a thread of its own the bot says once what is missing."""
    await there.stop()
    there.discord.grant(Intent(0))
    await there.start()
    thread = await there.mention(there.ana, "add milk")
    await there.discord.say(there.ana, thread, "add bread")
    await there.discord.until(lambda: "Message Content Intent" in there.discord.messages(thread)[-1].text)
    await there.discord.say(there.ana, thread, "add jam")
    await there.discord.say(there.ana, thread, "add tea", mention=True)
    await there.answered(thread, 2)
    dm = there.discord.dm(there.ana)
    await there.reply(there.ana, dm, "add honey")
    assert await there.titles(there.ana) == ["milk", "tea", "honey"]
    hints = [one for one in there.discord.messages(thread) if "Message Content Intent" in one.text]
    assert len(hints) == 1


async def test_a_bot_that_stops_begins_nothing_new(there: There) -> None:
    """What is pressed meanwhile is told to press again; what is said is answered by the next process."""
    thread = await there.mention(there.ana, "add milk")
    there.platform._running.draining = True
    typed = await there.discord.slash(there.ana, there.channel, "task list")
    assert "restarted" in typed.text
    pressed = await there.discord.press_label(there.ana, there.answers(thread)[-1], "Done")
    assert "restarted" in pressed.text
    await there.discord.say(there.ana, thread, "add bread")
    await there.restart()
    await there.answered(thread, 2)
    assert await there.titles(there.ana) == ["milk", "bread"]


async def test_bots_edits_and_joins_are_not_answered(there: There) -> None:
    """Only people are, and only what they said first."""
    thread = await there.mention(there.ana, "add milk")
    other = there.discord.user("Other", bot=True)
    await there.discord.say(other, thread, "add bread")
    said = await there.discord.say(there.ana, thread, "add jam")
    await there.answered(thread, 2)
    await there.discord.edit(there.ana, said, "add honey")
    await there.discord.add_to_thread(there.ben, thread)
    await there.reply(there.ana, thread, "add tea")
    await there.platform.idle()
    assert await there.titles(there.ana) == ["milk", "jam", "tea"]
