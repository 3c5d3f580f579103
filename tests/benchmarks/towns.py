"""Platforms full of people who talk to the bot, for the benchmark's other process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from tests.fakes.slack import Channel, Message, SlackServer, User


class Town(Protocol):
    """A stand-in platform with a person in it who talks in many threads."""

    async def start(self) -> None:
        """Listen on loopback."""
        ...

    def unlimited(self) -> None:
        """Take more than the real platform would: what is measured is the bot."""
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
        self._threads: dict[int, str] = {}
        self._answers: dict[str, set[str]] = {}
        self._asked: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """See `Town`."""
        await self._slack.start()

    def settings(self) -> dict[str, str]:
        """For `SlackSettings`."""
        slack = self._slack
        return {"api_url": slack.api_url, "bot_token": slack.bot_token, "app_token": slack.app_token}

    def unlimited(self) -> None:
        """See `Town`."""
        self._slack.limits.on = False

    async def say(self, thread: int, text: str) -> str:
        """Each thread has a channel of its own, as a busy workspace has many."""
        slack = self._slack
        channel = self._channels.get(thread)
        if channel is None:
            channel = self._channels[thread] = slack.channel(f"c{thread}", members=[self._ana])
        root = self._threads.get(thread)
        ts = await slack.say(self._ana, channel, text if root else f"<@{slack.bot_user}> {text}", thread=root)
        self._threads.setdefault(thread, ts)
        return ts

    async def answered(self, message: str) -> None:
        """See `Town`."""
        if not self._answers.get(message):
            await self._asked.setdefault(message, asyncio.Event()).wait()

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


class _Watched(SlackServer):
    """Tells when a message of the bot's has grown."""

    def __init__(self, grown: Callable[[Message], None]) -> None:
        super().__init__()
        self._grown = grown

    def grew(self, message: Message) -> None:
        """See the server."""
        super().grew(message)
        self._grown(message)


TOWNS: Mapping[str, Callable[[], Town]] = {"slack": SlackTown}
