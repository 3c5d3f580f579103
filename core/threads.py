"""What one process holds of threads: locks, conversation ids, messages seen. All of it may be lost without harm."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from core.chat import Message, Thread
from core.latest import MOST_REMEMBERED, Latest

_HUNG_COUNTS = dt.timedelta(minutes=1)
"""For so long those who waited are answered without a new try."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a thread's stamps say."""

    conversation: str | None = None
    about: tuple[int, ...] = ()
    """The tasks that the thread is about."""
    asks: str = ""
    """What `yes` stands for."""
    answered: frozenset[str] | None = None
    """The messages that were answered, where the thread was read since this process began."""
    at: float = field(default_factory=time.monotonic)
    """When it was so, by the monotonic clock."""


class Threads:
    """The threads this process talks in."""

    def __init__(
        self, written_elsewhere: Callable[[Thread], float] = lambda thread: -math.inf, size: int = MOST_REMEMBERED
    ) -> None:
        """`written_elsewhere`: when another process wrote in a thread last; see `core.peers`."""
        self._written_elsewhere = written_elsewhere
        self.conversations: Latest[Thread, Known] = Latest(size)
        self._seen: Latest[tuple[Thread, str], bool] = Latest(size)
        self._hung: Latest[Thread, dt.datetime] = Latest(size)
        self._locks: WeakValueDictionary[Thread, asyncio.Lock] = WeakValueDictionary()

    def lock(self, thread: Thread) -> asyncio.Lock:
        """The thread's lock, which lets turns through in the order they came. It lives while somebody holds it."""
        lock = self._locks.get(thread)
        if lock is None:
            lock = self._locks[thread] = asyncio.Lock()
        return lock

    def known(self, thread: Thread) -> Known | None:
        """What the thread's stamps say, unless another process may have written there since."""
        known = self.conversations.get(thread)
        return known if known and known.at >= self._written_elsewhere(thread) else None

    def model_hung(self, thread: Thread) -> None:
        """A turn there has waited in vain for the model: who waits behind it needn't wait as long again."""
        self._hung.put(thread, dt.datetime.now(dt.UTC))

    def waited_behind(self, message: Message) -> bool:
        """Whether the message waited while the model hung, a moment ago."""
        hung = self._hung.get(message.thread)
        return hung is not None and message.at <= hung and dt.datetime.now(dt.UTC) - hung < _HUNG_COUNTS

    def posted(self, thread: Thread) -> None:
        """Something was said unasked in the thread: what its stamps say has to be read again."""
        self.conversations.drop(thread)

    def first_sight(self, message: Message) -> bool:
        """Whether this process meets the message for the first time; remembers it."""
        key = (message.thread, message.id)
        if self._seen.get(key):
            return False
        self._seen.put(key, True)
        return True
