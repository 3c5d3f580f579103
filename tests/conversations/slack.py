"""A workspace with the bot in it: stand-ins for Slack and OpenAI, and a bot that can be killed and started anew."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from pydantic import SecretStr

from adapters.slack.platform import Slack
from adapters.slack.settings import SlackSettings
from core.attempt import Online
from core.chat import Author, Inviter, Status, Task, TaskQuery
from core.database import Database
from core.reminders import Reminders
from core.service import Service
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import Channel, Message, SlackServer, User


@dataclass(slots=True)
class Workspace:
    """Slack, two people, one channel, and the bot."""

    slack: SlackServer
    openai: OpenAIServer
    database: Database
    online: Callable[[], Online | None]
    clock: Callable[[], dt.datetime]
    ana: User = field(init=False)
    ben: User = field(init=False)
    channel: Channel = field(init=False)
    platform: Slack = field(init=False)
    core: Service = field(init=False)
    reminders: Reminders = field(init=False)
    _running: list[asyncio.Task[None]] = field(default_factory=list)
    inviter: Inviter | None = None
    """What makes codes for clients, from the next start on."""

    def __post_init__(self) -> None:
        self.ana = self.slack.user("Ana", timezone="Europe/Berlin", locale="en-GB")
        self.ben = self.slack.user("Ben", timezone="America/New_York", locale="en-US")
        self.channel = self.slack.channel("general", members=[self.ana, self.ben])

    @property
    def bot(self) -> str:
        """How people mention it."""
        return f"<@{self.slack.bot_user}>"

    def settings(self) -> SlackSettings:
        """Settings that point at the stand-in, whatever `.env` says."""
        return SlackSettings(
            _env_file=None,  # type: ignore[call-arg]
            bot_token=SecretStr(self.slack.bot_token),
            app_token=SecretStr(self.slack.app_token),
            api_url=self.slack.api_url,
        )

    async def start(self) -> None:
        """Start a process of the bot, which knows nothing of the one before, and wait until it is connected."""
        self.platform = Slack(self.settings(), drain=5)
        self.core = Service(
            self.database,
            {"slack": self.platform},
            self.online(),
            default_zone="UTC",
            clock=self.clock,
            changed=lambda receipt, who: self.reminders.changed(receipt),
            inviter=self.inviter,
        )
        await self.core.join()
        self.reminders = Reminders(
            self.database,
            self.platform,
            default_zone="UTC",
            clock=self.clock,
            posted=self.core.posted,
            nap=0.02,
        )
        self._running = [
            asyncio.create_task(self.platform.listen(self.core)),
            asyncio.create_task(self.reminders.run()),
        ]
        await asyncio.wait_for(self.platform.connected.wait(), 10)
        await asyncio.wait_for(self.platform.idle(), 10)

    async def stop(self) -> None:
        """Tell it to stop, as SIGTERM does, and wait until it has drained."""
        for running in reversed(self._running):
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        self._running = []
        await self.core.close()

    async def another(self) -> Workspace:
        """A second process beside this one, with the same people."""
        other = copy.copy(self)
        other._running = []
        other.database = Database(self.database.session_url.render_as_string(hide_password=False))
        await other.start()
        return other

    async def restart(self) -> None:
        """Another process takes over."""
        await self.stop()
        await self.start()

    async def mention(self, who: User, text: str) -> str:
        """Mention the bot in the channel; the thread, once it has answered."""
        thread = await self.slack.say(who, self.channel, f"{self.bot} {text}")
        await self.answered(thread, 1)
        return thread

    async def reply(self, who: User, thread: str, text: str) -> None:
        """Say something in the thread, and wait for the answer."""
        before = len(self.answers(thread))
        await self.slack.say(who, self.channel, text, thread=thread)
        await self.answered(thread, before + 1)

    async def reminded(self, who: User, count: int = 1) -> str:
        """Wait until a person has so many messages that answer nothing; the thread of the newest."""
        there = self.slack.dm(who)

        def told() -> list[Message]:
            return [said for said in self.slack.messages(there) if said.user == self.slack.bot_user]

        await self.slack.until(lambda: len(told()) >= count)
        assert len(told()) == count
        return told()[-1].ts

    async def answer(self, who: User, thread: str, text: str) -> str:
        """Answer a reminder; what the bot then says."""
        there = self.slack.dm(who)
        before = len(self.slack.messages(there, thread))
        await self.slack.say(who, there, text, thread=thread)

        def told() -> list[Message]:
            said = self.slack.messages(there, thread)[before:]
            return [one for one in said if one.user == self.slack.bot_user and one.metadata and not one.streaming]

        await self.slack.until(told)
        await self.platform.idle()
        return " ".join(f"{one.text} {json.dumps(one.blocks, ensure_ascii=False)}" for one in told())

    def shown(self, who: User, thread: str) -> str:
        """All that a reminder shows."""
        (said, *_) = self.slack.messages(self.slack.dm(who), thread)
        return f"{said.text} {json.dumps(said.blocks, ensure_ascii=False)}"

    async def answered(self, thread: str, answers: int) -> None:
        """Wait until the thread has so many finished answers."""
        await self.slack.until(lambda: len(self.answers(thread)) >= answers)

    def answers(self, thread: str) -> list[Message]:
        """The bot's finished messages in the thread: each has its stamp."""
        return [
            message
            for message in self.slack.messages(self.channel, thread)
            if message.user == self.slack.bot_user and not message.streaming and message.metadata
        ]

    def last(self, thread: str) -> str:
        """All that the newest answer shows, blocks included."""
        message = self.answers(thread)[-1]
        return f"{message.text} {json.dumps(message.blocks, ensure_ascii=False)}"

    def author(self, who: User) -> Author:
        """The person as the core knows them."""
        return Author("slack", self.slack.team, who.id, who.name, who.timezone, who.locale)

    async def tasks(self, who: User) -> list[Task]:
        """What the database holds, by number."""
        page = await self.core.find(self.author(who), TaskQuery(status=Status.ALL, size=100))
        return sorted(page.tasks, key=lambda task: task.number)

    async def titles(self, who: User) -> list[str]:
        """The titles of all tasks, by number."""
        return [task.title for task in await self.tasks(who)]
