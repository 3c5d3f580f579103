"""Whole turns through a platform: calls, words against the model's own time, processor time, memory, many threads."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from pydantic import SecretStr

from adapters.discord.platform import Discord
from adapters.discord.settings import DiscordSettings
from adapters.slack.pace import Budget, Pace
from adapters.slack.platform import Slack
from adapters.slack.settings import SlackSettings
from bot.online import online
from core.chat import Platform
from core.database import Database
from core.service import Service
from tests.benchmarks.servers import ROOT, call, settings_for
from tests.benchmarks.table import Figure, Goal
from tests.benchmarks.turns import bare_turns
from tests.fakes.openai.server import KEY

Json = dict[str, Any]

FIRST_WORDS = Goal(150)
CPU = Goal(2)
AT_ONCE = Goal(0.8, at_least=True)
NONE = Goal(0)
OFFERED = Goal(300)
CALLS: Mapping[str, Goal] = {"Slack": Goal(4), "Discord": Goal(3)}

THREADS = 50
IDLE = 1_000
TEXT = call("add_task", '{"tasks":[{"title":"Buy milk and bread"}]}')
UNBOUND = 10**9
MODEL_SECONDS = 1.0
"""What a model takes for one answer in the row with many threads; a turn asks it twice."""


@dataclass(slots=True)
class World:
    """The other process."""

    process: asyncio.subprocess.Process
    openai: str
    town: Json

    async def do(self, what: str, **how: object) -> Json:
        """Ask for something, and wait until it is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": what, **how}).encode() + b"\n")
        line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the other process ended while it was asked to {what}")
        answer: Json = json.loads(line)
        return answer


@asynccontextmanager
async def world(town: str) -> AsyncIterator[World]:
    """A process with a platform, its people and OpenAI."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.world", town, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    told = json.loads(await process.stdout.readline())
    try:
        yield World(process, told["openai"], told["town"])
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Kind:
    """A platform, as the rows name it and as a bot connects to it."""

    name: str
    town: str
    connect: Callable[[Json, bool], tuple[Platform, asyncio.Event]]
    """From the town's settings, and whether the platform's own limits are kept; the event is set once connected."""


def _slack(settings: Json, limited: bool) -> tuple[Platform, asyncio.Event]:
    slack = Slack(
        SlackSettings(
            _env_file=None,  # type: ignore[call-arg]
            api_url=settings["api_url"],
            bot_token=SecretStr(settings["bot_token"]),
            app_token=SecretStr(settings["app_token"]),
        ),
        pace=Pace if limited else lambda: Pace(Budget(UNBOUND), Budget(UNBOUND), Budget(UNBOUND), Budget(UNBOUND)),
    )
    return slack, slack.connected


def _discord(settings: Json, limited: bool) -> tuple[Platform, asyncio.Event]:
    discord = Discord(
        DiscordSettings(
            _env_file=None,  # type: ignore[call-arg]
            token=SecretStr(settings["token"]),
            api_url=settings["api_url"],
            gateway_url=settings["gateway_url"],
        )
    )
    return discord, discord.connected


SLACK = Kind("Slack", "slack", _slack)
DISCORD = Kind("Discord", "discord", _discord)


@asynccontextmanager
async def connected(kind: Kind, there: World, database_url: str, *, model: bool, limited: bool) -> AsyncIterator[None]:
    """A bot on the platform, in this process, as the real one is put together."""
    platform, ready = kind.connect(there.town, limited)
    settings = settings_for(there.openai)
    database = Database(database_url)
    async with online(settings if model else settings.model_copy(update={"openai_api_key": None})) as openai:
        core = Service(database, {platform.name: platform}, openai, default_zone="UTC")
        listening = asyncio.create_task(platform.listen(core))
        await ready.wait()
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await database.close()


def slack(database_url: str, *, quick: bool) -> list[Figure]:
    """All rows of Slack."""
    return asyncio.run(_measure(SLACK, database_url, quick=quick))


def discord(database_url: str, *, quick: bool) -> list[Figure]:
    """All rows of Discord."""
    return asyncio.run(_measure(DISCORD, database_url, quick=quick))


async def _measure(kind: Kind, database_url: str, *, quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    async with world(kind.town) as there:
        async with connected(kind, there, database_url, model=True, limited=True):
            figures += await _words(kind, there)
        await there.do("unlimited")
        async with connected(kind, there, database_url, model=True, limited=False):
            figures += await _processor(kind, there)
            figures += await _many(kind, there)
            figures += await _memory(kind, there)
    async with world(kind.town) as there:
        await there.do("unlimited")
        async with connected(kind, there, database_url, model=False, limited=False):
            figures += await _storm(kind, there, 1_000 if quick else 10_000)
    return figures


async def _words(kind: Kind, there: World) -> list[Figure]:
    """How far the bot's words are behind the model's, and the calls of a short answer, within the platform's limits."""
    await there.do("pace", first_token=0.2, between_deltas=0.03)
    await there.do("talk", text="short story", turns=2)
    short = await there.do("timed", text="tell a short story", turns=6, thread=0)
    long = await there.do("timed", text="tell a long story", turns=6, thread=0)
    calls = [sum(one.values()) for one in short["calls"]]
    reads = [sum(count for name, count in one.items() if _reads(name)) for one in short["calls"] + long["calls"]]
    spread = ", ".join(f"{name} {count}" for name, count in short["calls"][-1].items())
    row = f"{kind.name}: a warm turn"
    figures = [
        Figure(row, "API calls of a short answer", max(calls), "calls", CALLS.get(kind.name), spread),
        Figure(row, "calls that read", max(reads), "calls", NONE),
        Figure(row, "API calls of a long answer", max(sum(one.values()) for one in long["calls"]), "calls"),
    ]
    for what, told in (("short", short), ("long", long)):
        for end in ("first", "final"):
            note = f"the slowest of {len(told[end])}, 2 s apart; median {statistics.median(told[end]):.0f} ms"
            figures.append(
                Figure(
                    row,
                    f"{end} words of a {what} answer after the model's",
                    max(told[end]),
                    "ms",
                    FIRST_WORDS,
                    note,
                    {"milliseconds": told[end]},
                )
            )
    return figures


async def _processor(kind: Kind, there: World) -> list[Figure]:
    """Processor time of whole turns and of the bare SDK's, in alternation; answers at once, and streamed."""
    figures = []
    for how, first, between in (("posted at once", 0.0, 0.0), ("streamed", 0.01, 0.03)):
        await there.do("pace", first_token=first, between_deltas=between)
        async with AsyncOpenAI(api_key=KEY, base_url=there.openai) as client:
            bare = bare_turns(client, "You keep tasks.")
            await _bare(bare, 10)
            await _whole(there, 10)
            pairs = [(await _bare(bare, 10), await _whole(there, 10)) for _ in range(12)]
        ratio = statistics.median(whole / alone for alone, whole in pairs)
        alone, whole = (statistics.median(one) for one in zip(*pairs, strict=True))
        note = f"{whole:.1f} ms against {alone:.1f} ms; median of 12 pairs of blocks of 10 turns"
        figures.append(Figure(f"{kind.name}: processor", f"whole turn / bare SDK, {how}", ratio, "×", CPU, note))
    return figures


async def _bare(start: Callable[[], Any], turns: int) -> float:
    """Milliseconds of processor time of a turn of the bare SDK."""
    turn = await start()
    await turn()
    gc.collect()
    begun = time.process_time()
    for _ in range(turns):
        await turn()
    return (time.process_time() - begun) / turns * 1000


async def _whole(there: World, turns: int) -> float:
    """Milliseconds of processor time of a turn on the platform."""
    await there.do("talk", text=TEXT, turns=1)
    gc.collect()
    begun = time.process_time()
    await there.do("talk", text=TEXT, turns=turns)
    return (time.process_time() - begun) / turns * 1000


async def _many(kind: Kind, there: World) -> list[Figure]:
    """Turns a second with many threads at once, against as many bare runs at once."""
    figures = []
    for what, seconds, goal in (
        ("a model that takes 1 s", MODEL_SECONDS, AT_ONCE),
        ("a model that takes no time", 0.0, None),
    ):
        await there.do("pace", first_token=seconds, between_deltas=0.0)
        await there.do("talk", text=TEXT, turns=1, threads=THREADS, first=100)
        pairs = []
        for _ in range(3):
            told = await there.do("talk", text=TEXT, turns=4, threads=THREADS, first=100)
            pairs.append((await _bare_at_once(there, 4), THREADS * 4 / told["seconds"]))
        ratio = statistics.median(whole / alone for alone, whole in pairs)
        alone, whole = (statistics.median(one) for one in zip(*pairs, strict=True))
        note = f"{whole:.1f} turns a second against {alone:.1f}; median of 3 pairs"
        figures.append(
            Figure(
                f"{kind.name}: {THREADS} threads at once",
                f"turns a second, ours / bare, {what}",
                ratio,
                "×",
                goal,
                note,
            )
        )
    return figures


async def _bare_at_once(there: World, turns: int) -> float:
    """Turns a second of the bare SDK in as many conversations at once."""
    async with AsyncOpenAI(api_key=KEY, base_url=there.openai) as client:
        start = bare_turns(client, "You keep tasks.")
        ready = [await start() for _ in range(THREADS)]
        begun = time.monotonic()

        async def dialogue(turn: Callable[[], Any]) -> None:
            for _ in range(turns):
                await turn()

        await asyncio.gather(*(dialogue(turn) for turn in ready))
        return THREADS * turns / (time.monotonic() - begun)


async def _memory(kind: Kind, there: World) -> list[Figure]:
    """What stays in memory, of turns in one thread and of threads in which nothing happens any more."""
    await there.do("pace", first_token=0.0, between_deltas=0.0)
    before = _resident()
    await there.do("talk", text=TEXT, turns=500, threads=1, first=500)
    after = _resident()
    for first in range(1_000, 1_000 + IDLE, THREADS):
        await there.do("talk", text=TEXT, turns=1, threads=THREADS, first=first)
    idle = _resident()
    row = f"{kind.name}: memory"
    return [
        Figure(row, "resident memory a turn", max(0.0, after - before) / 500, "kB", note="500 turns in one thread"),
        Figure(row, f"resident memory an idle thread, of {IDLE:,}", max(0.0, idle - after) / IDLE, "kB"),
        Figure(row, "resident memory in all", idle / 1024, "MB", note="with the Agents SDK"),
    ]


async def _storm(kind: Kind, there: World, messages: int) -> list[Figure]:
    """Messages that are lost or answered twice while the connection is cut again and again; no model is asked."""
    begun = time.monotonic()
    told = await there.do("storm", messages=messages, threads=200, cut_every=messages // 20)
    note = f"{told['said']:,} messages in 200 threads, 20 disconnects, {time.monotonic() - begun:.0f} s"
    row = f"{kind.name}: disconnects"
    return [
        Figure(row, "messages lost", told["lost"], "messages", NONE, note),
        Figure(row, "messages answered twice", told["doubled"], "messages", NONE),
        *await _offered(kind, there, told["said"]),
    ]


async def _offered(kind: Kind, there: World, tasks: int) -> list[Figure]:
    """Autocomplete among as many tasks as there were messages, of one person."""
    told = await there.do("offered", typed=["", "task", "tas", "7", "start 1", "zzz"])
    if not told["milliseconds"]:
        return []
    note = f"{tasks:,} tasks of one person; the slowest of six texts; offered {told['offered']}"
    return [
        Figure(f"{kind.name}: autocomplete", "until tasks are offered", max(told["milliseconds"]), "ms", OFFERED, note)
    ]


def _resident() -> float:
    """Kilobytes of this process in memory now; at its peak where the system doesn't say."""
    gc.collect()
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text().split()[1]) * resource.getpagesize() / 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _reads(method: str) -> bool:
    """Whether a call asks the platform for something it ought to be known already."""
    return method.startswith(("conversations", "users", "auth", "list_", "get_"))
