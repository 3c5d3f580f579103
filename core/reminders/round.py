"""One round of an outbox: claim, and deliver at the platform's pace. What can't begin in time is given back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol, TypeVar

import structlog

from core.chat.telemetry import handling
from core.errors import DatabaseUnavailable
from core.reminders.pace import Pace
from core.reminders.sender import POST_SHARE, RECORD_SHARE, START_SHARE

log = structlog.get_logger()

B = TypeVar("B")

PEOPLE = 20
"""People for whom one statement claims."""


class Outbox(Protocol[B]):
    """Messages that are due, of one kind, on one platform."""

    async def claim(self, people: int) -> Sequence[B]:
        """Claim what is due, at most one lease long, of so many people who have waited longest."""
        ...

    async def release(self, batches: Sequence[B]) -> None:
        """Give back what nobody has tried to send."""
        ...

    async def deliver(self, batch: B) -> float:
        """Deliver one message and record it; the seconds that the platform asks to wait, mostly 0. Never raises."""
        ...


async def deliver_round(outbox: Outbox[B], pace: Pace, lease: float) -> bool:
    """Deliver what is due, the longest waiting people first; tells whether more may be waiting.

    Cancelled, it finishes what has begun, and gives back the rest. Raises DatabaseUnavailable.
    """
    await pace.free()
    begun = time.monotonic()
    batches = await outbox.claim(PEOPLE)
    waiting = deque(batches)
    running: set[asyncio.Task[None]] = set()

    async def one(batch: B) -> None:
        with handling("notice"):
            held = await outbox.deliver(batch)
        if held:
            pace.hold(held)

    try:
        while waiting and time.monotonic() - begun + pace.wait < lease * START_SHARE:
            await pace.turn()
            running.add(asyncio.create_task(one(waiting.popleft())))
        if running:
            await asyncio.wait(running)
    finally:
        await _settled(outbox, running, waiting, lease)
    return len(batches) >= PEOPLE or bool(waiting)


async def _settled(outbox: Outbox[B], running: set[asyncio.Task[None]], waiting: Sequence[B], lease: float) -> None:
    try:
        if waiting:
            await outbox.release(list(waiting))
    except DatabaseUnavailable:
        log.warning("reminders.unreleased")  # their lease ends by itself
    finally:
        if begun := {task for task in running if not task.done()}:
            await asyncio.wait(begun, timeout=lease * (POST_SHARE + RECORD_SHARE))
