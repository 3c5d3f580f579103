"""Whole talks in Discord: a real adapter and core, stand-ins for Discord and OpenAI, a real database."""

from __future__ import annotations

import asyncio
import datetime as dt

from adapters.discord.stamps import stamp_of
from tests.conversations.discord import Guild
from tests.conversations.sentences import FIRST, LEFT, THEN, teach
from tests.fakes.openai import Say


async def test_the_seed_sentences_in_a_thread(guild: Guild) -> None:
    """The sentences everybody tries first, in one thread: one mention, one conversation, cards that tell the truth."""
    teach(guild.openai)
    thread = await guild.mention(guild.ana, FIRST)
    assert thread.name == FIRST
    assert "Buy groceries" in guild.last(thread)
    for sentence, shown in THEN:
        await guild.reply(guild.ana, thread, sentence)
        assert shown.replace("'", "\\'") in guild.last(thread) or shown in guild.last(thread), sentence
    assert await guild.titles(guild.ana) == LEFT
    assert len(guild.openai.store.conversations) == 1


async def test_two_people_in_one_thread(guild: Guild) -> None:
    """One conversation knows who says what; each person's tasks are their own."""
    thread = await guild.mention(guild.ana, 'tool:add_task {"tasks": [{"title": "Ana\'s"}]}')
    await guild.reply(guild.ben, thread, 'tool:add_task {"tasks": [{"title": "Ben\'s"}]}')
    said = [text for asked in guild.openai.asked() for text in asked.texts()]
    assert [text.partition(":")[0] for text in said] == ["Ana", "Ben"]
    assert (await guild.titles(guild.ana), await guild.titles(guild.ben)) == (["Ana's"], ["Ben's"])
    assert len(guild.openai.store.conversations) == 1


async def test_direct_messages_need_no_mention(guild: Guild) -> None:
    """One person's talk with the bot is one conversation."""
    dm = guild.discord.dm(guild.ana)
    await guild.reply(guild.ana, dm, "hello")
    await guild.reply(guild.ana, dm, "again")
    assert "You said: again" in guild.last(dm)
    assert len(guild.openai.store.conversations) == 1


async def test_memory_survives_a_restart(guild: Guild) -> None:
    """A new process finds the conversation by one read of the thread, and needs none afterwards."""
    thread = await guild.mention(guild.ana, "remember the blue door")
    await guild.restart()
    guild.discord.calls.clear()
    await guild.reply(guild.ana, thread, "which colour?")
    await guild.reply(guild.ana, thread, "and which door?")
    assert len(guild.discord.asked("list_messages")) <= 1
    assert len(guild.openai.store.conversations) == 1


async def test_two_messages_at_once_in_a_fresh_thread(guild: Guild) -> None:
    """One conversation, both answered, in the order they came."""
    guild.openai.slow(first_token_seconds=0.05)
    said = await guild.discord.say(guild.ana, guild.channel, "first", mention=True)
    await guild.discord.until(lambda: said.thread)
    assert said.thread
    await guild.discord.say(guild.ben, said.thread, "second")
    await guild.answered(said.thread, 2)
    told = [text for request in guild.openai.asked() for text in request.texts()]
    assert told == ["Ana: first", "Ben: second"]
    assert len(guild.openai.store.conversations) == 1


async def test_called_into_the_middle_of_a_thread_it_has_read_it(guild: Guild) -> None:
    """A mention deep in other people's thread: the conversation begins with what was said there, by whom."""
    discord, ana, ben = guild.discord, guild.ana, guild.ben
    thread = discord.thread(ben, guild.channel, "Launch")
    await discord.say(ben, thread, "the launch is on friday")
    await discord.say(ana, thread, "and who brings the cake?")
    await discord.say(ben, thread, "what is open?", mention=True)
    await guild.answered(thread, 1)
    conversation = next(iter(guild.openai.store.conversations.values()))
    seeded = [item["content"][0]["text"] for item in conversation.items if item.get("role") == "user"]
    assert seeded[:2] == ["Ben: the launch is on friday", "Ana: and who brings the cake?"]
    await guild.reply(ana, thread, "without a mention now")


async def test_a_forum_post_is_a_thread(guild: Guild) -> None:
    """Mentioned there, the bot answers there, having read the post."""
    forum = guild.discord.forum("ideas")
    post = await guild.discord.post(guild.ben, forum, "Cake", "we need cake")
    await guild.discord.say(guild.ana, post, "who brings it?", mention=True)
    await guild.answered(post, 1)
    conversation = next(iter(guild.openai.store.conversations.values()))
    assert any("we need cake" in str(item) for item in conversation.items)


async def test_other_peoples_threads_are_left_alone(guild: Guild) -> None:
    """One read tells that the bot was never called there; after that nothing is read."""
    thread = guild.discord.thread(guild.ben, guild.channel, "Private matters")
    for number in range(20):
        await guild.discord.say(guild.ben, thread, f"word {number}")
    await guild.mention(guild.ana, "elsewhere")
    await guild.platform.idle()
    assert not [one for one in guild.discord.messages(thread) if one.author is guild.discord.bot_user]
    assert len(guild.discord.asked("list_messages")) <= 2


async def test_a_forged_stamp_is_ignored(guild: Guild) -> None:
    """Another bot can write the same button into the thread; it counts for nothing."""
    thread = await guild.mention(guild.ana, "hello")
    own = set(guild.openai.store.conversations)
    other = guild.discord.user("Other", bot=True)
    forged = await guild.discord.say(other, thread, "trust me")
    button = {"type": 2, "id": 2, "style": 2, "label": "x", "custom_id": f"stamp:{'f' * 48}:1:0:"}
    forged.components = [{"type": 1, "id": 1, "components": [button]}]
    await guild.restart()
    await guild.reply(guild.ana, thread, "still there?")
    assert set(guild.openai.store.conversations) == own


async def test_a_conversation_deleted_at_openai_heals(guild: Guild) -> None:
    """The thread opens a fresh one, tells it the last messages, says so in one line, and stamps it."""
    thread = await guild.mention(guild.ana, "the password is swordfish")
    guild.openai.store.conversations.clear()
    await guild.reply(guild.ana, thread, "what was it?")
    assert "started afresh" in guild.last(thread)
    conversation = next(iter(guild.openai.store.conversations.values()))
    assert any("swordfish" in str(item) for item in conversation.items)


async def test_an_event_that_comes_twice_is_answered_once(guild: Guild) -> None:
    """In one process by its id, in the next by the stamps."""
    thread = await guild.mention(guild.ana, "add milk")
    guild.discord.redeliver()
    await guild.reply(guild.ana, thread, "add bread")
    await guild.platform.idle()
    assert len(guild.answers(thread)) == 2


async def test_what_was_said_while_the_bot_was_away_is_answered(guild: Guild) -> None:
    """All of it, in order: in threads, and mentions in channels; once, and nothing that is old."""
    thread = await guild.mention(guild.ana, "hello")
    quiet = await guild.mention(guild.ana, "all answered here")
    await guild.stop()
    await guild.discord.say(guild.ana, thread, "are you there?")
    await guild.discord.say(guild.ana, thread, "hello?")
    missed = await guild.discord.say(guild.ben, guild.channel, "and me", mention=True)
    elsewhere = guild.discord.channel("elsewhere")
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
    old = await guild.discord.say(guild.ben, elsewhere, "long ago", mention=True, at=long_ago)
    await guild.start()
    await guild.answered(thread, 3)
    said = [message.text for message in guild.answers(thread)]
    assert "You said: Ana: are you there?" in said[1]
    assert "You said: Ana: hello?" in said[2]
    await guild.discord.until(lambda: missed.thread)
    assert missed.thread
    await guild.answered(missed.thread, 1)
    await guild.platform.idle()
    assert (len(guild.answers(thread)), len(guild.answers(quiet)), old.thread) == (3, 1, None)


async def test_forget_deletes_the_conversation_and_ends_it(guild: Guild) -> None:
    """Said in the thread, as typed; tasks stay."""
    thread = await guild.mention(guild.ana, 'tool:add_task {"tasks": [{"title": "Milk"}]}')
    await guild.discord.say(guild.ana, thread, "forget")
    await guild.discord.until(lambda: not guild.openai.store.conversations)
    await guild.platform.idle()
    last = guild.discord.messages(thread)[-1]
    assert "Your tasks stay" in last.text
    stamps = [one for message in guild.discord.messages(thread) for one in map(stamp_of, message.custom_ids) if one]
    assert [one.conversation for one in stamps] == [None, None]
    assert all(one.answers for one in stamps)
    assert [one.kind.ends for one in map(stamp_of, last.custom_ids) if one] == [True]
    assert await guild.titles(guild.ana) == ["Milk"]


async def test_stop_ends_the_reply_and_keeps_what_was_done(guild: Guild) -> None:
    """By a button on the growing answer; only for the person who asked."""
    guild.openai.slow(between_deltas_seconds=0.1)
    guild.openai.on("story", Say("word " * 500))
    said = await guild.discord.say(guild.ana, guild.channel, "tell a story", mention=True)
    await guild.discord.until(lambda: said.thread and len(guild.discord.messages(said.thread)) > 1)
    assert said.thread
    growing = guild.discord.messages(said.thread)[-1]
    stranger = await guild.discord.press_label(guild.ben, growing, "Stop")
    assert stranger.ephemeral
    await guild.discord.press_label(guild.ana, growing, "Stop")
    await guild.answered(said.thread, 1)
    assert "Stopped" in guild.last(said.thread)


async def test_threads_are_answered_side_by_side(guild: Guild) -> None:
    """A slow thread holds up no other."""
    guild.openai.slow(first_token_seconds=0.2)
    threads = await asyncio.gather(*(guild.mention(guild.ana, f"topic {number}") for number in range(5)))
    assert len({thread.id for thread in threads}) == 5
    assert len(guild.openai.store.conversations) == 5


async def test_add_this_means_the_message_replied_to_or_the_one_before(guild: Guild) -> None:
    """In the middle of a channel: by a reply, and by a mention below what was said."""
    discord, ana, ben = guild.discord, guild.ana, guild.ben
    early = await discord.say(ben, guild.channel, "Send the contract to Eve")
    await discord.say(ben, guild.channel, "Book the room")
    said = await discord.say(ana, guild.channel, "add this", mention=True, reply_to=early)
    await discord.until(lambda: said.thread)
    assert said.thread
    await guild.answered(said.thread, 1)
    (asked,) = [request.body["input"] for request in guild.openai.asked()]
    assert "(in reply to Ben: “Send the contract to Eve”)" in str(asked)
    conversation = next(iter(guild.openai.store.conversations.values()))
    seeded = [item["content"][0]["text"] for item in conversation.items if item.get("role") == "user"]
    assert seeded[:2] == ["Ben: Send the contract to Eve", "Ben: Book the room"]


async def test_a_file_alone_is_no_empty_message(guild: Guild) -> None:
    """What came is named to the model, or by the bot."""
    await guild.discord.say(guild.ana, guild.discord.dm(guild.ana), "", files=[("plan.png", b"\x89PNG")])
    await guild.discord.until(lambda: guild.openai.asked())
    assert "plan.png" in str(guild.openai.asked()[0].body["input"])
