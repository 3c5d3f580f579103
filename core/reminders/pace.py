"""How fast a platform takes what is said unasked."""

from __future__ import annotations

import asyncio
import time


class Pace:
    """So many messages a second, evenly."""

    def __init__(self, a_second: float) -> None:
        self.a_second = a_second
        self._free_at = 0.0

    async def turn(self) -> None:
        """Wait for one's turn. Turns are given in the order they were asked for."""
        now = time.monotonic()
        mine = max(self._free_at, now)
        self._free_at = mine + 1 / self.a_second
        if mine > now:
            await asyncio.sleep(mine - now)

    async def free(self) -> None:
        """Wait until a turn could be had, without taking it."""
        await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))

    def hold(self, seconds: float) -> None:
        """The platform asks for a pause: nobody gets a turn before it is over."""
        self._free_at = max(self._free_at, time.monotonic() + seconds)
