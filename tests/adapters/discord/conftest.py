"""A server with the bot in it, without OpenAI: what is pressed and typed needs no model."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from core.chat import Command
from core.database import Database
from tests.conversations.discord import Guild
from tests.fakes.discord import Channel, DiscordServer, Interaction, Message, User
from tests.fakes.openai import OpenAIServer


class There(Guild):
    """Short words for what these tests do all the time."""

    async def task(self, who: User, command: str, **options: str | int | bool) -> Interaction:
        """Type `/task …`, and wait for its answer."""
        return await self.finished_(await self.discord.slash(who, self.channel, f"task {command}", **options))

    async def finished_(self, interaction: Interaction) -> Interaction:
        """Wait until the deferred answer is there and nothing more comes."""
        await self.discord.settled(interaction)
        await self.platform.idle()
        return interaction

    async def add(self, who: User, text: str) -> None:
        """Add a task behind Discord's back."""
        async with aclosing(self.core.command(Command(self.author(who), f"add {text}"))) as reply:
            async for _ in reply:
                pass

    async def card(self, who: User, text: str) -> tuple[Channel, Message]:
        """Let the bot show a card in a thread."""
        thread = await self.mention(who, text)
        return thread, self.answers(thread)[-1]

    async def press(self, who: User, message: Message, label: str) -> Interaction:
        """Press a button, and wait until all is done."""
        pressed = await self.discord.press_label(who, message, label)
        await self.platform.idle()
        return pressed

    async def choose(self, who: User, message: Message, kind: str, value: str) -> Interaction:
        """Choose in a menu, and wait until all is done."""
        custom_id = next(one for one in message.custom_ids if one.startswith(f"{kind}:"))
        chosen = await self.discord.select(who, message, custom_id, value)
        await self.platform.idle()
        return chosen


@pytest.fixture
async def there(database: Database, now: dt.datetime) -> AsyncIterator[There]:
    """Discord, Ana and Ben, a channel, and the bot with its offline assistant; all on the wire has to be valid."""
    async with DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        guild = There(discord, openai, database, lambda: None, lambda: now)
        await guild.start()
        yield guild
        await guild.stop()
        assert not discord.invalid, discord.invalid
