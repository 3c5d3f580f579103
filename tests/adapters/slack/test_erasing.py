"""A conversation that was forgotten is named no more: in long threads, in long messages, by the next process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack.inbound import Place
from adapters.slack.pace import Budget, Pace
from core.chat import Part, Stamp, StampKind, Text
from tests.adapters.contract import ScriptedCore
from tests.adapters.slack.test_contract import SlackHarness, shown
from tests.fakes.slack import Fault, Message, SlackServer

FORGET: list[Part] = [Stamp(answers="f", kind=StampKind.FORGOTTEN), Text("Forgotten.")]


@pytest.fixture
async def harness() -> AsyncIterator[SlackHarness]:
    """A thread in a channel."""
    async with SlackServer() as slack:
        one = SlackHarness(slack)
        await one.ready()
        yield one
        await one.close()


def ours(harness: SlackHarness) -> list[Message]:
    """The bot's messages in the thread."""
    said = harness.slack.messages(harness.channel, harness.thread)
    return [one for one in said if one.user == harness.slack.bot_user]


def named(harness: SlackHarness) -> list[str]:
    """The conversations that the thread names, and how often."""
    noted = [(one.metadata or {}).get("event_payload") or {} for one in ours(harness)]
    return [str(one["conversation"]) for one in noted if "conversation" in one]  # type: ignore[index, operator]


async def test_what_was_answered_stays_answered(harness: SlackHarness) -> None:
    """Only the id goes; words and cards stay as they are."""
    await harness.seen("one", [Stamp("conv_a", answers="m1", about=(3,)), Text("First.")])
    await harness.seen("two", [Stamp("conv_a", answers="m2"), Text("Second.")])
    before = [shown(one) for one in ours(harness)]
    await harness.seen("forget", FORGET)
    assert not named(harness)
    assert [shown(one) for one in ours(harness)][:2] == before
    assert [one.metadata["event_payload"] for one in ours(harness) if one.metadata] == [
        {"answers": "m1", "about": [3]},
        {"answers": "m2"},
        {"answers": "f", "kind": "forgotten"},
    ]


async def test_long_answers_are_no_hindrance(harness: SlackHarness) -> None:
    """An update takes less text than they have; none of it is lost."""
    words = "word " * 2_000
    await harness.seen("tell", [Stamp("conv_a", answers="m1"), Text(words)])
    await harness.seen("forget", FORGET)
    assert not named(harness)
    assert shown(ours(harness)[0]).split() == words.split()


async def test_one_message_that_cannot_be_changed_is_left(harness: SlackHarness) -> None:
    """The others go on, and the thread is told."""
    for number in range(3):
        await harness.seen("x", [Stamp("conv_a", answers=f"m{number}"), Text(f"Answer {number}.")])
    harness.slack.fail("chat.update", Fault(error="msg_too_long", times=2))
    await harness.seen("forget", FORGET)
    await harness.platform.idle()
    assert named(harness) == ["conv_a"]
    assert any("doesn't let me change one message" in shown(one) for one in ours(harness))


@pytest.mark.parametrize("fault", [{"error": "cant_update_message"}, {"status": 500}, {"cut": True}])
async def test_one_that_is_refused_for_ever_keeps_no_other(harness: SlackHarness, fault: dict[str, object]) -> None:
    """Whether Slack says no or nothing at all: that one keeps its id, and every other loses it."""
    for number in range(5):
        await harness.seen("x", [Stamp("conv_a", answers=f"m{number}"), Text(f"Answer {number}.")])
    stubborn = ours(harness)[1]
    harness.slack.fail("chat.update", Fault(times=1_000, only=stubborn.ts, **fault))  # type: ignore[arg-type]
    await harness.seen("forget", FORGET)
    await harness.platform.idle()
    assert [one.ts for one in ours(harness) if "conv_a" in str(one.metadata)] == [stubborn.ts]
    assert any("off 4 messages" in shown(one) for one in ours(harness))


async def test_a_new_conversation_is_not_touched(harness: SlackHarness) -> None:
    """Nor does `new`, which ends one, cost more than its own answer."""
    await harness.seen("x", [Stamp("conv_a", answers="m1"), Text("A.")])
    harness.slack.calls.clear()
    await harness.seen("new", [Stamp(answers="m2", kind=StampKind.END), Text("Afresh.")])
    assert not {"chat.update", "conversations.replies"} & {call.method for call in harness.slack.calls}
    assert named(harness) == ["conv_a"]
    await harness.seen("forget", FORGET)
    await harness.seen("y", [Stamp("conv_b", answers="m3"), Text("B.")])
    assert named(harness) == ["conv_b"]


async def test_the_next_process_goes_on(harness: SlackHarness) -> None:
    """With what the last one left, as soon as it reads the thread; not with what was named since."""
    for number in range(3):
        await harness.seen("x", [Stamp("conv_a", answers=f"m{number}"), Text(f"Answer {number}.")])
    harness.slack.fail("chat.update", Fault(error="fatal_error", times=6))
    await harness.seen("forget", FORGET)
    await harness.platform.idle()
    await harness.seen("y", [Stamp("conv_b", answers="m3"), Text("B.")])
    assert named(harness) == ["conv_a"] * 3 + ["conv_b"]
    await harness.close()
    harness.start()
    await harness.platform.connected.wait()
    said = len(ours(harness))
    # as the core does for the first message of a thread that it knows nothing of
    await harness.platform.recall(Place(harness.channel.id, harness.thread or "").thread(harness.slack.team))
    await harness.slack.say(harness.ana, harness.channel, "still there?", thread=harness.thread)
    await harness.slack.until(lambda: len(ours(harness)) > said)
    await harness.platform.idle()
    assert "conv_a" not in named(harness)
    assert "conv_b" in named(harness)


async def test_a_long_thread_is_told_how_long_it_takes() -> None:
    """Within the method's rate, in the background: the answer doesn't wait for it."""
    core = ScriptedCore()
    async with SlackServer() as slack:
        clock = [0.0]
        pace = Pace(update=Budget(20, clock=lambda: clock[0]))
        harness = SlackHarness(slack, core, pace=pace)
        await harness.platform.connected.wait()
        for number in range(40):
            await harness.seen("x", [Stamp("conv_a", answers=f"m{number}"), Text(f"Answer {number}.")])
        core.parts = FORGET
        await slack.say(harness.ana, harness.channel, "forget", thread=harness.thread)
        await slack.until(lambda: any("about 1 minute" in shown(one) for one in ours(harness)))
        await slack.until(lambda: any("Forgotten." in shown(one) for one in ours(harness)))
        assert len(named(harness)) == 40 - 18
        assert slack.limits.most_in_a_minute("chat.update") <= 20
        harness.platform._drain = 0.05
        await harness.close()
