"""A mapping that keeps the most recently used entries: what may be lost without harm."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

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
