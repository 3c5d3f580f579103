"""How often a channel's messages may be changed: five times in five seconds, after which discord.py waits in silence.

See https://docs.discord.com/developers/topics/rate-limits. The last words of an answer must not wait for that.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from cachetools import LRUCache

_MOST = 5
_SECONDS = 5.0
_KEPT = 10_000


class Edits:
    """The edits of the last seconds, by channel."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: LRUCache[int, deque[float]] = LRUCache(_KEPT)

    def left(self, channel: int) -> int:
        """How many more may be made now."""
        made, now = self._made.get(channel), self._clock()
        if made is None:
            return _MOST
        while made and made[0] <= now - _SECONDS:
            made.popleft()
        return max(0, _MOST - len(made))

    def made(self, channel: int) -> None:
        """One more is made."""
        made = self._made.get(channel)
        if made is None:
            made = self._made[channel] = deque()
        made.append(self._clock())
