"""A Discord server with the bot in it: stand-ins for Discord and OpenAI, and a bot that can be started anew."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from pydantic import SecretStr

from adapters.discord.platform import Discord
from adapters.discord.settings import DiscordSettings
from adapters.discord.stamps import stamp_of
from core.attempt import Online
from core.chat import Author, Inviter, Status, Task, TaskQuery
from core.database import Database
from core.reminders import Reminders
from core.service import Service
from tests.fakes.discord import Channel, DiscordServer, Message, User
from tests.fakes.openai import OpenAIServer


@dataclass(slots=True)
class Guild:
    """Discord, two people, one channel, and the bot."""

    discord: DiscordServer
    openai: OpenAIServer
    database: Database
    online: Callable[[], Online | None]
    clock: Callable[[], dt.datetime]
    ana: User = field(init=False)
    ben: User = field(init=False)
    channel: Channel = field(init=False)
    platform: Discord = field(init=False)
    core: Service = field(init=False)
    reminders: Reminders = field(init=False)
    _answers: set[int] = field(default_factory=set)
    """Messages in private that answer something."""
    _running: list[asyncio.Task[None]] = field(default_factory=list)
    inviter: Inviter | None = None
    """What makes codes for clients, from the next start on."""

    def __post_init__(self) -> None:
        self.ana = self.discord.user("Ana", locale="en-GB")
        self.ben = self.discord.user("Ben", locale="en-US")
        self.channel = self.discord.channel("general")

    def settings(self) -> DiscordSettings:
        """Settings that point at the stand-in, whatever `.env` says."""
        return DiscordSettings(
            _env_file=None,  # type: ignore[call-arg]
            token=SecretStr(self.discord.token),
            api_url=self.discord.api_url,
            gateway_url=self.discord.gateway_url,
        )

    async def start(self) -> None:
        """Start a process of the bot, which knows nothing of the one before, and wait until it is connected."""
        self.platform = Discord(self.settings(), drain=5)
        self.core = Service(
            self.database,
            {"discord": self.platform},
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
        await self.platform.idle()

    async def stop(self) -> None:
        """Tell it to stop, as SIGTERM does, and wait until it has drained."""
        for running in reversed(self._running):
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        self._running = []
        await self.core.close()

    async def another(self) -> Guild:
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

    async def mention(self, who: User, text: str) -> Channel:
        """Mention the bot in the channel; the thread, once it has answered there."""
        said = await self.discord.say(who, self.channel, text, mention=True)
        await self.discord.until(lambda: said.thread)
        assert said.thread
        await self.answered(said.thread, 1)
        return said.thread

    async def reply(self, who: User, thread: Channel, text: str) -> None:
        """Say something in the thread, and wait for the answer."""
        before = len(self.answers(thread))
        await self.discord.say(who, thread, text)
        await self.answered(thread, before + 1)

    async def reminded(self, who: User, count: int = 1) -> str:
        """Wait until a person has so many messages that answer nothing; which one is the newest."""

        def told() -> list[Message]:
            said = [one for one in self.discord.messages(self.discord.dm(who)) if one.author is self.discord.bot_user]
            return [one for one in said if one.id not in self._answers]

        await self.discord.until(lambda: len(told()) >= count)
        assert len(told()) == count
        return str(told()[-1].id)

    async def answer(self, who: User, thread: str, text: str) -> str:
        """Answer a reminder; what the bot then says."""
        there = self.discord.dm(who)
        said = await self.discord.say(who, there, text)

        def told() -> list[Message]:
            return [one for one in self.discord.messages(there) if one.id > said.id and self.finished(one)]

        await self.discord.until(told)
        await self.platform.idle()
        self._answers.update(one.id for one in told())
        return " ".join(one.text for one in told())

    def shown(self, who: User, thread: str) -> str:
        """All that a reminder shows."""
        return next(one.text for one in self.discord.messages(self.discord.dm(who)) if str(one.id) == thread)

    async def answered(self, thread: Channel, answers: int) -> None:
        """Wait until the thread has so many finished answers."""
        await self.discord.until(lambda: len(self.answers(thread)) >= answers)

    def answers(self, thread: Channel) -> list[Message]:
        """The bot's finished messages in the thread: each has its stamp."""
        return [message for message in self.discord.messages(thread) if self.finished(message)]

    def finished(self, message: Message) -> bool:
        """Whether it is an answer of the bot's, and whole."""
        return message.author is self.discord.bot_user and any(stamp_of(one) for one in message.custom_ids)

    def last(self, thread: Channel) -> str:
        """All that the newest answer shows."""
        return self.answers(thread)[-1].text

    def author(self, who: User) -> Author:
        """The person as the core knows them."""
        return Author("discord", "", str(who.id), who.name)

    async def tasks(self, who: User) -> list[Task]:
        """What the database holds, by number."""
        page = await self.core.find(self.author(who), TaskQuery(status=Status.ALL, size=100))
        return sorted(page.tasks, key=lambda task: task.number)

    async def titles(self, who: User) -> list[str]:
        """The titles of all tasks, by number."""
        return [task.title for task in await self.tasks(who)]
