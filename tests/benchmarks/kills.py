"""Processes that are killed again and again while people talk: what is lost, done twice, or never answered."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psycopg

from tests.benchmarks.servers import ROOT
from tests.benchmarks.table import Figure, Goal
from tests.benchmarks.towns import DiscordTown, SlackTown, Town
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.server import KEY, MODELS

NONE = Goal(0)
ANSWERED = Goal(15)
THREADS = 25
LIVE = 120
CHANNELS = 12
"""Slack takes about one message a second in a channel, so that 150 people in one would wait two minutes."""
PATIENCE = 420.0
"""Seconds after which what is not answered won't be: catching up keeps to the platforms' published limits."""
STARTED = 60.0
AFTER_START = (0.0, 3.0)
"""Seconds after which a process that is connected is killed, from … to."""
_BOT = Path(sys.executable).with_name("bot")


@dataclass(frozen=True, slots=True)
class Kind:
    """A platform, as a row names it and as processes connect to it."""

    name: str
    town: Callable[[], Town]
    environment: Callable[[Town, int], Mapping[str, str]]
    """From the town's settings and a free port."""
    over_http: bool = False


def _slack(town: Town, port: int) -> dict[str, str]:
    told = town.settings()
    return {
        "SLACK_BOT_TOKEN": told["bot_token"], "SLACK_APP_TOKEN": told["app_token"],
        "SLACK_API_URL": told["api_url"], "PORT": str(port),
    }  # fmt: skip


def _slack_http(town: Town, port: int) -> dict[str, str]:
    told = _slack(town, port)
    del told["SLACK_APP_TOKEN"]
    return told | {"SLACK_SIGNING_SECRET": town.settings()["signing_secret"], "HOST": "127.0.0.1"}


def _discord(town: Town, port: int) -> dict[str, str]:
    told = town.settings()
    return {
        "DISCORD_TOKEN": told["token"], "DISCORD_API_URL": told["api_url"],
        "DISCORD_GATEWAY_URL": told["gateway_url"], "PORT": str(port),
    }  # fmt: skip


SOCKET = Kind("Slack, Socket Mode", SlackTown, _slack)
HTTP = Kind("Slack, HTTP", SlackTown, _slack_http, over_http=True)
DISCORD = Kind("Discord", DiscordTown, _discord)


@dataclass(slots=True)
class Office:
    """Processes side by side, each with a port of its own."""

    environment: Callable[[int], Mapping[str, str]]
    processes: list[asyncio.subprocess.Process | None]
    ports: list[int]
    log: Path

    async def start(self, place: int) -> None:
        """Start one, and wait until it is connected or has ended."""
        with self.log.open("ab") as log:
            self.processes[place] = await asyncio.create_subprocess_exec(
                str(_BOT), "run", env=dict(self.environment(self.ports[place])), cwd=self.log.parent, stderr=log,
                stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        async with asyncio.timeout(STARTED), aiohttp.ClientSession() as session:
            while not await _healthy(session, self.ports[place]):  # noqa: ASYNC110 - another process tells nobody
                await asyncio.sleep(0.05)

    async def kill(self, place: int) -> None:
        """SIGKILL."""
        process, self.processes[place] = self.processes[place], None
        if process and process.returncode is None:
            process.kill()
            await process.wait()


async def _healthy(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/ready") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


@dataclass(slots=True)
class Scene:
    """A town, a model, and processes that may be killed."""

    kind: Kind
    town: Town
    openai: OpenAIServer
    office: Office
    url: str
    messages: dict[str, int] = field(default_factory=dict)
    """What was said: a message's id, and the number in its task's title."""
    dice: random.Random = field(default_factory=lambda: random.Random(11))

    async def say(self, thread: int, number: int) -> str:
        """Ask for a task of that number."""
        text = f'tool:add_task {{"tasks": [{{"title": "Chore {number}"}}]}}'
        message = await self.town.say(thread, text)
        self.messages[message] = number
        return message

    async def unanswered(self) -> int:
        """How many messages have no answer once all had time for one."""
        try:
            async with asyncio.timeout(PATIENCE):
                for message in self.messages:
                    await self.town.answered(message)
        except TimeoutError:
            pass
        answers = self.town.answers()
        return sum(not answers.get(message) for message in self.messages)

    def tasks(self) -> list[int]:
        """The numbers in the titles of all tasks."""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT title FROM tasks WHERE deleted_at IS NULL").fetchall()
        return [int(title.removeprefix("Chore ")) for (title,) in rows]


@asynccontextmanager
async def scene(kind: Kind, url: str, processes: int) -> AsyncIterator[Scene]:
    """A town with processes that are all connected; killed at the end."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE users CASCADE")
    town = kind.town()
    await town.start()
    ports = [_free_port() for _ in range(processes)]
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        async with OpenAIServer() as openai:
            openai.slow(first_token_seconds=0.2, between_deltas_seconds=0.02)

            def environment(port: int) -> dict[str, str]:
                own = {
                    "HOME": folder, "DATA_DIR": folder, "ENV_FILE": os.devnull, "DATABASE_URL": url,
                    "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": openai.base_url, "OPENAI_MODEL": MODELS[0],
                    "LOG_LEVEL": "WARNING", "TURN_BURST": "10000",  # one person says it all
                }  # fmt: skip
                return {"PATH": os.environ["PATH"], **own, **kind.environment(town, port)}

            office = Office(environment, [None] * processes, ports, Path(folder, "log"))
            town.strict([f"http://127.0.0.1:{port}" for port in ports] if kind.over_http else ())
            try:
                await asyncio.gather(*(office.start(place) for place in range(processes)))
                yield Scene(kind, town, openai, office, url)
            finally:
                await asyncio.gather(*(office.kill(place) for place in range(processes)))
                kept = ROOT / ".bench" / f"kills-{kind.name.replace(', ', '-')}-{processes}.log"
                kept.parent.mkdir(exist_ok=True)
                kept.write_bytes(office.log.read_bytes())


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def measure(url: str, *, quick: bool) -> list[Figure]:
    """All rows: each platform with one process, then with two and three side by side, then many threads at once."""
    messages, kills = (100, 8) if quick else (500, 40)
    figures: list[Figure] = []
    for kind, processes in ((SOCKET, 1), (HTTP, 1), (DISCORD, 1), (SOCKET, 2), (HTTP, 2), (DISCORD, 2), (SOCKET, 3)):
        figures += asyncio.run(_killed(kind, url, processes, messages, kills))
    for kind in (SOCKET, DISCORD):
        figures += asyncio.run(_live(kind, url))
    return figures


async def _killed(kind: Kind, url: str, processes: int, messages: int, kills: int) -> list[Figure]:
    """People say so much in many threads, at any moment, while one process after the other is killed."""
    begun = time.monotonic()
    async with scene(kind, url, processes) as there:
        over = asyncio.Event()
        talking = asyncio.create_task(_talk(there, messages, over))
        for _ in range(kills):
            place = there.dice.randrange(processes)
            await asyncio.sleep(there.dice.uniform(*AFTER_START))
            await there.office.kill(place)
            await there.office.start(place)
        over.set()
        await talking
        unanswered = await there.unanswered()
        tasks = there.tasks()
        answers = there.town.answers()
    row = f"{kind.name}: {kills} kills, {processes} process" + "es" * (processes > 1)
    note = f"{len(there.messages)} messages in {THREADS} threads, {time.monotonic() - begun:.0f} s"
    twice = sum(answers.get(message, 0) > 1 for message in there.messages)
    detail = {"refused": dict(there.town.refusals())}
    return [
        Figure(row, "messages without their task", len(set(there.messages.values()) - set(tasks)), "", NONE, note),
        Figure(row, "messages that were never answered", unanswered, "", NONE, detail=detail),
        Figure(row, "tasks that were made twice", len(tasks) - len(set(tasks)), "", NONE),
        Figure(row, "messages that were answered twice", twice, "", NONE),
    ]


async def _talk(there: Scene, messages: int, over: asyncio.Event) -> None:
    """So many messages from the first kill to the last: now one, now a few at once."""
    begun, said = time.monotonic(), 0
    pace = messages / 230  # a first guess of how long the kills take; what is left comes when they are over
    while said < messages:
        many = there.dice.choice((1, 1, 1, 2, 5))
        for _ in range(min(many, messages - said)):
            await there.say(said if said < THREADS else there.dice.randrange(THREADS), said)
            said += 1
        if not over.is_set():
            ahead = said / pace - (time.monotonic() - begun)
            await asyncio.sleep(max(0.0, ahead) * there.dice.uniform(0.5, 1.5))


async def _live(kind: Kind, url: str) -> list[Figure]:
    """Many people at once; a restart; and a message in each of their threads at once, under published limits."""
    async with scene(kind, url, 1) as there:
        there.town.crowded(CHANNELS)
        burst = await _all_at_once(there, range(LIVE + 30))
        await there.office.kill(0)
        await there.office.start(0)
        after = await _all_at_once(there, range(LIVE))
        tasks = there.tasks()
    row = f"{kind.name}: many threads"
    refusals = ", ".join(f"{code} {count}" for code, count in there.town.refusals().items()) or "nothing refused"
    return [
        Figure(row, f"p95 until answered, {LIVE + 30} people at once", _p95(burst), "s", ANSWERED),
        Figure(row, f"p95 until answered, {LIVE} live threads after a restart", _p95(after), "s", ANSWERED, refusals),
        Figure(row, "messages without their task", len(set(there.messages.values()) - set(tasks)), "", NONE),
        Figure(row, "messages that were never answered", sum(one >= PATIENCE for one in burst + after), "", NONE),
    ]


async def _all_at_once(there: Scene, threads: range) -> list[float]:
    """Seconds until each thread's message was answered."""

    async def one(thread: int) -> float:
        begun = time.monotonic()
        message = await there.say(thread, len(there.messages) + 1_000 * (thread + 1))
        try:
            async with asyncio.timeout(PATIENCE):
                await there.town.answered(message)
        except TimeoutError:
            return PATIENCE
        return time.monotonic() - begun

    return await asyncio.gather(*(one(thread) for thread in threads))


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]
