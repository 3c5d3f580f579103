"""How fast a platform takes what is said unasked."""

from __future__ import annotations

import asyncio
import time

_SLOWER, _FASTER = 1.5, 0.97
_SLOWEST = 20.0
"""By what the time between messages grows at each refusal and shrinks with each message, and how much it may grow.

Several processes share a platform's limit without knowing of each other: so each finds its part of it."""


class Pace:
    """So many messages a second, evenly, and fewer while the platform wants fewer."""

    def __init__(self, a_second: float) -> None:
        self._shortest = self.between = 1 / a_second
        """Seconds between two messages, at present."""
        self._free_at = 0.0

    @property
    def wait(self) -> float:
        """Seconds until a turn can be had."""
        return max(0.0, self._free_at - time.monotonic())

    async def turn(self) -> None:
        """Wait for one's turn. Turns are given in the order they were asked for."""
        mine = max(self._free_at, time.monotonic())
        self.between = max(self._shortest, self.between * _FASTER)
        self._free_at = mine + self.between
        await self._until(mine)

    async def free(self) -> None:
        """Wait until a turn could be had, without taking it."""
        await self._until(self._free_at)

    def hold(self, seconds: float) -> None:
        """The platform asks for a pause: nobody gets a turn before it is over."""
        self.between = min(self.between * _SLOWER, self._shortest * _SLOWEST)
        self._free_at = max(self._free_at, time.monotonic() + seconds)

    async def _until(self, instant: float) -> None:
        # a turn that is due anyway must not cost a round of the event loop's timer
        if (left := instant - time.monotonic()) > 0:
            await asyncio.sleep(left)
