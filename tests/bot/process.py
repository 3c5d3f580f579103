"""A process of the bot whose log can be read while it runs, on stand-ins of everything."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.conftest import BOT
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.server import MODELS
from tests.fakes.slack import SlackServer

LONG = 60.0


class Running:
    """The process, and all that it has written so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.log: list[str] = []
        self.out: list[str] = []
        self._change = asyncio.Event()
        self._readers = [
            asyncio.create_task(self._read(stream, lines))
            for stream, lines in ((process.stderr, self.log), (process.stdout, self.out))
        ]

    @property
    def written(self) -> str:
        """All of it."""
        return "".join([*self.log, *self.out])

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of the log that tell of an event; of a log as JSON."""
        read = [json.loads(line) for line in self.log if line.startswith("{")]
        return [one for one in read if one["event"] == name]

    async def until(self, holds: Callable[[], object], seconds: float = LONG) -> None:
        """Wait until it holds; looked at again at every line. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds():
                await self._change.wait()

    async def address(self) -> str:
        """Of its web server, once it listens."""
        await self.until(lambda: self.events("web.listening"))
        return f"http://127.0.0.1:{self.events('web.listening')[0]['port']}"

    async def ended(self) -> int:
        """Wait for its end, and for its last words; the exit code."""
        async with asyncio.timeout(LONG):
            await asyncio.gather(*self._readers)
            return await self.process.wait()

    async def _read(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream
        while line := await stream.readline():
            lines.append(line.decode(errors="replace"))
            self._change.set()
            self._change = asyncio.Event()


@asynccontextmanager
async def running(environment: dict[str, str], folder: Path) -> AsyncIterator[Running]:
    """`bot run` in this environment; told to stop at the end, and waited for."""
    process = await asyncio.create_subprocess_exec(
        str(BOT), "run", env=environment, cwd=folder, stdout=PIPE, stderr=PIPE, limit=1 << 20
    )
    started = Running(process)
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await started.ended()
        except TimeoutError:
            process.kill()
            raise


def for_slack(slack: SlackServer) -> dict[str, str]:
    """Variables that point at the stand-in."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
    }


def for_discord(discord: DiscordServer) -> dict[str, str]:
    """Variables that point at the stand-in."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


def for_openai(openai: OpenAIServer, key: str = "sk-test") -> dict[str, str]:
    """Variables that point at the stand-in."""
    return {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": openai.base_url, "OPENAI_MODEL": MODELS[0]}


WATCHED = {"PORT": "0", "HOST": "127.0.0.1", "METRICS": "on", "LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}


async def got(address: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and text of a page."""
    async with aiohttp.ClientSession() as web, web.get(address, headers=headers) as answer:
        return answer.status, await answer.text()
