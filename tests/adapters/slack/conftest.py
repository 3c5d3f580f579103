"""A workspace with the bot in it, without OpenAI: what is pressed and typed needs no model."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from core.chat import Command
from core.database import Database
from tests.conversations.slack import Workspace
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer, User


class There(Workspace):
    """Short words for what these tests do all the time."""

    async def task(self, who: User, text: str) -> str:
        """Type `/task …`; all that the person then sees of it."""
        before = len(self.slack.whispers)
        await self.slack.slash(who, self.channel, "/task", text)
        await self.slack.until(lambda: len(self.slack.whispers) > before)
        return self.whispered(before)

    async def add(self, who: User, text: str) -> None:
        """Add a task behind Slack's back."""
        async with aclosing(self.core.command(Command(self.author(who), f"add {text}"))) as reply:
            async for _ in reply:
                pass

    def whispered(self, since: int = 0) -> str:
        """What was said to one person alone."""
        return " ".join(
            f"{one.text} {json.dumps(one.blocks, ensure_ascii=False)}" for one in self.slack.whispers[since:]
        )

    async def card(self, who: User, text: str) -> tuple[str, str]:
        """Let the bot show a card in a thread; the thread and the card's timestamp."""
        thread = await self.mention(who, text)
        return thread, self.answers(thread)[-1].ts


@pytest.fixture
async def there(database: Database, now: dt.datetime) -> AsyncIterator[There]:
    """Slack, Ana and Ben, a channel, and the bot with its offline assistant."""
    async with SlackServer() as slack, OpenAIServer() as openai:
        workspace = There(slack, openai, database, lambda: None, lambda: now)
        await workspace.start()
        yield workspace
        await workspace.stop()
