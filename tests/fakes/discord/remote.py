"""The stand-in as a process of its own, driven from another one: what a benchmark needs of it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any, Self

import aiohttp

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where the process is, and the token of its bot."""

    api_url: str
    gateway_url: str
    token: str
    control_url: str


class RemoteDiscord:
    """Starts `python -m tests.fakes.discord` and speaks its control paths; ends it on leaving."""

    address: Address

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def pid(self) -> int:
        """The process, for whoever measures it."""
        assert self._process, "not started"
        return self._process.pid

    async def __aenter__(self) -> Self:
        command = (sys.executable, "-m", "tests.fakes.discord")
        self._process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert self._process.stdout, "piped"
        async with asyncio.timeout(PATIENCE):
            self.address = Address(**json.loads(await self._process.stdout.readline()))
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def user(self, name: str) -> str:
        """Someone new; returns their id."""
        return str((await self._post("user", name=name))["id"])

    async def channel(self, name: str) -> str:
        """A text channel; returns its id."""
        return str((await self._post("channel", name=name))["id"])

    async def thread(self, user: str, channel: str, name: str) -> str:
        """A thread that the person begins, with the bot in it; returns its id."""
        return str((await self._post("thread", user=user, channel=channel, name=name))["id"])

    async def say(self, user: str, channel: str, text: str, *, mention: bool = False) -> str:
        """Write a message; returns its id."""
        return str((await self._post("say", user=user, channel=channel, text=text, mention=mention))["id"])

    async def seen(self, start: int = 0) -> list[dict[str, Any]]:
        """What could be read of the bot's messages, and when, after the first `start` sights."""
        return list(await self._get(f"seen?from={start}"))

    async def calls(self) -> list[dict[str, Any]]:
        """The requests so far."""
        return list(await self._get("calls"))

    async def time(self) -> dict[str, Any]:
        """The server's clock, and how many shards are connected."""
        return dict(await self._get("time"))

    async def reset(self) -> None:
        """Forget what was asked and seen so far."""
        await self._post("reset")

    async def limits(self, on: bool) -> None:
        """Turn rate limits on or off."""
        await self._post("limits", on=on)

    async def disconnect(self) -> None:
        """Cut every connection of the gateway."""
        await self._post("disconnect")

    async def _post(self, path: str, **body: object) -> dict[str, Any]:
        assert self._session, "not started"
        async with self._session.post(f"{self.address.control_url}/{path}", json=body) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def _get(self, path: str) -> Any:
        assert self._session, "not started"
        async with self._session.get(f"{self.address.control_url}/{path}") as answer:
            answer.raise_for_status()
            return await answer.json()
