"""Nobody and nothing goes on for ever: a person's turns, a model's answer, its tools, and a server that is busy."""

from __future__ import annotations

import asyncio

from adapters.shared.unsent import MOST_MESSAGES
from core.allowance import Allowance
from core.database import Database
from core.service import Service
from core.turns import OVER
from tests.conversations.conftest import Bot, Clock, online_for
from tests.conversations.discord import Guild
from tests.fakes.chat import BEN, Chat
from tests.fakes.openai import Call, Fault, OpenAIServer, Say


async def test_one_persons_hanging_turns_keep_nobody_waiting(bot: Bot, openai: OpenAIServer, clock: Clock) -> None:
    """Three hundred at once: ten go to the model, the others are answered by the grammar, and that is said once."""
    core = Service(
        bot.database,
        {bot.chat.name: bot.chat},
        bot.online,
        default_zone="UTC",
        clock=clock,
        allowance=Allowance(10, 0.001),
    )
    openai.fail(Fault("hang", path="/conversations", times=10))
    one = Bot(core, bot.chat, bot.database, bot.online)
    turns = [
        asyncio.create_task(one.says(f"add Task {number}", thread=bot.chat.thread(f"T{number}")))
        for number in range(300)
    ]
    await openai.wait_for_requests(10)
    answer = await one.says("hello", author=BEN, thread=bot.chat.thread("other"))
    assert answer.text == "You said: Ben: hello"
    answers = await asyncio.gather(*turns)
    assert len(await one.tasks()) == 100, "the first page"
    assert sum(OVER in one.text for one in answers) == 1
    assert sum(bool(one.receipts) for one in answers) == 300


async def test_a_turn_more_a_few_seconds_later() -> None:
    """A burst, then so many a minute; who was told is told again only after a turn."""
    now = [0.0]
    allowance = Allowance(2, 20, clock=lambda: now[0])
    assert [allowance.take("ana") for _ in range(3)] == [True, True, False]
    assert [allowance.tells("ana"), allowance.tells("ana")] == [True, False]
    assert allowance.take("ben")
    now[0] += 3.1
    assert [allowance.take("ana"), allowance.take("ana")] == [True, False]
    assert allowance.tells("ana")


async def test_a_response_that_is_in_progress_for_ever_is_given_up(bot: Bot, openai: OpenAIServer) -> None:
    """Signs of life are no answer: the grammar answers in time."""
    openai.fail(Fault("busy"))
    answer = await bot.says("add Milk")
    assert "OpenAI is not answering" in answer.text
    assert await bot.titles() == ["Milk"]


async def test_an_answer_without_end_is_cut(bot: Bot, openai: OpenAIServer, chat: Chat) -> None:
    """Two million characters: the person gets what is worth reading, and why it ends."""
    openai.on("talk", Say(" ".join(["y" * 2_000] * 1_000)))
    answer = await bot.says("talk")
    assert len(answer.text) < 45_000
    assert "too long" in answer.text
    assert (await bot.says("hello")).text == "You said: Ana: hello", "the thread goes on"


async def test_one_response_does_no_more_than_a_person_can_oversee(bot: Bot, openai: OpenAIServer) -> None:
    """Of thirty calls for ten tasks each two hundred tasks are made, and the model is told that it was enough."""
    tasks = {"tasks": [{"title": f"Task {number}"} for number in range(10)]}
    openai.on("fill", [Call("add_task", tasks)] * 30, Say("I added some."))
    openai.on("look", [Call("list_tasks")] * 60, Say("I looked."))
    answer = await bot.says("fill")
    assert sum(len(receipt.tasks) for receipt in answer.receipts) == 200
    assert _refused(openai) == 10
    assert "at most 200 tasks" in answer.text, "and the person is told it too"
    assert (await bot.says("look", thread=bot.chat.thread("D1", shared=False))).text == "I looked."
    assert _refused(openai) == 20


def _refused(openai: OpenAIServer) -> int:
    told = [item["output"] for one in openai.store.conversations.values() for item in one.items if "output" in item]
    return sum("more than one message may do" in output for output in told)


async def test_a_stream_that_trickles_for_ever_is_ended(
    database: Database, openai: OpenAIServer, clock: Clock, chat: Chat
) -> None:
    """A word now and then is a sign of life, but no answer takes so long: what was said stays, and why it ends."""
    online = online_for(openai, longest=0.5)
    core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
    openai.on("story", Say("word " * 1_000))
    openai.slow(between_deltas_seconds=0.05)
    answer = await Bot(core, chat, database, online).says("story")
    assert answer.text.startswith("word word")
    assert "OpenAI was taking too long, so this reply ends early" in answer.text


async def test_a_setting_says_how_much_a_request_may_write(
    database: Database, openai: OpenAIServer, clock: Clock, chat: Chat
) -> None:
    """Each request says it; without the setting it is what suits the model."""
    for most, asked in ((None, 16_000), (500, 500)):
        online = online_for(openai, model="gpt-test", most_output=most)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
        await Bot(core, chat, database, online).says("hello")
        assert openai.asked()[-1].body["max_output_tokens"] == asked


async def test_thousands_of_calls_in_one_response_are_shown_and_done_within_bounds(
    bot: Bot, openai: OpenAIServer
) -> None:
    """Fifty are carried out; the others are told so, and nobody's screen fills with steps."""
    openai.on("fill", [Call("add_task", {"tasks": [{"title": "One"}]})] * 300, Say("I added some."))
    answer = await bot.says("fill")
    assert sum(len(receipt.tasks) for receipt in answer.receipts) == 50
    assert _refused(openai) == 250
    assert len(answer.steps) <= 200


async def test_a_long_answer_is_ten_messages_and_a_file_in_discord(guild: Guild) -> None:
    """Twenty would push everybody else's words off the screen; nothing of it is lost."""
    text = "\n\n".join(f"{number} " + "x" * 900 for number in range(40))
    guild.openai.on("essay", Say(text))
    thread = await guild.mention(guild.ana, "essay")
    await guild.platform.idle()
    said = [one for one in guild.discord.messages(thread) if one.author is guild.discord.bot_user and one.text]
    assert len(said) <= MOST_MESSAGES + 2, "the words, that there is a file, and where it is"
    (there,) = guild.discord.messages(guild.discord.dm(guild.ana))
    (file,) = there.attachments
    assert file.filename == "answer.md"
    told = "".join(one.text for one in said)
    kept = file.content.decode()
    assert all(f"{number} x" in told or f"{number} x" in kept for number in range(40))
