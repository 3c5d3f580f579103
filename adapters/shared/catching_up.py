"""Catching up: after a start or a gap, what was said to the bot meanwhile is answered, in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

Place = TypeVar("Place", bound=Hashable)

AWAY = 3600.0
"""Seconds: what is older is not answered any more when the bot comes back."""
_AT_ONCE = 8
"""Threads in which the bot catches up at the same time."""


class CatchingUp(Generic[Place]):
    """Runs once at a time; asked for again meanwhile, it runs once more."""

    def __init__(
        self,
        threads: Callable[[float], AsyncIterator[tuple[Place, Sequence[Callable[[], Awaitable[None]]]]]],
    ) -> None:
        """`threads` finds what was missed since an instant (seconds since 1970).

        It yields threads, each with what answers its messages, oldest first. It raises nothing.
        """
        self._threads = threads
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._looking: asyncio.Task[None] | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._again = self._stopped = False

    def begin(self) -> None:
        """Look for what was missed in the last hour; returns at once."""
        self._again = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    def stop(self) -> None:
        """Begin nothing more; what is being answered is answered to its end."""
        self._stopped = True
        if self._looking is not None:
            self._looking.cancel()

    async def done(self) -> None:
        """Return once all is answered that was missed."""
        while tasks := {task for task in (self._looking, *self._answering) if task and not task.done()}:
            await asyncio.wait(tasks)

    async def _look(self) -> None:
        while self._again and not self._stopped:
            self._again = False
            late = 0
            async for _, messages in self._threads(time.time() - AWAY):
                late += len(messages)
                task = asyncio.create_task(self._answer(messages))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            if late:
                log.info("caught_up", messages=late)

    async def _answer(self, messages: Sequence[Callable[[], Awaitable[None]]]) -> None:
        async with self._room:
            for hear in messages:
                if not self._stopped:
                    await hear()
