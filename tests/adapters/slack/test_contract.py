"""The adapter contract over Slack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from pydantic import SecretStr

from adapters.slack.inbound import Place
from adapters.slack.platform import Slack
from adapters.slack.settings import SlackSettings
from core.chat import Part, Stamp
from tests.adapters.contract import AdapterContract, ScriptedCore
from tests.fakes.slack import Message, SlackServer


class SlackHarness:
    """The adapter over the stand-in, in one thread."""

    def __init__(self, slack: SlackServer, core: ScriptedCore | None = None) -> None:
        self.slack = slack
        self.core = core or ScriptedCore()
        self.ana = slack.user("Ana")
        self.channel = slack.channel("general", members=[self.ana])
        self.thread = ""
        self.platform = Slack(self._settings(), drain=5)
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

    async def recalled(self) -> str | None:
        """By another process."""
        if not self.thread:
            return None
        other = Slack(self._settings())
        listening = asyncio.create_task(other.listen(self.core))
        await other.connected.wait()
        recall = await other.recall(Place(self.channel.id, self.thread).thread(self.slack.team))
        await _ended(listening)
        return recall.conversation

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
            await harness.platform.connected.wait()
            yield harness
            await harness.close()


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
