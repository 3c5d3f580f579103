"""What one process forgets, no other one goes on with; and nothing that was forgotten is told in another thread."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace
from tests.fakes.openai import OpenAIServer

SECRET = "my secret is swordfish"


def _told(openai: OpenAIServer, since: int = 0) -> str:
    """All that has been sent to the model, or put into conversations, by the requests since then."""
    return str([one.body for one in openai.requests[since:]])


@pytest.mark.parametrize("wish", ["new", "forget"])
async def test_slack_processes_share_an_end(workspace: Workspace, wish: str) -> None:
    """Slack hands events to both by turns: each has the conversation at hand, and neither goes on with it."""
    slack, openai = workspace.slack, workspace.openai
    other = await workspace.another()
    try:
        thread = await workspace.mention(workspace.ana, SECRET)
        for number in range(3):
            await workspace.reply(workspace.ana, thread, f"say {number}")
        await workspace.reply(workspace.ana, thread, wish)
        before = len(openai.requests)
        assert not openai.store.conversations
        for number in range(4):
            await workspace.reply(workspace.ana, thread, f"afterwards {number}")
        await asyncio.gather(workspace.platform.idle(), other.platform.idle())
        assert "swordfish" not in _told(openai, before)
        assert "memory of this thread was gone" not in str([one.text for one in workspace.answers(thread)])
        assert len(openai.store.conversations) == 1
        assert {one.user for one in slack.messages(workspace.channel, thread)} == {workspace.ana.id, slack.bot_user}
    finally:
        await other.stop()


@pytest.mark.parametrize("wish", ["new", "forget", "press"])
async def test_discord_processes_share_an_end(guild: Guild, wish: str) -> None:
    """Said or pressed: whichever of them takes the next message has heard of it."""
    openai = guild.openai
    other = await guild.another()
    try:
        thread = await guild.mention(guild.ana, SECRET)
        for number in range(3):
            await guild.reply(guild.ana, thread, f"say {number}")
        if wish == "press":
            await guild.discord.press_label(guild.ana, guild.answers(thread)[-1], "New conversation")
            await guild.answered(thread, 5)
        else:
            await guild.reply(guild.ana, thread, wish)
        await asyncio.gather(guild.platform.idle(), other.platform.idle())
        before = len(openai.requests)
        assert not openai.store.conversations
        for number in range(4):
            await guild.reply(guild.ana, thread, f"afterwards {number}")
        await asyncio.gather(guild.platform.idle(), other.platform.idle())
        assert "swordfish" not in _told(openai, before)
        assert len(openai.store.conversations) == 1
    finally:
        await other.stop()


async def test_a_memory_that_is_gone_is_not_made_of_what_was_forgotten(town: Any) -> None:
    """The conversation of after the end is deleted by somebody else: only what was said since is told again."""
    openai = town.openai
    thread = await town.mention(town.ana, SECRET)
    await town.reply(town.ana, thread, "forget")
    await town.reply(town.ana, thread, "hello again")
    openai.store.conversations.clear()
    before = len(openai.requests)
    await town.reply(town.ana, thread, "still there?")
    told = _told(openai, before)
    assert "hello again" in told
    assert "swordfish" not in told


async def test_a_forgotten_talk_is_not_told_in_the_next_after_a_restart(workspace: Workspace) -> None:
    """In Slack's Messages tab each message begins a thread: the one that began the forgotten talk stays out."""
    slack, openai, dm = workspace.slack, workspace.openai, workspace.slack.dm(workspace.ana)

    async def say(text: str, thread: str | None = None) -> str:
        ts = await slack.say(workspace.ana, dm, text, thread=thread)
        await slack.until(lambda: any(one.user == slack.bot_user for one in slack.messages(dm, thread or ts)[-1:]))
        await workspace.platform.idle()
        return ts

    other = await say("buy milk for the cake")
    forgotten = await say(SECRET)
    await say("forget", forgotten)
    await workspace.restart()
    before = len(openai.requests)
    await say("that one too")
    told = _told(openai, before)
    assert "buy milk for the cake" in told
    assert "swordfish" not in told
    assert other


async def test_a_forgotten_thread_of_a_channel_is_not_told_in_the_next(town: Any) -> None:
    """The mention that began it stands in the channel, before the next one; after a restart too."""
    thread = await town.mention(town.ana, SECRET)
    await town.reply(town.ana, thread, "forget")
    kept = await town.mention(town.ana, "the cake is for friday")
    await town.platform.idle()
    await town.restart()
    before = len(town.openai.requests)
    await town.mention(town.ana, "add it")
    told = _told(town.openai, before)
    assert "the cake is for friday" in told
    assert "swordfish" not in told
    assert kept
