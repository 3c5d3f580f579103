"""What one person sends holds up nobody else: turns with the model are limited, and places are given out fairly."""

from __future__ import annotations

import asyncio

import core.turns
from core.allowance import Allowance
from core.database import Database
from core.service import Service
from tests.conversations.conftest import Bot, Clock, online_for
from tests.fakes.chat import BEN, Answer, Chat
from tests.fakes.openai import Fault, OpenAIServer

LONG = 30.0
"""Seconds of patience with a model that hangs: longer than anything here takes."""


def bot_with(database: Database, chat: Chat, clock: Clock, openai: OpenAIServer, allowance: Allowance | None) -> Bot:
    """A process that waits long for its model."""
    online = online_for(openai, patience=LONG)
    core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock, allowance=allowance)
    return Bot(core, chat, database, online)


def hundreds(bot: Bot, text: str, count: int = 300) -> list[asyncio.Task[Answer]]:
    """Ana says so many things at once, each in a thread of its own."""
    said = (bot.says(f"{text} {number}", thread=bot.chat.thread(f"A{number}")) for number in range(count))
    return [asyncio.create_task(one) for one in said]


async def done(turns: list[asyncio.Task[Answer]], count: int) -> None:
    """Wait until so many of them are."""
    while sum(turn.done() for turn in turns) < count:
        await asyncio.wait([turn for turn in turns if not turn.done()], return_when=asyncio.FIRST_COMPLETED)


async def test_300_hanging_turns_of_one_person_leave_the_next_one_answered(
    database: Database, chat: Chat, clock: Clock, openai: OpenAIServer
) -> None:
    """Ten go to the model and hang; the rest are answered offline, told once why; Ben is answered by the model."""
    bot = bot_with(database, chat, clock, openai, Allowance(10, 1))
    openai.fail(Fault("hang", words="Ana: Buy milk"))
    hers = hundreds(bot, "Buy milk tomorrow")
    await done(hers, 290)
    assert (await bot.says("hello", author=BEN, thread=chat.thread("B"))).text == "You said: Ben: hello"
    answered = [turn.result() for turn in hers if turn.done()]
    assert len(answered) == 290
    assert sum(core.turns.OVER in answer.text for answer in answered) == 1
    assert {receipt.action for answer in answered for receipt in answer.receipts} == {"added"}
    assert (await bot.command("add Call Ana", thread=chat.thread("C"))).receipts
    openai.release()
    await asyncio.gather(*hers)
    assert len(await bot.tasks(BEN)) == 0


async def test_who_has_waited_is_answered_by_the_model_again(
    database: Database, chat: Chat, clock: Clock, openai: OpenAIServer
) -> None:
    """The bucket fills again, a turn at a time."""
    bot = bot_with(database, chat, clock, openai, Allowance(1, 100_000))
    assert (await bot.says("hello")).text == "You said: Ana: hello"
    assert (await bot.says("and again")).text == "You said: Ana: and again"


async def test_without_a_limit_too_nobody_waits_behind_all_of_one_persons_turns(
    database: Database, chat: Chat, clock: Clock, openai: OpenAIServer
) -> None:
    """One person has a share of the places: commands and other people find one."""
    bot = bot_with(database, chat, clock, openai, None)
    openai.fail(Fault("hang", words="Ana: please wait"))
    hers = hundreds(bot, "please wait")
    await openai.wait_for_requests(2 * core.turns.SHARE)
    assert (await bot.says("hello", author=BEN, thread=chat.thread("B"))).text == "You said: Ben: hello"
    assert not any(turn.done() for turn in hers)
    for turn in hers:
        turn.cancel()
    await asyncio.gather(*hers, return_exceptions=True)


async def test_a_turn_that_is_given_up_while_it_waits_takes_no_place(
    database: Database, chat: Chat, clock: Clock, openai: OpenAIServer
) -> None:
    """Cancelled in the queue, or with its place: all places are there again for the next."""
    bot = bot_with(database, chat, clock, openai, None)
    openai.fail(Fault("hang", words="please wait"))
    hers = hundreds(bot, "please wait", 2 * core.turns.SHARE)
    await openai.wait_for_requests(2 * core.turns.SHARE)
    for turn in hers:
        turn.cancel()
    await asyncio.gather(*hers, return_exceptions=True)
    openai.release()
    for number in range(core.turns.SHARE + 1):
        answer = await bot.says("hello", thread=chat.thread(f"C{number}"))
        assert answer.text == "You said: Ana: hello"


async def test_who_waits_in_the_same_thread_waits_for_one_hanging_turn_at_most(bot: Bot, openai: OpenAIServer) -> None:
    """Ana's ten hang there: the first is given up, and all that waited behind it are answered without another try."""
    openai.fail(Fault("hang"))
    hers = [asyncio.create_task(bot.says(f"add Task {number}")) for number in range(10)]
    answer = asyncio.create_task(bot.says("add Call Ben", author=BEN))
    assert "OpenAI is not answering" in (await answer).text
    assert (await answer).receipts
    assert all(one.receipts for one in await asyncio.gather(*hers))
    assert len(openai.asked()) == 1
    openai.release()
    assert (await bot.says("hello")).text.endswith("You said: Ana: hello"), "who comes later is answered by the model"
