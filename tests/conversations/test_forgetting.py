"""Forget means gone: the conversation, its items and its stored responses, or the answer names what is left."""

from __future__ import annotations

import datetime as dt

import pytest
from structlog.testing import capture_logs

from core.agent.client import Client
from core.agent.conversations import Conversations
from core.agent.online import openai_assistant
from core.attempt import Online
from core.chat import Stamp, StampKind
from core.database import Database
from core.service import Service
from tests.conversations.conftest import PATIENCE, Bot, Clock, StartBot, online_for
from tests.fakes.chat import BEN, Chat
from tests.fakes.openai import Fault, OpenAIServer
from tests.fakes.openai.brain import text_of
from tests.fakes.openai.server import MODELS
from tests.fakes.openai.state import Conversation

FOR_EVER = 1_000_000_000


def _nothing_is_left(openai: OpenAIServer) -> bool:
    return (openai.store.conversations, openai.store.left_behind, openai.store.responses) == ({}, [], {})


def _texts(conversation: Conversation) -> str:
    return " ".join(text_of(item) for item in conversation.items)


@pytest.fixture(params=["new", "forget"])
def wish(request: pytest.FixtureRequest) -> str:
    """Both end a conversation."""
    word: str = request.param
    return word


async def test_all_conversations_of_the_thread_are_deleted(
    bot: Bot, openai: OpenAIServer, chat: Chat, wish: str
) -> None:
    """Forks too: what any stamp of the thread ever named, whichever counts now."""
    await bot.says("one")
    fork = openai.store.create([{"role": "user", "content": "Ana: said in a fork"}], {})
    chat.stamps[chat.thread()].insert(0, Stamp(fork.id, answers="m0"))
    await bot.command(wish)
    assert _nothing_is_left(openai)


async def test_stored_responses_are_deleted(bot: Bot, openai: OpenAIServer, wish: str) -> None:
    """Those of the turn that has just ended, which nothing but this process knows yet."""
    await bot.says('tool:add_task {"tasks": [{"title": "Stays"}]}')
    assert len(openai.store.responses) == 2
    await bot.command(wish)
    assert _nothing_is_left(openai)
    assert await bot.titles() == ["Stays"]


async def test_responses_of_an_earlier_process_are_deleted(bot: Bot, start: StartBot, openai: OpenAIServer) -> None:
    """Their ids stand in the conversation's metadata."""
    await bot.says("one")
    await bot.says("two")
    assert bot.online
    await bot.online.assistant.close()
    (conversation,) = openai.store.conversations.values()
    assert set(conversation.metadata["responses_00"].split()) == set(openai.store.responses)
    again = start()
    await again.says("three")
    assert "deleted" in (await again.command("forget")).text
    assert _nothing_is_left(openai)


@pytest.mark.parametrize("lag", [1, 3, FOR_EVER])
async def test_a_listing_may_lag_behind_its_deletions(bot: Bot, openai: OpenAIServer, lag: int) -> None:
    """Even for ever: then each item is asked for by itself, and the deletion comes to an end."""
    await bot.says("one")
    openai.store.lag = lag
    assert "conversation deleted" in (await bot.command("forget")).text
    assert _nothing_is_left(openai)


@pytest.mark.parametrize("path", ["/items", "/responses", "/conversations/"])
async def test_a_deletion_that_fails_once_is_tried_again(bot: Bot, openai: OpenAIServer, path: str) -> None:
    """Whatever it was that failed."""
    await bot.says("one")
    openai.fail(Fault("status", times=3, path=path, method="DELETE"))
    assert "conversation deleted" in (await bot.command("forget")).text
    assert _nothing_is_left(openai)


@pytest.mark.parametrize(
    ("path", "named"),
    [("/items", "messages and one conversation remain"), ("/responses/", "one stored response and one conversation")],
)
async def test_what_could_not_be_deleted_is_named(
    bot: Bot, openai: OpenAIServer, wish: str, path: str, named: str
) -> None:
    """The talk is over all the same; its id is kept in the thread, so that the next wish deletes the rest."""
    await bot.says("my secret")
    openai.fail(Fault("status", path=path, method="DELETE"))
    answer = await bot.command(wish)
    assert named in answer.text
    assert "OpenAI can't be reached" in answer.text
    assert "again later" in answer.text
    (old,) = openai.store.conversations.values()
    await bot.says("hello")
    assert "my secret" not in _texts(next(one for one in openai.store.conversations.values() if one is not old))
    openai.faults.clear()
    assert "conversation deleted" in (await bot.command("forget")).text
    assert _nothing_is_left(openai)


async def test_a_key_that_is_refused_is_named_at_once(bot: Bot, openai: OpenAIServer) -> None:
    """Trying it again is of no use."""
    await bot.says("one")
    openai.fail(Fault("status", status=401, path="/conversations"))
    answer = await bot.command("forget")
    assert "one stored response and one conversation remain at OpenAI (OpenAI does not accept the key" in answer.text
    assert answer.stamps[-1].kind is StampKind.END


async def test_without_a_key_it_says_so(bot: Bot, offline_bot: Bot, openai: OpenAIServer) -> None:
    """And the talk is over: a key that is set later goes on with nothing."""
    await bot.says("one")
    answer = await offline_bot.command("forget")
    assert "Without OPENAI_API_KEY" in answer.text
    assert answer.stamps[-1].kind is StampKind.END


async def test_a_stranger_ends_nothing(bot: Bot, openai: OpenAIServer, chat: Chat, wish: str) -> None:
    """Who has written nothing in the thread but the wish itself is refused; who has, is obeyed and named."""
    await bot.says("one")
    assert "Only people who take part" in (await bot.command(wish, author=BEN)).text
    assert len(openai.store.conversations) == 1
    await bot.says("two")
    assert len(openai.store.conversations) == 1
    await bot.says("me too", author=BEN)
    assert "Ben" in (await bot.command(wish, author=BEN)).text
    assert _nothing_is_left(openai)


async def test_a_thread_that_cannot_be_read_keeps_all(bot: Bot, openai: OpenAIServer, chat: Chat, wish: str) -> None:
    """Which conversations it names, and who takes part, nobody knows then: the person is asked to say it again."""
    await bot.says("one")
    chat.unread = True
    assert f"say `{wish}` again" in (await bot.command(wish)).text
    await bot.says("two")
    (conversation,) = openai.store.conversations.values()
    assert "one" in _texts(conversation)


async def test_a_response_beside_any_conversation_is_deleted_soon(database: Database, chat: Chat, clock: Clock) -> None:
    """Where a thread can't be read, the message is answered alone, and nothing would name that response later."""
    async with OpenAIServer() as openai:
        online = online_for(openai, pause=0.0)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
        assert online.assistant._stored
        online.assistant._stored.made(None, "resp_lost")
        openai.store.responses["resp_lost"] = {}
        await online.assistant.close()
        assert openai.store.responses == {}
        await core.close()


async def test_nothing_is_stored_where_that_is_turned_off(database: Database, chat: Chat, now: dt.datetime) -> None:
    """`OPENAI_STORE=false`: the conversation remembers, and there is no response to delete."""
    async with OpenAIServer() as openai:
        core = Service(database, {chat.name: chat}, _unstored(openai), default_zone="UTC", clock=lambda: now)
        for text in ("one", "two"):
            await chat.say(core, text)
        assert openai.store.responses == {}
        assert {one.body["store"] for one in openai.asked()} == {False}
        (conversation,) = openai.store.conversations.values()
        assert "one" in _texts(conversation)
        await chat.command(core, "forget")
        assert _nothing_is_left(openai)


async def test_a_service_that_keeps_nothing_of_unstored_responses_is_noticed(
    database: Database, chat: Chat, now: dt.datetime
) -> None:
    """If a real key shows that OPENAI_STORE=false costs the memory of talks, the log says so after the first turn."""
    async with OpenAIServer() as openai:
        openai.store.keeps_items_of_unstored = False
        online = _unstored(openai)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=lambda: now)
        with capture_logs() as logs:
            await chat.say(core, "one")
            await online.assistant.close()
        assert "OPENAI_STORE=false" in next(one["reason"] for one in logs if one["event"] == "conversation.unkept")


def _unstored(openai: OpenAIServer) -> Online:
    client = Client(api_key="sk-test", base_url=openai.base_url, max_retries=0)
    return Online(openai_assistant(client, MODELS[0], patience=PATIENCE), Conversations(client), PATIENCE)
