"""The turns that run: one at a time in a thread, stopped by their person, drained at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from core.chat.metrics import WAITS, Queue
from core.chat.telemetry import handling

Place = TypeVar("Place", bound=Hashable)

_GOODBYE = 2.0
"""Seconds, at least, that what is cut short gets for saying so."""


class Cut(Enum):
    """Why a reply ends early, as the person is told."""

    STOPPED = "_Stopped. What is shown as done is done._"
    RESTART = "_I am being restarted and had to stop here. What is shown as done is done; please say the rest again._"


class Turn:
    """One running turn."""

    def __init__(self, task: asyncio.Task[object]) -> None:
        self._task = task
        self.cut: Cut | None = None

    def stop(self, cut: Cut) -> None:
        """End it early, once."""
        if self.cut is None:
            self.cut = cut
            self._task.cancel()

    def ended_early(self) -> Cut | None:
        """Why the cancellation that was just caught came, if it was ours; the turn may then finish what it shows."""
        if self.cut is not None:
            self._task.uncancel()
        return self.cut


class Running(Generic[Place]):
    """All of them, by the place of their thread."""

    def __init__(self) -> None:
        self._order: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        self._turns: dict[Place, Turn] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self.draining = False

    @asynccontextmanager
    async def in_order(self, where: Place) -> AsyncIterator[None]:
        """Wait for what came earlier in the thread. Whoever asks first is let in first."""
        lock = self._order.get(where)
        if lock is None:
            lock = self._order[where] = asyncio.Lock()
        async with self.counted():
            with WAITS.timed(queue=Queue.ORDER):
                await lock.acquire()
            try:
                yield
            finally:
                lock.release()

    @asynccontextmanager
    async def counted(self) -> AsyncIterator[None]:
        """Work that is waited for before the process ends."""
        task = asyncio.current_task()
        if task is not None:
            self.keep(task)
        with handling():
            yield

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Work of its own that is waited for before the process ends."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @asynccontextmanager
    async def turn(self, where: Place) -> AsyncIterator[Turn]:
        """The turn that this task runs in the thread."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a turn runs in a task")
        turn = self._turns[where] = Turn(task)
        try:
            yield turn
        finally:
            if self._turns.get(where) is turn:
                del self._turns[where]

    def stop(self, where: Place) -> bool:
        """Stop the thread's running turn; says whether there was one."""
        turn = self._turns.get(where)
        if turn:
            turn.stop(Cut.STOPPED)
        return turn is not None

    async def idle(self) -> None:
        """Return once nothing runs and nothing waits."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self, patience: float) -> None:
        """Let what runs and waits finish for so many seconds, then cut it short and let it say so."""
        self.draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        while self._tasks:
            for turn in list(self._turns.values()):
                turn.stop(Cut.RESTART)
            _, left = await asyncio.wait(self._tasks, timeout=max(patience, _GOODBYE))
            if left:
                for task in left:
                    task.cancel()
                return
