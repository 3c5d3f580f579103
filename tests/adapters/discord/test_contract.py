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
from adapters.discord.stamps import stamp_of
from core.chat import Author, Part, PostRefused, Recall, Stamp, Text, Thread
from tests.adapters.contract import AdapterContract, ScriptedCore, saying
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
        self.restart()

    def restart(self) -> None:
        """Start a process, which knows nothing of one before."""
        self.platform = Discord(settings(self.server), drain=5)
        self._listening = asyncio.create_task(self.platform.listen(self.core))

    async def recalled_here(self) -> Recall:
        """By this process."""
        assert self.thread
        return await self.platform.recall(Place(self.thread.id).thread())

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
        return (await self._recalled(Place(self.thread.id).thread())).conversation

    async def _recalled(self, thread: Thread) -> Recall:
        other = Discord(settings(self.server))
        listening = asyncio.create_task(other.listen(ScriptedCore()))
        await other.connected.wait()
        recall = await other.recall(thread)
        await ended(listening)
        return recall

    async def told(self, parts: Sequence[Part], *, key: str, again: bool = False) -> Recall:
        """In direct messages."""
        await self.platform.connected.wait()
        who = Author("discord", "", str(self.ana.id), "Ana")
        thread = await self.platform.post(who, saying(parts), key=key, again=again)
        assert thread
        return await self._recalled(thread)

    def unasked(self) -> str:
        """What stands in the direct messages."""
        shown = (f"{one.text} {one.components}" for one in self.server.messages(self.server.dm(self.ana)))
        return " ".join(shown)

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

    async def test_the_same_key_is_posted_once(self, harness: DiscordHarness) -> None:
        """Discord sees to it, for some minutes."""
        for again in (False, True):
            await harness.told([Text("Once.")], key="r7", again=again)
        await harness.told([Text("Twice.")], key="r8")
        assert len(harness.server.messages(harness.server.dm(harness.ana))) == 2

    async def test_who_takes_no_messages_refuses(self, harness: DiscordHarness) -> None:
        """A refusal, and no failure."""
        harness.ana.closed = True
        with pytest.raises(PostRefused, match="50007"):
            await harness.told([Text("Hello.")], key="r7")

    async def test_links_lead_into_threads(self, harness: DiscordHarness) -> None:
        """Into channels, threads and direct messages."""
        assert harness.platform.thread_at("https://discord.com/channels/1/22/333") == Place(22).thread()
        assert harness.platform.thread_at("https://discord.com/channels/@me/22/333") == Place(22, private=True).thread()
        assert harness.platform.thread_at("https://example.com/channels/1/22/333") is None


def told(message: Message) -> str:
    """All that people see of a message, what can be pressed too."""
    return " ".join([message.text, *(one for one in message.custom_ids if not stamp_of(one))])


def by_bot(message: Message) -> bool:
    """Whether the bot wrote it."""
    return message.author.bot


async def ended(listening: asyncio.Task[None]) -> None:
    """Cancel, and wait for the drain."""
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
