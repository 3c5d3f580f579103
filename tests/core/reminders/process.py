"""`python -m tests.core.reminders.process DATABASE OFFICE LEASE`: one process that speaks up, through a post office.

The office is a stand-in platform behind HTTP: it says where somebody is written to, takes messages, and tells whether
it has one of a key already.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from contextlib import aclosing

import aiohttp

from core.chat import Author, PostDelayed, PostRefused, Recall, Receipt, Reply, Text, Thread
from core.database import Database
from core.reminders import Reminders


class Counter:
    """The office as a platform."""

    name = "office"
    unasked_a_second = 500.0

    def __init__(self, office: str, http: aiohttp.ClientSession) -> None:
        self._office = office
        self._http = http
        self.connected = asyncio.Event()
        self.connected.set()

    async def listen(self, core: object) -> None:
        """Nobody writes here."""

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
        """Open a box, look whether the message is there already, and put it in."""
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
        await self._ask("/post", {"who": to.external_id, "key": key, "numbers": numbers, "said": said})
        return None

    def thread_at(self, link: str) -> Thread | None:
        """There are none."""
        return None

    async def _ask(self, path: str, told: dict[str, object]) -> bool:
        async with self._http.post(f"{self._office}{path}", json=told) as answer:
            if answer.status == 429:
                raise PostDelayed(float(answer.headers["Retry-After"]))
            if answer.status == 403:
                raise PostRefused("closed")
            answer.raise_for_status()
            return bool(await answer.json())


async def main(database_url: str, office: str, lease: float) -> None:
    """Speak up until killed."""
    database = Database(database_url)
    async with aiohttp.ClientSession() as http:
        await Reminders(
            database,
            Counter(office, http),
            default_zone="UTC",
            clock=lambda: dt.datetime.now(dt.UTC),
            posted=lambda thread: None,
            lease=lease,
            recheck=dt.timedelta(seconds=1),
        ).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
