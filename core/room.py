"""Places for what runs at once, given out fairly between people."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.chat import Author
from core.chat.metrics import WAITS

Person = tuple[str, str, str]
"""An identity: platform, workspace, external id."""


def person(author: Author) -> Person:
    """The identity, whatever its name is at the moment."""
    return (author.platform, author.workspace, author.external_id)


class Room:
    """Places for what runs at once, fair between people.

    Nobody has more than a share of them, and who waits is let in in turn, person by person: however many things one
    person waits with, another waits for one place and not behind all of those.
    """

    def __init__(self, places: int, share: int, name: str = "") -> None:
        """`name`: under which the time is told that one waits for a place."""
        self._name = name
        self._free = places
        self._share = share
        self._inside: Counter[Person] = Counter()
        self._waiting: OrderedDict[Person, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def place(self, who: Person) -> AsyncIterator[None]:
        """Wait for a place and have it within the block."""
        with WAITS.timed(queue=self._name):
            await self._enter(who)
        try:
            yield
        finally:
            self._leave(who)

    async def _enter(self, who: Person) -> None:
        if self._free and self._inside[who] < self._share and who not in self._waiting:
            self._take(who)
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._leave(who)  # called in at the very moment
            else:
                self._give_up(who, called)
            raise

    def _take(self, who: Person) -> None:
        self._free -= 1
        self._inside[who] += 1

    def _leave(self, who: Person) -> None:
        self._free += 1
        self._inside[who] -= 1
        if not self._inside[who]:
            del self._inside[who]
        self._call()

    def _give_up(self, who: Person, called: asyncio.Future[None]) -> None:
        queue = self._waiting.get(who)
        if queue and called in queue:
            queue.remove(called)
            if not queue:
                del self._waiting[who]

    def _call(self) -> None:
        """Let in whoever can be: one of each person's, then the person stands behind the others."""
        while self._free:
            who = next((one for one in self._waiting if self._inside[one] < self._share), None)
            if who is None:
                return
            queue = self._waiting[who]
            called = queue.popleft()
            if queue:
                self._waiting.move_to_end(who)
            else:
                del self._waiting[who]
            if not called.done():
                self._take(who)
                called.set_result(None)
