"""The adapter contract over Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from pydantic import SecretStr

from adapters.discord.inbound import Place
from adapters.discord.platform import Discord
from adapters.discord.settings import DiscordSettings
from adapters.discord.threads import is_stamp
from core.chat import Part, Stamp
from tests.adapters.contract import AdapterContract, ScriptedCore
from tests.fakes.discord import Channel, DiscordServer, Message


def settings(server: DiscordServer) -> DiscordSettings:
    """Settings that point at the stand-in, whatever `.env` says."""
    return DiscordSettings(
        _env_file=None,  # type: ignore[call-arg]
        token=SecretStr(server.token),
        api_url=server.api_url,
        gateway_url=server.gateway_url,
    )


class DiscordHarness:
    """The adapter over the stand-in, in one thread."""

    def __init__(self, server: DiscordServer, core: ScriptedCore | None = None) -> None:
        self.server = server
        self.core = core or ScriptedCore()
        self.ana = server.user("Ana", locale="en-GB")
        self.channel = server.channel("general")
        self.thread: Channel | None = None
        self.platform = Discord(settings(server), drain=5)
        self._listening = asyncio.create_task(self.platform.listen(self.core))

    async def seen(self, text: str, parts: Sequence[Part]) -> str:
        """Say something in the thread, and read everything that is answered."""
        stamped = any(isinstance(part, Stamp) for part in parts)
        self.core.parts = list(parts) if stamped else [Stamp("conv_x", answers="0"), *parts]
        asked = len(self.core.asked)
        if self.thread is None:
            said = await self.server.say(self.ana, self.channel, text, mention=True)
            await self.server.until(lambda: said.thread)
            self.thread = said.thread
        else:
            said = await self.server.say(self.ana, self.thread, text, mention=True)
        assert self.thread
        await self.server.until(lambda: len(self.core.asked) > asked)
        await self.platform.idle()
        return " ".join(told(one) for one in self.server.messages(self.thread) if one.id > said.id and by_bot(one))

    async def recalled(self) -> str | None:
        """By another process."""
        if self.thread is None:
            return None
        other = Discord(settings(self.server))
        listening = asyncio.create_task(other.listen(ScriptedCore()))
        await other.connected.wait()
        recall = await other.recall(Place(self.thread.id).thread())
        await ended(listening)
        return recall.conversation

    async def close(self) -> None:
        """End the process."""
        await ended(self._listening)


class TestDiscord(AdapterContract):
    """The contract."""

    @pytest.fixture
    async def harness(self) -> AsyncIterator[DiscordHarness]:
        """A thread in a channel; all that went over the wire has to be valid."""
        async with DiscordServer(second=0.01) as server:
            harness = DiscordHarness(server)
            await harness.platform.connected.wait()
            yield harness
            await harness.close()
            assert not server.invalid, server.invalid


def told(message: Message) -> str:
    """All that people see of a message, what can be pressed too."""
    return " ".join([message.text, *(one for one in message.custom_ids if not is_stamp(one))])


def by_bot(message: Message) -> bool:
    """Whether the bot wrote it."""
    return message.author.bot


async def ended(listening: asyncio.Task[None]) -> None:
    """Cancel, and wait for the drain."""
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
