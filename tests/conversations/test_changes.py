"""What its author deletes or edits in the chat is deleted or replaced in the conversation, and nobody is answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.slack.listeners.changes import change_of
from core.chat import Revision, Stamp
from tests.conversations.conftest import Bot
from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace
from tests.fakes.chat import ANA, Chat
from tests.fakes.openai import Fault, OpenAIServer
from tests.fakes.openai.brain import words_of
from tests.fakes.openai.state import Conversation


def _people(openai: OpenAIServer) -> list[str]:
    """What people have said, as all conversations hold it."""
    return [
        words_of(item)
        for conversation in openai.store.conversations.values()
        for item in conversation.items
        if item.get("role") == "user"
    ]


async def _settled(*towns: Any) -> None:
    await asyncio.gather(*(town.platform.idle() for town in towns))


async def test_slack_a_deleted_message_leaves_the_conversation(workspace: Workspace) -> None:
    """The one that it was, whatever others say; after a restart too."""
    slack, openai, channel = workspace.slack, workspace.openai, workspace.channel
    thread = await workspace.mention(workspace.ana, "hello")
    await workspace.reply(workspace.ana, thread, "my pin is 1234")
    await workspace.reply(workspace.ben, thread, "my pin is 1234 too")
    (doomed,) = [one.ts for one in slack.messages(channel, thread) if one.text == "my pin is 1234"]
    said = len(slack.messages(channel, thread))
    await workspace.restart()
    await slack.delete(channel, doomed)
    await openai.until(lambda: _people(openai) == ["Ana: hello", "Ben: my pin is 1234 too"])
    await _settled(workspace)
    assert len(slack.messages(channel, thread)) == said - 1


async def test_slack_an_edited_message_is_replaced(workspace: Workspace) -> None:
    """As often as it is edited; what a link shows is no edit, and costs nothing."""
    slack, openai, channel = workspace.slack, workspace.openai, workspace.channel
    thread = await workspace.mention(workspace.ana, "hello")
    await workspace.reply(workspace.ana, thread, "my pin is 1234")
    (ts,) = [one.ts for one in slack.messages(channel, thread) if one.text == "my pin is 1234"]
    said = len(slack.messages(channel, thread))
    await slack.edit(workspace.ana, channel, ts, f"my pin is secret, ask <@{workspace.ben.id}>")
    await openai.until(lambda: _people(openai) == ["Ana: hello", "(edited) Ana: my pin is secret, ask @Ben"])
    await slack.edit(workspace.ana, channel, ts, "I have no pin")
    await openai.until(lambda: _people(openai) == ["Ana: hello", "(edited) Ana: I have no pin"])
    await _settled(workspace)
    before = len(openai.requests)
    await slack.unfurl(channel, ts)
    await _settled(workspace)
    assert len(openai.requests) == before
    assert len(slack.messages(channel, thread)) == said


async def test_slack_the_message_that_begins_a_thread(workspace: Workspace) -> None:
    """Deleting it leaves a tombstone in its place, which Slack tells as a change."""
    slack, openai = workspace.slack, workspace.openai
    thread = await workspace.mention(workspace.ana, "my pin is 1234")
    await workspace.reply(workspace.ana, thread, "and more")
    await slack.delete(workspace.channel, thread)
    await openai.until(lambda: _people(openai) == ["Ana: and more"])


async def test_slack_direct_messages(workspace: Workspace) -> None:
    """Without a name before the words, as there is but one person."""
    slack, openai, dm = workspace.slack, workspace.openai, workspace.slack.dm(workspace.ana)
    ts = await slack.say(workspace.ana, dm, "my pin is 1234")
    await slack.until(lambda: len(slack.messages(dm, ts)) == 2)
    await _settled(workspace)
    await slack.edit(workspace.ana, dm, ts, "I have no pin")
    await openai.until(lambda: _people(openai) == ["(edited) I have no pin"])


async def test_slack_what_is_none_of_the_bots_costs_nothing(workspace: Workspace) -> None:
    """Messages outside of threads, and what the bot itself changes."""
    slack, openai, channel = workspace.slack, workspace.openai, workspace.channel
    other = await slack.say(workspace.ben, channel, "nothing to do with it")
    await slack.say(workspace.ana, channel, "indeed", thread=other)
    alone = await slack.say(workspace.ben, channel, "nor this")
    await _settled(workspace)
    slack.calls.clear()
    await slack.edit(workspace.ben, channel, alone, "nor that")
    await slack.delete(channel, alone)
    await _settled(workspace)
    assert not slack.calls
    await slack.edit(workspace.ben, channel, other, "changed")
    await slack.delete(channel, other)
    await _settled(workspace)
    assert not openai.requests


async def test_discord_a_deleted_message_leaves_the_conversation(guild: Guild) -> None:
    """Of a thread that one process knows nothing of yet, and one that comes after a restart."""
    discord, openai = guild.discord, guild.openai
    thread = await guild.mention(guild.ana, "hello")
    await guild.reply(guild.ana, thread, "my pin is 1234")
    await guild.reply(guild.ben, thread, "my pin is 1234 too")
    (doomed,) = [one for one in discord.messages(thread) if one.content == "my pin is 1234"]
    answers = len(guild.answers(thread))
    await guild.restart()
    await discord.delete(doomed)
    await openai.until(lambda: _people(openai) == ["Ana: hello", "Ben: my pin is 1234 too"])
    await _settled(guild)
    assert len(guild.answers(thread)) == answers


async def test_discord_an_edited_message_is_replaced(guild: Guild) -> None:
    """In a thread and in direct messages, and the mention that opened a thread too."""
    discord, openai = guild.discord, guild.openai
    first = await discord.say(guild.ana, guild.channel, "my pin is 1234", mention=True)
    await discord.until(lambda: first.thread)
    assert first.thread
    await guild.answered(first.thread, 1)
    later = await discord.say(guild.ana, first.thread, "and my key is 5")
    await guild.answered(first.thread, 2)
    await discord.edit(guild.ana, first, f"{discord.bot_user.mention} I have no pin")
    await openai.until(lambda: _people(openai) == ["Ana: and my key is 5", "(edited) Ana: I have no pin"])
    await discord.edit(guild.ana, later, "nor a key")
    await openai.until(lambda: _people(openai)[1:] == ["(edited) Ana: nor a key"])
    await discord.delete(first)
    await openai.until(lambda: _people(openai) == ["(edited) Ana: nor a key"])
    await _settled(guild)
    assert len(guild.answers(first.thread)) == 2


async def test_two_discord_processes_replace_once(guild: Guild) -> None:
    """Both are told of the change."""
    discord, openai = guild.discord, guild.openai
    other = await guild.another()
    try:
        thread = await guild.mention(guild.ana, "hello")
        said = await discord.say(guild.ana, thread, "my pin is 1234")
        await guild.answered(thread, 2)
        await discord.edit(guild.ana, said, "I have no pin")
        await openai.until(lambda: "my pin is 1234" not in str(_people(openai)))
        await _settled(guild, other)
        assert _people(openai) == ["Ana: hello", "(edited) Ana: I have no pin"]
    finally:
        await other.stop()


async def _fork(bot: Bot, openai: OpenAIServer, chat: Chat, message: str) -> Conversation:
    """A second conversation that the thread names, with the same message in it."""
    assert bot.online
    (one,) = openai.store.conversations.values()
    fork = openai.store.create([], {})
    fork.items += [dict(item, id=f"{item['id']}2") for item in one.items]
    chat.stamps[chat.thread()].append(Stamp(fork.id, answers=message))
    return fork


async def test_forks_hold_it_no_longer_either(bot: Bot, openai: OpenAIServer, chat: Chat) -> None:
    """Every conversation that a stamp of the thread names is looked through."""
    message = chat.message("my pin is 1234")
    await chat.deliver(bot.core, message)
    await _fork(bot, openai, chat, message.id)
    await bot.core.revise(Revision(chat.thread(), message.id))
    assert _people(openai) == []


async def test_a_seed_is_replaced_too(bot: Bot, openai: OpenAIServer, chat: Chat) -> None:
    """What a fresh conversation was told of before can be taken back like what was said to the bot."""
    early = chat.message("my pin is 1234")
    await bot.says("hello")
    assert _people(openai) == ["Ana: my pin is 1234", "Ana: hello"]
    await bot.core.revise(Revision(chat.thread(), early.id))
    assert _people(openai) == ["Ana: hello"]


async def test_a_compaction_goes_with_what_it_holds(bot: Bot, openai: OpenAIServer, chat: Chat) -> None:
    """Nobody can take a single message out of it."""
    message = chat.message("my pin is 1234")
    await chat.deliver(bot.core, message)
    (conversation,) = openai.store.conversations.values()
    conversation.items.append({"id": "cmp_1", "type": "compaction", "encrypted_content": "x"})
    stranger = chat.message("not to the bot")
    await bot.core.revise(Revision(chat.thread(), stranger.id))
    assert "cmp_1" in str(conversation.items)
    await bot.core.revise(Revision(chat.thread(), message.id))
    assert "cmp_1" not in str(conversation.items)


@pytest.mark.parametrize("fault", [Fault("status", times=1, path="/items"), Fault("status", times=4, path="/items")])
async def test_a_refusal_is_tried_again(bot: Bot, openai: OpenAIServer, chat: Chat, fault: Fault) -> None:
    """And done once all the same."""
    message = chat.message("my pin is 1234")
    await chat.deliver(bot.core, message)
    openai.fail(fault)
    await bot.core.revise(Revision(chat.thread(), message.id, "I have no pin", ANA))
    assert _people(openai) == ["(edited) Ana: I have no pin"]


async def test_new_words_that_are_refused_keep_no_old_ones(bot: Bot, openai: OpenAIServer, chat: Chat) -> None:
    """If only one of the two can be done, it is the deletion."""
    message = chat.message("my pin is 1234")
    await chat.deliver(bot.core, message)
    openai.fail(Fault("status", path="/items", method="POST", status=400))
    await bot.core.revise(Revision(chat.thread(), message.id, "I have no pin", ANA))
    assert _people(openai) == []


async def test_marks_cannot_be_written_by_people(bot: Bot, openai: OpenAIServer, chat: Chat) -> None:
    """One who writes another message's mark behind theirs has it in their words, where none is looked for."""
    message = chat.message("my pin is 1234")
    await chat.deliver(bot.core, message)
    assert bot.online
    mark = bot.online.conversations.mark(chat.thread(), message.id)
    await bot.says(f"keep this {mark}")
    await bot.core.revise(Revision(chat.thread(), message.id))
    assert [text.startswith("Ana: keep this") for text in _people(openai)] == [True]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0", "previous_message": None},
        {"subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0", "previous_message": {"user": "UBOT"}},
        {"subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0", "previous_message": {"bot_id": "B1"}},
        {
            "subtype": "message_changed",
            "channel": "C1",
            "message": {"user": "U1", "ts": "1.0", "text": "x", "bot_id": "B"},
        },
        {"subtype": "message_changed", "channel": 5, "message": {"user": "U1", "ts": "1.0", "text": "x"}},
        {"subtype": "message_changed", "channel": "C1", "message": {"user": "U1", "ts": [], "text": "x"}},
    ],
)
def test_what_tells_of_no_persons_words(event: dict[str, object]) -> None:
    """The bot's own messages, other apps', and events of any other shape."""
    assert change_of(event, "UBOT") is None
