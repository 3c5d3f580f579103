"""Platforms full of people who talk to the bot, for the benchmark's other process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from tests.fakes.discord import DiscordServer
from tests.fakes.discord import Message as DiscordMessage
from tests.fakes.slack import Channel, Message, SlackServer, User

PATIENCE = 3.0
"""Seconds after which Discord takes no answer any more."""


class Town(Protocol):
    """A stand-in platform with a person in it who talks in many threads."""

    async def start(self) -> None:
        """Listen on loopback."""
        ...

    def unlimited(self) -> None:
        """Take more than the real platform would: what is measured is the bot."""
        ...

    def crowded(self, channels: int) -> None:
        """All threads are in so many channels."""
        ...

    def strict(self, addresses: Sequence[str]) -> None:
        """Keep nothing for whoever is not there; `addresses` of web servers that take events by turns, if by HTTP."""
        ...

    def settings(self) -> dict[str, str]:
        """What a bot needs to know to connect."""
        ...

    async def say(self, thread: int, text: str) -> str:
        """Say something in a thread, which begins with a mention of the bot; the message's id."""
        ...

    async def answered(self, message: str) -> None:
        """Wait until the message has its finished answer."""
        ...

    async def offered(self, typed: str) -> tuple[float, int] | None:
        """Seconds until tasks are offered to somebody who types, and how many; None where nothing is offered."""
        ...

    def answers(self) -> Mapping[str, int]:
        """How many finished answers each message has."""
        ...

    def seen(self) -> list[float]:
        """Instants, on the monotonic clock, at which more of the bot's words could be read."""
        ...

    def calls(self) -> Counter[str]:
        """The bot's calls so far, by their names."""
        ...

    def refusals(self) -> Counter[str]:
        """What was refused so far, by its code."""
        ...

    def forget(self) -> None:
        """Begin the accounts anew."""
        ...

    def disconnect(self) -> None:
        """Cut the bot's connections, without a word."""
        ...


class SlackTown:
    """A workspace. Limits are as Slack's, for as long as they are on."""

    def __init__(self) -> None:
        self._slack = _Watched(self._grew)
        self._ana: User = self._slack.user("Ana")
        self._channels: dict[int, Channel] = {}
        self._most = 1_000_000
        self._threads: dict[int, str] = {}
        self._answers: dict[str, set[str]] = {}
        self._asked: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """See `Town`."""
        await self._slack.start()

    def settings(self) -> dict[str, str]:
        """For `SlackSettings`."""
        slack = self._slack
        return {
            "api_url": slack.api_url, "bot_token": slack.bot_token, "app_token": slack.app_token,
            "signing_secret": slack.signing_secret,
        }  # fmt: skip

    def crowded(self, channels: int) -> None:
        """See `Town`."""
        self._most = channels

    def strict(self, addresses: Sequence[str]) -> None:
        """See `Town`."""
        self._slack.envelopes.waits = False
        self._slack.envelopes.events_urls = [address + "/slack/events" for address in addresses]

    def unlimited(self) -> None:
        """See `Town`."""
        self._slack.limits.on = False

    async def say(self, thread: int, text: str) -> str:
        """Each thread has a channel of its own, as a busy workspace has many, unless there are fewer."""
        slack = self._slack
        place = thread % self._most
        channel = self._channels.get(place)
        if channel is None:
            channel = self._channels[place] = slack.channel(f"c{thread}", members=[self._ana])
        root = self._threads.get(thread)
        ts = await slack.say(self._ana, channel, text if root else f"<@{slack.bot_user}> {text}", thread=root)
        self._threads.setdefault(thread, ts)
        return ts

    async def answered(self, message: str) -> None:
        """See `Town`."""
        if not self._answers.get(message):
            await self._asked.setdefault(message, asyncio.Event()).wait()

    async def offered(self, typed: str) -> tuple[float, int] | None:
        """See `Town`."""
        return None

    def answers(self) -> Mapping[str, int]:
        """See `Town`."""
        return {message: len(found) for message, found in self._answers.items()}

    def seen(self) -> list[float]:
        """See `Town`."""
        return [at for at, _, _ in self._slack.visible]

    def calls(self) -> Counter[str]:
        """See `Town`."""
        return Counter(call.method for call in self._slack.calls)

    def refusals(self) -> Counter[str]:
        """See `Town`."""
        return Counter(call.error for call in self._slack.calls if call.error)

    def forget(self) -> None:
        """See `Town`."""
        self._slack.calls.clear()
        self._slack.visible.clear()
        self._slack.envelopes.delivered.clear()

    def disconnect(self) -> None:
        """See `Town`."""
        self._slack.envelopes.disconnect()

    def _grew(self, message: Message) -> None:
        """Notice the finished answers, by the first message of each."""
        payload = (message.metadata or {}).get("event_payload")
        if message.streaming or not isinstance(payload, dict) or payload.get("part"):
            return
        told = str(payload.get("answers"))
        self._answers.setdefault(told, set()).add(message.ts)
        if asked := self._asked.pop(told, None):
            asked.set()


class DiscordTown:
    """A server. Each thread begins from a mention in the one channel."""

    def __init__(self) -> None:
        self._discord = DiscordServer(checked=False)
        self._ana = self._discord.user("Ana")
        self._channels = [self._discord.channel("general")]
        self._threads: dict[int, DiscordMessage] = {}
        self._answers: dict[str, set[int]] = {}
        self._asked: dict[str, asyncio.Event] = {}
        self._read = 0

    async def start(self) -> None:
        """See `Town`."""
        await self._discord.start()
        self._watching = asyncio.create_task(self._discord.until(self._looked, timeout=86_400))

    def settings(self) -> dict[str, str]:
        """For `DiscordSettings`."""
        discord = self._discord
        return {"api_url": discord.api_url, "gateway_url": discord.gateway_url, "token": discord.token}

    def crowded(self, channels: int) -> None:
        """See `Town`."""
        self._channels = [self._discord.channel(f"c{number}") for number in range(channels)]

    def strict(self, addresses: Sequence[str]) -> None:
        """See `Town`: sessions are kept for nobody."""

    def unlimited(self) -> None:
        """See `Town`."""
        self._discord.limits = False

    async def say(self, thread: int, text: str) -> str:
        """See `Town`."""
        root = self._threads.get(thread)
        if root is None:
            channel = self._channels[thread % len(self._channels)]
            said = self._threads[thread] = await self._discord.say(self._ana, channel, text, mention=True)
            return str(said.id)
        await self._discord.until(lambda: root.thread, timeout=300)
        assert root.thread
        return str((await self._discord.say(self._ana, root.thread, text)).id)

    async def answered(self, message: str) -> None:
        """See `Town`."""
        if not self._answers.get(message):
            await self._asked.setdefault(message, asyncio.Event()).wait()

    async def offered(self, typed: str) -> tuple[float, int] | None:
        """See `Town`."""
        told = await self._discord.autocomplete(self._ana, self._channels[0], "task done", task=typed)
        return told.seconds or PATIENCE, len(told.offered)

    def answers(self) -> Mapping[str, int]:
        """See `Town`."""
        return {message: len(found) for message, found in self._answers.items()}

    def seen(self) -> list[float]:
        """See `Town`."""
        return [one.at for one in self._discord.visible]

    def calls(self) -> Counter[str]:
        """See `Town`."""
        return Counter(call.operation for call in self._discord.calls)

    def refusals(self) -> Counter[str]:
        """See `Town`."""
        return Counter(str(call.status) for call in self._discord.calls if call.status >= 400)

    def forget(self) -> None:
        """See `Town`."""
        self._discord.calls.clear()
        self._discord.visible.clear()
        self._read = 0

    def disconnect(self) -> None:
        """See `Town`."""
        self._discord.disconnect()

    def _looked(self) -> bool:
        """Notice the finished answers, at each change; never done."""
        visible = self._discord.visible
        for one in visible[self._read :]:
            self._notice(one.message)
        self._read = len(visible)
        return False

    def _notice(self, message: DiscordMessage) -> None:
        for custom_id in message.custom_ids:
            kind, *rest = custom_id.split(":")
            if kind == "stamp" and rest[2:3] == ["0"]:
                self._answers.setdefault(rest[1], set()).add(message.id)
                if asked := self._asked.pop(rest[1], None):
                    asked.set()


class _Watched(SlackServer):
    """Tells when a message of the bot's has grown."""

    def __init__(self, grown: Callable[[Message], None]) -> None:
        super().__init__()
        self._grown = grown

    def grew(self, message: Message) -> None:
        """See the server."""
        super().grew(message)
        self._grown(message)


TOWNS: Mapping[str, Callable[[], Town]] = {"slack": SlackTown, "discord": DiscordTown}
