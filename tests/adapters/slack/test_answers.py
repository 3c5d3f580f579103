"""How a reply comes into a thread: streamed, paced, split, and said in another way when Slack refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import pytest

from adapters.slack.stamps import stamp_of
from core.chat import Command, Message, Outcome, Part, Receipt, Stamp, Task, Text
from tests.adapters.contract import MILK, RENT, ScriptedCore
from tests.adapters.slack.test_contract import SlackHarness, shown
from tests.fakes.slack import Fault, SlackServer

STAMP = Stamp("conv_1", answers="m1")


class SlowCore(ScriptedCore):
    """Says its parts one by one, each when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Semaphore(0)

    async def _reply(self, event: Message | Command) -> AsyncGenerator[Part, None]:  # type: ignore[override]
        self.asked.append(event)
        for part in self.parts:
            await self.let.acquire()
            yield part


@pytest.fixture
def slow() -> SlowCore:
    """A core that is let speak."""
    return SlowCore()


@pytest.fixture
def core(request: pytest.FixtureRequest) -> ScriptedCore:
    """A core that says all it has to say at once; the slow one in a test that has it."""
    slow: ScriptedCore = request.getfixturevalue("slow") if "slow" in request.fixturenames else ScriptedCore()
    return slow


@pytest.fixture
async def harness(core: ScriptedCore) -> AsyncIterator[SlackHarness]:
    """A thread in a channel, and a core that says what it is told to."""
    async with SlackServer() as slack:
        one = SlackHarness(slack, core)
        await one.ready()
        yield one
        await one.close()


def methods(slack: SlackServer) -> list[str]:
    """The calls of a turn."""
    return [call.method for call in slack.calls if not call.method.startswith(("auth", "apps", "users"))]


async def begun(harness: SlackHarness, slow: SlowCore, parts: list[Part]) -> str:
    """Say something, and let the bot say its first words."""
    slack = harness.slack
    slow.parts = parts
    thread = await slack.say(harness.ana, harness.channel, f"<@{slack.bot_user}> tell")
    harness.thread = thread
    for _ in range(2):
        slow.let.release()
    await slack.until(lambda: len(slack.messages(harness.channel, thread)) == 2)
    return thread


async def spoken(harness: SlackHarness, slow: SlowCore, parts: list[Part]) -> None:
    """Say something, and let the bot say it all, the first words before the others."""
    await begun(harness, slow, parts)
    for _ in parts:
        slow.let.release()
    await harness.platform.idle()
    slow.let = asyncio.Semaphore(0)


async def test_a_short_answer_is_three_calls(slow: SlowCore, harness: SlackHarness) -> None:
    """A status, the stream's first words, and its end with the last words, the card and the stamp."""
    await spoken(harness, slow, [STAMP, Text("Added "), Text("it."), Receipt(Outcome.ADDED, (MILK,), change=1)])
    assert methods(harness.slack) == ["agents.sessions.setStatus", "chat.startStream", "chat.stopStream"]
    answer = harness.slack.messages(harness.channel, harness.thread)[-1]
    assert answer.text == "Added it."
    assert answer.metadata == {
        "event_type": "task_bot_reply", "event_payload": {"conversation": "conv_1", "answers": "m1"},
    }  # fmt: skip
    assert harness.slack.sessions[harness.channel.id, harness.thread] == "active"
    assert harness.slack.titles[harness.channel.id, harness.thread] == "tell"


async def test_an_answer_that_is_there_at_once_is_not_streamed(harness: SlackHarness) -> None:
    """Posted whole, which is no call more."""
    await harness.seen("add milk", [STAMP, Text("Added "), Text("it."), Receipt(Outcome.ADDED, (MILK,), change=1)])
    assert methods(harness.slack) == ["agents.sessions.setStatus", "chat.postMessage", "agents.sessions.setStatus"]


async def test_without_agent_sessions(slow: SlowCore, harness: SlackHarness) -> None:
    """A workspace that has none shows the plain status; it is asked for once only."""
    harness.slack.has_sessions = False
    await spoken(harness, slow, [STAMP, Text("Hello."), Text(" Again.")])
    harness.slack.calls.clear()
    await spoken(harness, slow, [STAMP, Text("Hello."), Text(" Again.")])
    assert methods(harness.slack) == ["assistant.threads.setStatus", "chat.startStream", "chat.stopStream"]
    assert not harness.slack.statuses


async def test_cards_alone_are_one_message(harness: SlackHarness) -> None:
    """No stream without words."""
    await harness.seen("list", [STAMP, Receipt(Outcome.ADDED, (RENT,), change=3)])
    assert methods(harness.slack).count("chat.postMessage") == 1
    assert "chat.startStream" not in methods(harness.slack)
    assert harness.slack.sessions[harness.channel.id, harness.thread] == "active"


async def test_the_first_words_are_seen_before_the_last_are_thought(slow: SlowCore, harness: SlackHarness) -> None:
    """A stream begins with the first delta, and goes on while the model does."""
    slack = harness.slack
    thread = await begun(harness, slow, [STAMP, Text("First"), Text(" second"), Text(" third.")])
    assert slack.messages(harness.channel, thread)[-1].text == "First"
    assert slack.messages(harness.channel, thread)[-1].streaming
    slow.let.release()
    await slack.until(lambda: slack.messages(harness.channel, thread)[-1].text == "First second")
    slow.let.release()
    slow.let.release()
    await slack.until(lambda: slack.messages(harness.channel, thread)[-1].text == "First second third.")
    assert not slack.messages(harness.channel, thread)[-1].streaming


async def test_a_very_long_answer_is_several_messages(harness: SlackHarness) -> None:
    """Cut at paragraphs, a fence closed and opened again; each message within the limit and with its stamp."""
    prose = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(60))
    code = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(700)) + "\n```"
    await harness.seen("write", [STAMP, *[Text(piece) for piece in _pieces(f"{prose}\n\n{code}\n\nThe end.", 37)]])
    answers = harness.slack.messages(harness.channel, harness.thread)[1:]
    assert len(answers) >= 3
    assert all(len(shown(one)) <= 12_000 and shown(one).count("```") % 2 == 0 for one in answers)
    assert all(one.metadata for one in answers)
    whole = "\n".join(shown(one) for one in answers)
    assert all(f"Paragraph {number}." in whole for number in range(60))
    assert all(f"line_{number} = {number}" in whole for number in range(700))
    assert whole.endswith("The end.")


async def test_many_cards_are_several_messages(harness: SlackHarness) -> None:
    """A message takes fifty blocks; what belongs together stays together."""
    cards: list[Part] = [
        Receipt(Outcome.ADDED, (Task(number=number, title=f"T{number}"),), change=number) for number in range(1, 41)
    ]
    await harness.seen("many", [STAMP, *cards])
    answers = harness.slack.messages(harness.channel, harness.thread)[1:]
    assert len(answers) > 1
    assert all(len(one.blocks) <= 50 for one in answers)
    assert all(f"*T{number}*" in json.dumps([one.blocks for one in answers]) for number in range(1, 41))


async def test_nobody_is_notified_by_the_models_words(harness: SlackHarness) -> None:
    """Broadcasts and mentions are shown as text, pictures as links, even when they come in pieces."""
    said = "Hi <!channel> and <!here> @everyone <@U0000001> ![cat](https://evil.example/cat.png) <img src='https://evil.example/x'>"
    await harness.seen("x", [STAMP, *[Text(piece) for piece in _pieces(said, 3)]])
    answer = harness.slack.messages(harness.channel, harness.thread)[-1]
    for bad in ("<!channel>", "<!here>", "@everyone", "<@U0000001>", "![", "<img"):
        assert bad not in shown(answer) + answer.text
    assert "[cat](https://evil.example/cat.png)" in shown(answer)
    posted = harness.slack.asked("chat.postMessage")[-1].args
    assert not {posted["unfurl_links"], posted["unfurl_media"]} & {True, "true", "1"}


async def test_a_busy_workspace_is_answered_without_streams(harness: SlackHarness) -> None:
    """Twenty streams a minute are all that Slack takes: the rest is posted whole, and nothing waits."""
    for number in range(25):
        await harness.seen(f"{number}", [STAMP, Text(f"Answer {number}.")])
    texts = [one.text for one in harness.slack.messages(harness.channel, harness.thread) if one.metadata]
    assert texts == [f"Answer {number}." for number in range(25)]
    assert not [call for call in harness.slack.calls if call.error == "ratelimited"]
    assert harness.slack.limits.most_in_a_minute("chat.startStream") <= 20


@pytest.mark.parametrize(
    "fault", [Fault(error="ratelimited"), Fault(error="unknown_method"), Fault(status=500), Fault(cut=True)]
)
async def test_a_stream_that_cannot_begin(harness: SlackHarness, fault: Fault) -> None:
    """The answer is posted whole."""
    harness.slack.fail("chat.startStream", fault)
    await harness.seen("hello", [STAMP, Text("Hello "), Text("there."), Receipt(Outcome.ADDED, (MILK,), change=1)])
    answer = harness.slack.messages(harness.channel, harness.thread)[-1]
    assert "Hello there." in json.dumps(answer.blocks)
    assert "Buy milk" in json.dumps(answer.blocks)
    assert answer.metadata


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize(
    "fault",
    [Fault(error="message_not_in_streaming_state"), Fault(status=503), Fault(cut=True), Fault(cut=True, after=True)],
)
async def test_a_stream_that_breaks(slow: SlowCore, harness: SlackHarness, method: str, fault: Fault) -> None:
    """Its message is brought up to date in place: all the words once, the cards and the stamp."""
    slack = harness.slack
    slack.fail(method, fault)
    thread = await begun(
        harness, slow, [STAMP, Text("One"), Text(" two"), Text(" three."), Receipt(Outcome.ADDED, (MILK,), change=1)]
    )
    slow.let.release()
    if method == "chat.appendStream":
        await slack.until(lambda: slack.asked("chat.appendStream"))
    for _ in range(5):
        slow.let.release()
    await slack.until(lambda: slack.messages(harness.channel, thread)[-1].metadata)
    await harness.platform.idle()
    (answer,) = slack.messages(harness.channel, thread)[1:]
    words = shown(answer)
    assert "One two three." in words
    assert words.count("three.") == 1
    assert "Buy milk" in words


async def test_a_post_whose_answer_is_lost_is_not_posted_twice(harness: SlackHarness) -> None:
    """The connection breaks after Slack took the message: the thread's stamp tells that it arrived."""
    harness.slack.fail("chat.postMessage", Fault(cut=True, after=True))
    await harness.seen("list", [STAMP, Receipt(Outcome.ADDED, (RENT,), change=3)])
    assert len(harness.slack.messages(harness.channel, harness.thread)) == 2


async def test_a_post_that_never_arrived_is_posted_again(harness: SlackHarness) -> None:
    """The connection breaks before Slack took it."""
    harness.slack.fail("chat.postMessage", Fault(cut=True))
    await harness.seen("list", [STAMP, Receipt(Outcome.ADDED, (RENT,), change=3)])
    assert len(harness.slack.messages(harness.channel, harness.thread)) == 2


async def test_a_rate_limit_is_waited_out(harness: SlackHarness) -> None:
    """What must be said is said a second later."""
    harness.slack.fail("chat.postMessage", Fault(error="ratelimited", retry_after=1))
    assert "Pay rent" in await harness.seen("list", [STAMP, Receipt(Outcome.ADDED, (RENT,), change=3)])


@pytest.mark.parametrize("error", ["is_archived", "channel_not_found", "not_in_channel"])
async def test_a_channel_that_is_closed(harness: SlackHarness, error: str) -> None:
    """The answer goes to the person's direct messages, and says why."""
    for method in ("chat.startStream", "chat.postMessage"):
        harness.slack.fail(method, Fault(error=error))
    await harness.seen("hello", [STAMP, Text("Hello."), Receipt(Outcome.ADDED, (MILK,), change=1)])
    (told,) = harness.slack.messages(harness.slack.dm(harness.ana))
    assert "couldn't answer in" in str(told.blocks)
    assert "Buy milk" in str(told.blocks)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_blocks_that_slack_does_not_like(harness: SlackHarness, error: str) -> None:
    """The words are posted without them, stamped all the same."""
    harness.slack.fail("chat.startStream", Fault(error="ratelimited"))
    harness.slack.fail("chat.postMessage", Fault(error=error))
    await harness.seen("hello", [STAMP, Text("Hello."), Receipt(Outcome.ADDED, (MILK,), change=1)])
    answer = harness.slack.messages(harness.channel, harness.thread)[-1]
    assert "Hello." in answer.text
    assert "Buy milk" in answer.text
    assert answer.metadata


def _pieces(text: str, size: int) -> Sequence[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


LONG = "word " * 1_500


@pytest.mark.parametrize(
    ("method", "faults"),
    [
        ("chat.appendStream", [Fault(error="message_not_in_streaming_state")]),
        ("chat.stopStream", [Fault(cut=True, after=True)]),
        ("chat.stopStream", [Fault(status=503, times=2)]),
        ("chat.stopStream", [Fault(status=503, times=3)]),
        ("chat.stopStream", [Fault(error="internal_error", times=2)]),
    ],
)
async def test_a_long_stream_that_breaks_is_closed_with_all_its_words(
    slow: SlowCore, harness: SlackHarness, method: str, faults: list[Fault]
) -> None:
    """More of them than an update takes: each arrives once, no message looks as if more were coming."""
    slack = harness.slack
    for fault in faults:
        slack.fail(method, fault)
    thread = await begun(
        harness,
        slow,
        [STAMP, Text(f"One {LONG}"), Text("two"), Text(" three."), Receipt(Outcome.ADDED, (MILK,), change=1)],
    )
    slow.let.release()
    if method == "chat.appendStream":
        await slack.until(lambda: slack.asked("chat.appendStream"))
    for _ in range(5):
        slow.let.release()
    await harness.platform.idle()
    answers = slack.messages(harness.channel, thread)[1:]
    words = " ".join(shown(one) for one in answers)
    assert [words.count(word) for word in ("One", "two", "three.", "Buy milk")] == [1, 1, 1, 1]
    assert words.count("word ") == LONG.count("word ")
    assert not any(one.streaming for one in answers)
    assert all(one.metadata for one in answers)


async def test_words_are_not_said_twice_where_only_the_ends_answer_is_lost(
    slow: SlowCore, harness: SlackHarness
) -> None:
    """The message has its stamp, so all of it had arrived, whatever an update is refused for."""
    harness.slack.fail("chat.stopStream", Fault(cut=True, after=True))
    harness.slack.fail("chat.update", Fault(error="msg_too_long", times=9))
    await spoken(harness, slow, [STAMP, Text(f"One {LONG}"), Text("two"), Text(" three.")])
    (answer,) = harness.slack.messages(harness.channel, harness.thread)[1:]
    assert shown(answer).count("three.") == 1


async def test_a_stream_that_expires_is_closed(slow: SlowCore, harness: SlackHarness) -> None:
    """After five minutes Slack takes no more into it: the rest comes in the same message, once."""
    slack = harness.slack
    slack.stream_seconds = 0
    thread = await begun(harness, slow, [STAMP, Text("One"), Text(" two"), Text(" three.")])
    for _ in range(5):
        slow.let.release()
    await harness.platform.idle()
    (answer,) = slack.messages(harness.channel, thread)[1:]
    assert shown(answer) == "One two three."
    assert not answer.streaming


async def test_cards_below_many_words_are_a_message_of_their_own(harness: SlackHarness) -> None:
    """So that they can be told anew when they are pressed."""
    await harness.seen("tell", [STAMP, Text(LONG), Receipt(Outcome.ADDED, (MILK,), change=1)])
    words, card = harness.slack.messages(harness.channel, harness.thread)[1:]
    assert "word word" in shown(words)
    assert "Buy milk" in shown(card)
    assert len(card.text) < 400
    assert stamp_of({"metadata": words.metadata}) == stamp_of({"metadata": card.metadata})


async def test_stop_is_there_after_an_error_of_slacks(slow: SlowCore, harness: SlackHarness) -> None:
    """One `internal_error` says nothing of the next turn; what Slack doesn't have is asked for no more for a while."""
    slack = harness.slack
    for error, sessions in (("internal_error", 2), ("service_unavailable", 2), ("ratelimited", 1)):
        slack.calls.clear()
        slack.fail("agents.sessions.setStatus", Fault(error=error))
        await spoken(harness, slow, [STAMP, Text("Hello."), Text(" Again.")])
        asked = [call.args["status"] for call in slack.asked("agents.sessions.setStatus")]
        assert asked[:1] == ["processing"]
        assert len(asked) == sessions, error
        assert not slack.statuses


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(cut=True, after=True)],
        [Fault(status=502, after=True)],
        [Fault(error="internal_error", after=True)],
    ],
)
async def test_a_lost_confirmation_leaves_nobody_at_work(harness: SlackHarness, faults: list[Fault]) -> None:
    """The session may have begun although nobody said so: it is ended all the same."""
    for fault in faults:
        harness.slack.fail("agents.sessions.setStatus", fault)
    await harness.seen("hello", [STAMP, Text("Hello.")])
    assert harness.slack.sessions[harness.channel.id, harness.thread] == "active"
    assert not harness.slack.statuses


async def test_an_end_of_the_status_that_fails_is_tried_again(harness: SlackHarness) -> None:
    """A 5xx on the follow-up: the person would see the bot thinking for ever."""
    seen = asyncio.ensure_future(harness.seen("hello", [STAMP, Text("Hello.")]))
    await harness.slack.until(lambda: harness.slack.asked("agents.sessions.setStatus"))
    harness.slack.fail("agents.sessions.setStatus", Fault(status=503))
    await seen
    assert harness.slack.sessions[harness.channel.id, harness.thread] == "active"


@pytest.mark.parametrize("sessions", [True, False])
async def test_who_waits_for_the_database_sees_that_the_bot_works(
    slow: SlowCore, harness: SlackHarness, sessions: bool
) -> None:
    """Before the first part of the reply; and where nothing comes of it, nothing is left of that."""
    slack = harness.slack
    slack.has_sessions = sessions
    slow.parts = [STAMP, Text("Hello.")]
    thread = await slack.say(harness.ana, harness.channel, f"<@{slack.bot_user}> tell")
    place = harness.channel.id, thread
    await slack.until(lambda: slack.sessions.get(place) == "processing" if sessions else slack.statuses.get(place))
    assert len(slack.messages(harness.channel, thread)) == 1
    slow.parts.clear()
    slow.let.release()
    slow.let.release()
    await harness.platform.idle()
    assert slack.sessions.get(place) in (None, "active")
    assert not slack.statuses.get(place)


async def test_a_thread_where_much_is_said_never_waits_for_a_status(harness: SlackHarness) -> None:
    """Sixty answers in a minute begin more sessions than Slack takes calls for: each that is begun can be ended."""
    for number in range(60):
        await harness.seen("x", [Stamp("conv_a", answers=f"m{number}"), Text("Hello.")])
    assert harness.slack.limits.refused == []
    assert set(harness.slack.sessions.values()) == {"active"}
