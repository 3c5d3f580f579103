"""What is said while nobody listens, or to a process that dies in the middle: answered once, or told what was done."""

from __future__ import annotations

import asyncio

from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace


def lose(workspace: Workspace) -> None:
    """What Slack would hand over to the next process is gone, as if the last one had confirmed it and died."""
    workspace.slack.envelopes._waiting.clear()


async def test_slack_answers_what_was_said_meanwhile_in_order(workspace: Workspace) -> None:
    """In threads, direct messages and channels; in others' threads where it is mentioned; nothing else."""
    ana, ben, slack = workspace.ana, workspace.ben, workspace.slack
    thread = await workspace.mention(ana, "hello")
    others = await slack.say(ben, workspace.channel, "shall we have lunch?")
    await workspace.stop()
    for text in ("first", "second"):
        await slack.say(ana, workspace.channel, text, thread=thread)
    called = await slack.say(ben, workspace.channel, f"{workspace.bot} third")
    private = await slack.say(ana, slack.dm(ana), "fourth")
    await slack.say(ana, workspace.channel, "yes, at noon", thread=others)
    await slack.say(ana, workspace.channel, f"{workspace.bot} fifth", thread=others)
    await slack.say(ben, workspace.channel, "not to the bot")
    lose(workspace)
    await workspace.start()
    late = [one.text for one in workspace.answers(thread)[1:]]
    assert [f"You said: Ana: {text}" in said for said, text in zip(late, ("first", "second"), strict=True)] == [
        True
    ] * 2
    assert len(workspace.answers(called)) == 1
    assert len(workspace.answers(others)) == 1
    there = [said for said in slack.messages(slack.dm(ana), private) if said.user == slack.bot_user]
    assert "You said: fourth" in there[0].text
    answers = [len(workspace.answers(one)) for one in (thread, called, others)]
    await workspace.restart()
    assert [len(workspace.answers(one)) for one in (thread, called, others)] == answers


async def test_two_processes_on_one_shard_answer_once_and_in_order(guild: Guild) -> None:
    """Each is told of every message; each message has one answer, one task, and its thread one conversation."""
    other = await guild.another()
    try:
        thread = await guild.mention(guild.ana, 'tool:add_task {"tasks": [{"title": "One"}]}')
        for number in range(4):
            await guild.discord.say(guild.ana, thread, f"say {number}")
        await guild.answered(thread, 5)
        await asyncio.gather(guild.platform.idle(), other.platform.idle())
        assert [f"say {number}" in said.text for number, said in enumerate(guild.answers(thread)[1:])] == [True] * 4
        assert await guild.titles(guild.ana) == ["One"]
        assert len(guild.openai.store.conversations) == 1
    finally:
        await other.stop()


async def test_two_processes_share_a_thread_in_slack(workspace: Workspace) -> None:
    """Slack hands each event to one of them, by turns: all are answered, in order, in one conversation."""
    ana, ben, slack = workspace.ana, workspace.ben, workspace.slack
    other = await workspace.another()
    try:
        thread = await slack.say(ana, workspace.channel, f"{workspace.bot} say 0")
        for number in range(1, 6):
            who = ben if number % 2 else ana
            await slack.say(who, workspace.channel, f"say {number}", thread=thread)
        await workspace.answered(thread, 6)
        await asyncio.gather(workspace.platform.idle(), other.platform.idle())
        said = [one.text for one in workspace.answers(thread)]
        assert [text[-6:].strip() for text in said] == [f"say {number}" for number in range(6)]
        assert len(workspace.openai.store.conversations) == 1
    finally:
        await other.stop()
