"""A conversation that was forgotten is named no more in Discord: in long threads, by the next process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.stamps import stamp_of
from core.chat import Part, Stamp, StampKind, Text
from tests.adapters.discord.test_contract import DiscordHarness, by_bot
from tests.fakes.discord import DiscordServer, Message

FORGET: list[Part] = [Stamp(answers="9", kind=StampKind.FORGOTTEN), Text("Forgotten.")]


@pytest.fixture
async def harness() -> AsyncIterator[DiscordHarness]:
    """A thread in a channel; all that went over the wire has to be valid."""
    async with DiscordServer(second=0.01) as server:
        harness = DiscordHarness(server)
        await harness.platform.connected.wait()
        yield harness
        await harness.close()
        assert not server.invalid, server.invalid


def ours(harness: DiscordHarness) -> list[Message]:
    """The bot's messages in the thread."""
    assert harness.thread
    return [one for one in harness.server.messages(harness.thread) if by_bot(one)]


def naming(harness: DiscordHarness) -> list[tuple[int, str]]:
    """The messages that name a conversation, and which."""
    stamps = [(one.id, stamp) for one in ours(harness) for stamp in map(stamp_of, one.custom_ids) if stamp]
    return [(message, stamp.conversation) for message, stamp in stamps if stamp.conversation]


async def _answers(harness: DiscordHarness, count: int) -> None:
    for number in range(count):
        await harness.seen("x", [Stamp("conv_a", answers=str(number + 1)), Text(f"Answer {number}.")])


async def test_a_long_thread_is_told_how_long_it_takes(harness: DiscordHarness) -> None:
    """And when it is done, in the same message; more than one request's worth of them, all lose the id."""
    await _answers(harness, 120)
    await harness.seen("forget", FORGET)
    await harness.platform.idle()
    assert naming(harness) == []
    told = [one.text for one in ours(harness) if "taking" in one.text or "id is off" in one.text]
    assert told == ["The conversation's id is off 120 messages of mine."]
    assert all(one.answers for message in ours(harness) for one in map(stamp_of, message.custom_ids) if one)


async def test_one_that_is_refused_for_ever_keeps_no_other(harness: DiscordHarness) -> None:
    """It is told of, and keeps the id of what is deleted."""
    await _answers(harness, 4)
    stubborn = ours(harness)[1].id
    harness.server.fail("update_message", code=50005, times=1_000, only=str(stubborn))
    await harness.seen("forget", FORGET)
    await harness.platform.idle()
    assert naming(harness) == [(stubborn, "conv_a")]
    assert any("Discord doesn't let me change one message" in one.text for one in ours(harness))


async def test_the_next_process_goes_on(harness: DiscordHarness) -> None:
    """With what the last one left, as soon as it reads the thread; not with what was named since, and in silence."""
    await _answers(harness, 3)
    harness.server.fail("update_message", code=50005, times=3)
    await harness.seen("forget", FORGET)
    await harness.platform.idle()
    await harness.seen("y", [Stamp("conv_b", answers="10"), Text("B.")])
    assert [name for _, name in naming(harness)] == ["conv_a"] * 3 + ["conv_b"]
    await harness.close()
    harness.restart()
    await harness.platform.connected.wait()
    assert harness.thread
    said = len(ours(harness))
    # as the core does for the first message of a thread that it knows nothing of
    await harness.recalled_here()
    await harness.server.say(harness.ana, harness.thread, "still there?", mention=True)
    await harness.server.until(lambda: len(ours(harness)) > said)
    await harness.platform.idle()
    assert {name for _, name in naming(harness)} == {"conv_b"}
    assert not any("id is off" in one.text for one in ours(harness)[said:])
