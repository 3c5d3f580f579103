"""What one process holds of threads: locks, conversation ids, messages seen. All of it may be lost without harm."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from core.chat import Message, Thread

K = TypeVar("K")
V = TypeVar("V")

MOST_REMEMBERED = 10_000


class Latest(Generic[K, V]):
    """A mapping that keeps the most recently used entries."""

    def __init__(self, size: int = MOST_REMEMBERED) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, or `None`."""
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep the value, dropping the entry unused for longest when there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget the entry, if there is one."""
        self._entries.pop(key, None)


@dataclass(frozen=True, slots=True)
class Known:
    """What a thread's stamps say."""

    conversation: str | None = None
    about: tuple[int, ...] = ()
    """The tasks that the thread is about."""
    asks: str = ""
    """What `yes` stands for."""


class Threads:
    """The threads this process talks in."""

    def __init__(self, size: int = MOST_REMEMBERED) -> None:
        self.conversations: Latest[Thread, Known] = Latest(size)
        self._seen: Latest[tuple[Thread, str], bool] = Latest(size)
        self._locks: WeakValueDictionary[Thread, asyncio.Lock] = WeakValueDictionary()

    def lock(self, thread: Thread) -> asyncio.Lock:
        """The thread's lock, which lets turns through in the order they came. It lives while somebody holds it."""
        lock = self._locks.get(thread)
        if lock is None:
            lock = self._locks[thread] = asyncio.Lock()
        return lock

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
