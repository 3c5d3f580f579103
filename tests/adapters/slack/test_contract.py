"""The adapter contract over Slack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from adapters.slack.inbound import Place
from adapters.slack.pace import Pace
from adapters.slack.platform import Slack
from adapters.slack.settings import SlackSettings
from core.chat import (
    Author,
    Outcome,
    Part,
    PostDelayed,
    PostRefused,
    Recall,
    Receipt,
    Stamp,
    StampKind,
    Task,
    Text,
    Thread,
)
from tests.adapters.contract import AdapterContract, ScriptedCore, saying
from tests.fakes.slack import Message, SlackServer
from tests.fakes.slack.server import Fault


class SlackHarness:
    """The adapter over the stand-in, in one thread."""

    def __init__(self, slack: SlackServer, core: ScriptedCore | None = None, *, pace: Pace | None = None) -> None:
        self.slack = slack
        self.core = core or ScriptedCore()
        self.ana = slack.user("Ana")
        self.channel = slack.channel("general", members=[self.ana])
        self.thread = ""
        self.start(pace=pace)

    def start(self, *, pace: Pace | None = None, drain: float = 5) -> None:
        """Start a process."""
        self.platform = Slack(self._settings(), drain=drain, pace=lambda: pace or Pace())
        self._listening = asyncio.create_task(self.platform.listen(self.core))

    async def seen(self, text: str, parts: Sequence[Part]) -> str:
        """Say something in the thread, and read everything that is answered."""
        stamped = any(isinstance(part, Stamp) for part in parts)
        self.core.parts = list(parts) if stamped else [Stamp("conv_x", answers="0"), *parts]
        asked = len(self.core.asked)
        before = len(self.slack.messages(self.channel, self.thread)) if self.thread else 0
        ts = await self.slack.say(
            self.ana, self.channel, f"<@{self.slack.bot_user}> {text}", thread=self.thread or None
        )
        self.thread = self.thread or ts
        await self.slack.until(lambda: len(self.core.asked) > asked)
        await self.platform.idle()
        answers = self.slack.messages(self.channel, self.thread)[before:]
        return " ".join(shown(one) for one in answers if one.user == self.slack.bot_user)

    async def ready(self) -> None:
        """Wait until it is connected, and has looked for what was said before."""
        await self.platform.connected.wait()
        await self.platform.idle()
        self.slack.calls.clear()

    async def recalled(self) -> str | None:
        """By another process."""
        if not self.thread:
            return None
        return (await self._recalled(Place(self.channel.id, self.thread).thread(self.slack.team))).conversation

    async def _recalled(self, thread: Thread) -> Recall:
        other = Slack(self._settings())
        listening = asyncio.create_task(other.listen(self.core))
        await other.connected.wait()
        recall = await other.recall(thread)
        await _ended(listening)
        return recall

    async def told(self, parts: Sequence[Part], *, key: str, again: bool = False) -> Recall:
        """In direct messages."""
        await self.platform.connected.wait()
        who = Author("slack", self.slack.team, self.ana.id, "Ana")
        thread = await self.platform.post(who, saying(parts), key=key, again=again)
        assert thread
        return await self._recalled(thread)

    def unasked(self) -> str:
        """What stands in the direct messages."""
        return " ".join(shown(one) for one in self.slack.messages(self.slack.dm(self.ana)))

    async def close(self) -> None:
        """End the process."""
        await _ended(self._listening)

    def _settings(self) -> SlackSettings:
        return SlackSettings(
            _env_file=None,  # type: ignore[call-arg]
            bot_token=SecretStr(self.slack.bot_token),
            app_token=SecretStr(self.slack.app_token),
            api_url=self.slack.api_url,
        )


class TestSlack(AdapterContract):
    """The contract."""

    @pytest.fixture
    async def harness(self) -> AsyncIterator[SlackHarness]:
        """A thread in a channel."""
        async with SlackServer() as slack:
            harness = SlackHarness(slack)
            await harness.ready()
            yield harness
            await harness.close()

    async def test_a_message_that_was_posted_already_is_found_by_its_key(self, harness: SlackHarness) -> None:
        """One that was not is posted."""
        for again in (False, True):
            await harness.told([Text("Once.")], key="r7", again=again)
        await harness.told([Text("Twice.")], key="r8", again=True)
        assert len(harness.slack.messages(harness.slack.dm(harness.ana))) == 2

    @pytest.mark.parametrize(
        ("method", "error"),
        [("conversations.open", "user_disabled"), ("chat.postMessage", "messages_tab_disabled")],
    )
    async def test_who_takes_no_messages_refuses(self, harness: SlackHarness, method: str, error: str) -> None:
        """A refusal, and no failure."""
        harness.slack.fail(method, Fault(error=error))
        with pytest.raises(PostRefused, match=error):
            await harness.told([Text("Hello.")], key="r7")

    @pytest.mark.parametrize(
        "error", ["missing_scope", "not_in_channel", "user_not_found", "restricted_action", "some_word_of_tomorrow"]
    )
    @pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
    async def test_any_refusal_means_that_nothing_was_posted(
        self, harness: SlackHarness, method: str, error: str
    ) -> None:
        """So that it can be said elsewhere, and is not tried for ever."""
        harness.slack.fail(method, Fault(error=error))
        with pytest.raises(PostRefused, match=error):
            await harness.told([Text("Hello.")], key="r7")

    @pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
    async def test_what_slack_does_not_know_itself_is_left_open(self, harness: SlackHarness, error: str) -> None:
        """It may have been posted."""
        harness.slack.fail("chat.postMessage", Fault(error=error))
        with pytest.raises(SlackApiError, match=error):
            await harness.told([Text("Hello.")], key="r7")

    async def test_a_token_that_is_refused_is_a_delay(self, harness: SlackHarness) -> None:
        """Nobody can be told anything until the app is installed again: no reminder is given up for that."""
        harness.slack.fail("chat.postMessage", Fault(error="token_revoked"))
        with pytest.raises(PostDelayed):
            await harness.told([Text("Hello.")], key="r7")

    @pytest.mark.parametrize("key", ["", "r7"])
    async def test_a_group_of_reminders_is_about_all_of_them(self, harness: SlackHarness, key: str) -> None:
        """Also where it takes several messages, and without a key."""
        told = [
            Receipt(Outcome.REMINDER, (Task(number=number, title=f"T{number}", id=number),)) for number in range(1, 31)
        ]
        stamp = Stamp(about=(1, 2, 3), kind=StampKind.UNASKED)
        assert (await harness.told([stamp, *told], key=key)).about == (1, 2, 3)
        assert len(harness.slack.asked("chat.postMessage")) > 1

    async def test_a_digest_is_about_nothing(self, harness: SlackHarness) -> None:
        """And what was asked in the thread before is over."""
        assert (await harness.told([Stamp(kind=StampKind.UNASKED), Text("Good morning.")], key="")).about == ()
        (said,) = harness.slack.messages(harness.slack.dm(harness.ana))
        assert said.metadata
        assert said.metadata["event_payload"] == {"kind": "unasked"}

    async def test_a_rate_limit_is_told(self, harness: SlackHarness) -> None:
        """With its seconds: who asks decides what to do meanwhile."""
        harness.slack.fail("chat.postMessage", Fault(error="ratelimited", retry_after=7))
        with pytest.raises(PostDelayed) as delayed:
            await harness.told([Text("Hello.")], key="r7")
        assert delayed.value.seconds == 7
        assert not harness.slack.messages(harness.slack.dm(harness.ana))

    async def test_links_lead_into_threads(self, harness: SlackHarness) -> None:
        """Those of Slack's; to a message within a thread, one that begins it, and into direct messages."""
        await harness.platform.connected.wait()
        for link, place in (
            ("https://acme.slack.com/archives/C01/p1700000000000100", Place("C01", "1700000000.000100")),
            (
                "https://acme.slack.com/archives/C01/p1700000009000100?thread_ts=1700000000.000100&cid=C01",
                Place("C01", "1700000000.000100"),
            ),
            ("https://acme.slack.com/archives/D01/p1700000000000100", Place("D01", "1700000000.000100", private=True)),
        ):
            assert harness.platform.thread_at(link) == place.thread(harness.slack.team)
        assert harness.platform.thread_at("https://example.com/archives") is None


def shown(message: Message) -> str:
    """All that people see of a message: its blocks, where it has any, else its text."""
    told = [
        str(block["text"]) if block["type"] == "markdown" else json.dumps(block, ensure_ascii=False)
        for block in message.blocks
    ]
    return " ".join(told) if told else message.text


async def _ended(listening: asyncio.Task[None]) -> None:
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
