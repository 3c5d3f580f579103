"""How a reply comes into a thread: as it grows, paced, split, and said in another way when Discord refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from adapters.discord.stamps import stamp_of
from core.chat import Action, Command, Message, Outcome, Part, Receipt, Stamp, Text
from tests.adapters.contract import MILK, RENT, ScriptedCore
from tests.adapters.discord.test_contract import DiscordHarness, by_bot, told
from tests.fakes.discord import Channel, DiscordServer, Permission

STAMP = Stamp("conv_1", answers="1")


class SlowCore(ScriptedCore):
    """Says its parts one by one, each when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Semaphore(0)

    async def _reply(self, event: Message | Command | Action) -> AsyncGenerator[Part, None]:
        self.asked.append(event)
        for part in self.parts:
            await self.let.acquire()
            yield part


@pytest.fixture
def core() -> SlowCore:
    """A core that is let speak."""
    return SlowCore()


@pytest.fixture
async def there(core: SlowCore) -> AsyncIterator[DiscordHarness]:
    """A thread in a channel; all that goes over the wire has to be valid."""
    async with DiscordServer(second=0.01) as server:
        harness = DiscordHarness(server, core)
        await harness.platform.connected.wait()
        yield harness
        for _ in range(100):
            core.let.release()
        await harness.close()
        assert not server.invalid, server.invalid


async def begun(there: DiscordHarness, core: SlowCore, parts: list[Part]) -> Channel:
    """Say something, and let the bot say its first words."""
    core.parts = [STAMP, *parts]
    core.let = asyncio.Semaphore(2)
    said = await there.server.say(there.ana, there.channel, "tell", mention=True)
    await there.server.until(lambda: said.thread and answers(there, said.thread))
    assert said.thread
    return said.thread


async def spoken(there: DiscordHarness, core: SlowCore) -> None:
    """Let it say all the rest."""
    for _ in core.parts:
        core.let.release()
    await there.platform.idle()


def answers(there: DiscordHarness, thread: Channel) -> list[str]:
    """What the bot has said in the thread."""
    return [told(one) for one in there.server.messages(thread) if by_bot(one) and one.text]


def calls(there: DiscordHarness) -> list[str]:
    """The requests since the last time they were cleared."""
    return [call.operation for call in there.server.calls]


async def test_a_short_answer_is_two_calls(there: DiscordHarness, core: SlowCore) -> None:
    """The first words, and all of it with its card and its stamp; with typing, if the model takes its time, three."""
    thread = await begun(there, core, [Text("Hello")])
    await spoken(there, core)
    there.server.calls.clear()
    core.parts = [STAMP, Text("Added "), Text("it."), Receipt(Outcome.ADDED, (MILK,), change=1)]
    core.let = asyncio.Semaphore(2)
    before = len(answers(there, thread))
    await there.server.say(there.ana, thread, "again")
    await there.server.until(lambda: len(answers(there, thread)) > before)
    await spoken(there, core)
    assert calls(there) == ["create_message", "update_message"]
    last = there.server.messages(thread)[-1]
    assert last.text.startswith("Added it.")
    assert any(stamp_of(one) for one in last.custom_ids)
    assert "Stop" not in last.labels


async def test_an_answer_that_is_there_at_once_is_one_call(there: DiscordHarness, core: SlowCore) -> None:
    """Posted whole."""
    await begun(there, core, [Text("Hello")])
    await spoken(there, core)
    there.thread = there.server.messages(there.channel)[0].thread
    there.server.calls.clear()
    for _ in range(10):
        core.let.release()
    await there.seen("again", [STAMP, Text("Added "), Text("it."), Receipt(Outcome.ADDED, (MILK,), change=1)])
    assert calls(there)[-1:] == ["create_message"]
    assert len(calls(there)) <= 2


async def test_it_is_seen_typing_while_the_model_thinks(there: DiscordHarness, core: SlowCore) -> None:
    """Until the first words are there."""
    core.parts = [STAMP, Text("Hello")]
    core.let = asyncio.Semaphore(1)
    said = await there.server.say(there.ana, there.channel, "tell", mention=True)
    await there.server.until(lambda: said.thread and said.thread.typed)
    await spoken(there, core)
    assert said.thread
    assert said.thread.typed == 1


async def test_words_are_seen_as_they_come(there: DiscordHarness, core: SlowCore) -> None:
    """In one message that grows."""
    thread = await begun(there, core, [Text("First"), Text(" second"), Text(" third.")])
    assert answers(there, thread)[0].startswith("First")
    core.let.release()
    await there.server.until(lambda: answers(there, thread)[0].startswith("First second"))
    await spoken(there, core)
    assert answers(there, thread)[0].startswith("First second third.")
    assert len(answers(there, thread)) == 1


async def test_a_very_long_answer_is_several_messages(there: DiscordHarness, core: SlowCore) -> None:
    """Cut at paragraphs and lines, a fence closed and opened again; each within the limit and with its stamp."""
    prose = "\n\n".join(f"Paragraph {number}. " + "word " * 40 for number in range(20))
    code = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(300)) + "\n```"
    text = f"{prose}\n\n{code}\n\nThe end."
    pieces: list[Part] = [Text(text[at : at + 37]) for at in range(0, len(text), 37)]
    core.parts = [STAMP, *pieces]
    core.let = asyncio.Semaphore(len(pieces) + 5)
    said = await there.server.say(there.ana, there.channel, "tell", mention=True)
    await there.server.until(lambda: said.thread and "The end." in " ".join(answers(there, said.thread)))
    await there.platform.idle()
    assert said.thread
    messages = [one for one in there.server.messages(said.thread) if by_bot(one) and one.text]
    assert len(text) > 8_000
    assert all(len(one.content) <= 2_000 and one.content.count("```") % 2 == 0 for one in messages)
    assert all(any(stamp_of(custom_id) for custom_id in one.custom_ids) for one in messages)
    whole = "\n".join(one.content for one in messages)
    assert all(f"Paragraph {number}." in whole for number in range(20))
    assert all(f"line_{number} = {number}" in whole for number in range(300))


async def test_nobody_is_called_by_the_models_words(there: DiscordHarness, core: SlowCore) -> None:
    """Mentions are shown as text and allowed to reach nobody; links have no preview."""
    said = f"Hi @everyone <@{there.ana.id}> <@&1> ![cat](https://evil.example/cat.png) https://evil.example"
    thread = await begun(there, core, [Text(said)])
    await spoken(there, core)
    answer = there.server.messages(thread)[-1]
    assert not answer.everyone
    assert not answer.mentions
    assert not answer.embeds
    assert "![" not in answer.text
    assert f"<@{there.ana.id}>" not in answer.text


async def test_a_message_deleted_while_it_grows_is_posted_anew(there: DiscordHarness, core: SlowCore) -> None:
    """By a moderator, say: the answer is there in the end, whole."""
    thread = await begun(there, core, [Text("First"), Text(" second.")])
    await there.server.delete(there.server.messages(thread)[-1])
    await spoken(there, core)
    assert [one.startswith("First second.") for one in answers(there, thread)] == [True]


async def test_a_thread_locked_or_deleted_while_it_thinks(there: DiscordHarness, core: SlowCore) -> None:
    """The answer comes to the person's direct messages, and says where it should have been."""
    core.parts = [STAMP, Text("Done."), Receipt(Outcome.ADDED, (RENT,), change=3)]
    core.let = asyncio.Semaphore(1)
    said = await there.server.say(there.ana, there.channel, "tell", mention=True)
    await there.server.until(lambda: said.thread and said.thread.typed)
    assert said.thread
    there.server.delete_channel(said.thread)
    await spoken(there, core)
    aside = there.server.messages(there.server.dm(there.ana))
    assert "couldn't answer" in aside[-1].text
    assert "Pay rent" in aside[-1].text


async def test_where_no_thread_can_be_opened_it_answers_in_the_channel(there: DiscordHarness, core: SlowCore) -> None:
    """A missing permission keeps nobody from their tasks."""
    there.server.deny(there.channel, Permission.CREATE_PUBLIC_THREADS)
    core.parts = [STAMP, Text("Hello there.")]
    core.let = asyncio.Semaphore(10)
    await there.server.say(there.ana, there.channel, "tell", mention=True)
    await there.server.until(lambda: answers(there, there.channel))
    await there.platform.idle()
    assert "Hello there." in answers(there, there.channel)[0]


async def test_where_it_may_not_write_it_answers_in_private(there: DiscordHarness, core: SlowCore) -> None:
    """Neither in threads nor in the channel."""
    there.server.deny(there.channel, Permission.SEND_MESSAGES_IN_THREADS)
    core.parts = [STAMP, Text("Hello there.")]
    core.let = asyncio.Semaphore(10)
    await there.server.say(there.ana, there.channel, "tell", mention=True)
    dm = there.server.dm(there.ana)
    await there.server.until(lambda: there.server.messages(dm))
    assert "Hello there." in there.server.messages(dm)[-1].text


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}, {"drop": "after"}])
async def test_a_fault_of_discords_loses_and_doubles_nothing(
    there: DiscordHarness, core: SlowCore, fault: dict[str, object]
) -> None:
    """A server error, a connection cut before the request was carried out, or after it: the nonce tells."""
    thread = await begun(there, core, [Text("Hello")])
    await spoken(there, core)
    there.thread = thread
    there.server.fail("create_message", **fault)  # type: ignore[arg-type]
    core.let = asyncio.Semaphore(10)
    seen = await there.seen("again", [STAMP, Text("Once.")])
    assert seen.count("Once.") == 1


async def test_a_storm_of_rate_limits_is_waited_out(there: DiscordHarness, core: SlowCore) -> None:
    """Everything refused for a second: the answer comes all the same, once."""
    thread = await begun(there, core, [Text("Hello")])
    await spoken(there, core)
    there.thread = thread
    there.server.storm(0.5)
    core.let = asyncio.Semaphore(10)
    seen = await there.seen("again", [STAMP, Text("Once.")])
    assert seen.count("Once.") == 1
