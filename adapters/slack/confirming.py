"""When Slack is told that an event has arrived: once what it asks for is done, or shortly before Slack grows impatient.

What nobody confirms Slack sends again, to whoever is connected; what was confirmed it never sends again. So a process
that is killed within these seconds loses nothing, and what takes longer is found by catching up (`missed.py`).
See https://docs.slack.dev/apis/events-api#retries: three seconds, for HTTP and Socket Mode alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from cachetools import LRUCache

PATIENCE = 2.5
"""Seconds after an event's arrival when it is confirmed, done or not."""
_KEPT = 20_000
_WORDS = frozenset({"message", "app_mention"})


class Confirming:
    """The events that are being answered, by their ids."""

    def __init__(self) -> None:
        self._done: LRUCache[str, asyncio.Event] = LRUCache(_KEPT)

    @asynccontextmanager
    async def doing(self, event_id: object) -> AsyncIterator[None]:
        """What the event asks for is done when the block ends, however it ends."""
        done = self._of(event_id)
        try:
            yield
        finally:
            done.set()

    async def settled(self, body: Mapping[str, object]) -> None:
        """Wait until what people said in the event is answered, but not for long; other events don't wait."""
        event = body.get("event")
        if body.get("type") == "event_callback" and isinstance(event, Mapping) and event.get("type") in _WORDS:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._of(body.get("event_id")).wait()

    def _of(self, event_id: object) -> asyncio.Event:
        done = self._done.get(str(event_id))
        if done is None:
            done = self._done[str(event_id)] = asyncio.Event()
        return done
