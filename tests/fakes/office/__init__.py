"""A post office as a platform: it says where somebody is written to, takes letters, and knows them by their keys.

Its side of HTTP is `Office`, the bot's is `Counter`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from sys import executable
from typing import Any

import aiohttp
from aiohttp import web

from core.chat import Author, Core, Past, PostDelayed, PostRefused, Recall, Receipt, Reply, Text, Thread

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0

Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Letter:
    """What was put in."""

    who: str
    key: str
    numbers: tuple[int, ...]
    said: str
    at: float
    """Seconds since 1970."""


@dataclass(slots=True)
class Office:
    """The platform's side."""

    a_second: float = 0.0
    """Letters it takes; 0 is any number."""
    url: str = ""
    letters: list[Letter] = field(default_factory=list)
    statements: dict[str, int] = field(default_factory=dict)
    """What each process says that it has sent to the database so far."""
    refused: int = 0
    hooks: dict[str, Hook] = field(default_factory=dict)
    """Done once when a path is asked for: `/open`, `/post`, `/posted` (after a letter is in, before the answer)."""
    _keys: set[str] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _free_at: float = 0.0

    async def hold(self, count: int) -> None:
        """Wait until so many letters are in."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.letters) >= count)

    async def ask(self, request: web.Request) -> web.Response:
        """Answer one request."""
        told = await request.json()
        await self._hook(request.path)
        found = True
        if request.path == "/look":
            found = told["key"] in self._keys
        elif request.path == "/post":
            if wait := self._full():
                self.refused += 1
                return web.json_response(data=False, status=429, headers={"Retry-After": str(wait)})
            await self._take(told)
            await self._hook("/posted")
        return web.json_response(found)

    async def _take(self, told: dict[str, Any]) -> None:
        self.letters.append(Letter(told["who"], told["key"], tuple(told["numbers"]), told["said"], time.time()))
        self._keys.add(told["key"])
        self.statements[told["process"]] = told["statements"]
        async with self._changed:
            self._changed.notify_all()

    def _full(self) -> float:
        """Seconds to wait, where it takes no more: one second's letters may come at once."""
        if not self.a_second:
            return 0.0
        now = time.monotonic()
        self._free_at = max(self._free_at, now - 1.0) + 1 / self.a_second
        if self._free_at <= now:
            return 0.0
        self._free_at -= 1 / self.a_second
        return round(max(0.05, self._free_at + 1 / self.a_second - now), 3)

    async def _hook(self, path: str) -> None:
        if hook := self.hooks.pop(path, None):
            await hook()


@asynccontextmanager
async def opened(a_second: float = 0.0) -> AsyncIterator[Office]:
    """An office that is open."""
    office = Office(a_second)
    app = web.Application()
    app.router.add_post("/{any}", office.ask)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    office.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield office
    await runner.cleanup()


@asynccontextmanager
async def process(
    database_url: str, office: Office, *, lease: float, pace: float = 500.0, speed: float = 1.0, begin: float = 0.0
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that speaks up there; killed at the end."""
    numbers = (lease, pace, speed, begin or time.time())
    started = await asyncio.create_subprocess_exec(
        executable, "-m", "tests.fakes.office", database_url, office.url, *map(str, numbers),
        cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.send_signal(SIGKILL)
        await started.wait()


class Counter:
    """The office as the bot sees it."""

    name = "office"

    def __init__(
        self, office: str, http: aiohttp.ClientSession, a_second: float, statements: Callable[[], int]
    ) -> None:
        """`statements` tells how many the process has sent to the database, for the office to keep count."""
        self.unasked_a_second = a_second
        self._office = office
        self._http = http
        self._statements = statements
        self._process = str(id(self)) + str(time.time())
        self.connected = asyncio.Event()
        self.connected.set()

    async def listen(self, core: Core) -> None:
        """Nobody writes here."""

    async def past(self, thread: Thread) -> Past:
        """Nobody has said anything here."""
        return Past()

    async def recall(self, thread: Thread) -> Recall:
        """There is nothing to be recalled."""
        return Recall()

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Open a box, look whether the letter is there already, and put it in."""
        if not isinstance(to, Author):
            raise PostRefused("no threads here")
        numbers: list[int] = []
        said = ""
        async with aclosing(reply) as parts:
            async for part in parts:
                if isinstance(part, Receipt):
                    numbers += [task.number for task in part.tasks]
                elif isinstance(part, Text):
                    said += part.markdown
        await self._ask("/open", {"who": to.external_id})
        if again and await self._ask("/look", {"key": key}):
            return None
        letter = {"who": to.external_id, "key": key, "numbers": numbers, "said": said}
        await self._ask("/post", {**letter, "process": self._process, "statements": self._statements()})
        return None

    def thread_at(self, link: str) -> Thread | None:
        """There are none."""
        return None

    async def _ask(self, path: str, told: dict[str, object]) -> bool:
        async with self._http.post(f"{self._office}{path}", json=told) as answer:
            if answer.status == 429:
                raise PostDelayed(float(answer.headers["Retry-After"]))
            answer.raise_for_status()
            return bool(await answer.json())
