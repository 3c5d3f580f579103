"""What was asked of the stand-in, and what it cost: the figures benchmarks and tests read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.openai.brain import words_of
from tests.fakes.openai.cache import Usage

PATIENCE = 30.0
"""Seconds after which what is waited for won't come, so that a broken test fails instead of hanging."""


@dataclass(slots=True)
class Request:
    """One request, as it came in."""

    method: str
    path: str
    """Without `/v1`."""
    body: dict[str, Any]
    size: int
    """Bytes of the body."""
    answered: int = 0
    """Bytes of the answer's body, so far when it is a stream."""
    status: int | None = None
    """None while it is being answered, and for ever when the connection was closed instead."""
    usage: Usage | None = None
    """What a response cost; None for other requests, and where none was made."""
    at: float = field(default_factory=time.monotonic)
    """Seconds on the monotonic clock."""
    words: list[float] = field(default_factory=list)
    """When each piece of the answer's text was sent, on the same clock."""

    def texts(self, role: str = "user") -> list[str]:
        """The messages of that role in the input of a response."""
        given = self.body.get("input") or []
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        return [words_of(item) for item in items if item.get("role") == role]


class Accounts:
    """The requests since the start or the last reset, and how many are being answered now."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._running = 0
        self._changed = asyncio.Condition()

    async def begin(self, request: Request) -> None:
        """One more came in."""
        self.requests.append(request)
        await self._count(1)

    async def end(self) -> None:
        """One was answered, or given up."""
        await self._count(-1)

    async def came(self, count: int) -> None:
        """Wait until so many have come in; raises TimeoutError when they don't."""
        await self._until(lambda: len(self.requests) >= count)

    async def settled(self) -> None:
        """Wait until none is being answered: a client that hung up is noticed a moment later."""
        await self._until(lambda: self._running == 0)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds, which is looked at with each request; raises TimeoutError when it never does."""
        await self._until(holds)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(holds)

    async def _count(self, difference: int) -> None:
        self._running += difference
        async with self._changed:
            self._changed.notify_all()
