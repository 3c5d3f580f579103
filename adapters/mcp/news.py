"""Who watches what, in this process: a change is told to those who may read it, and to nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import mcp_types as types
from mcp.server import ServerRequestContext
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourceUpdated

from adapters.mcp.uris import OVERDUE, TODAY, WEEK, task_uri
from core.chat import Author, Receipt

_MOST_STREAMS = 10
"""Of one person."""
_MOST_LISTENERS = 100
"""People who listen at once: a stream holds one of the web server's connections."""
_MOST_WATCHED = 200
"""Addresses that the connections of a process watch."""

Identity = tuple[str, str, str]


def identity(who: Author) -> Identity:
    """What names a person among all."""
    return who.platform, who.workspace, who.external_id


@dataclass(slots=True)
class _Listener:
    """One person's streams. A bus of its own, as `tasks://today` is another list for each."""

    bus: InMemorySubscriptionBus = field(default_factory=InMemorySubscriptionBus)
    streams: int = 0
    handler: ListenHandler = field(init=False)

    def __post_init__(self) -> None:
        self.handler = ListenHandler(self.bus, max_subscriptions=_MOST_STREAMS)


class News:
    """Tells clients that something they watch has changed."""

    def __init__(self) -> None:
        self._listeners: dict[Identity, _Listener] = {}
        self._watching: dict[tuple[Identity, str], ServerSession] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def listen(
        self, who: Author, ctx: ServerRequestContext[Any, Any], params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Serve a stream of `subscriptions/listen` (2026-07-28) until the client leaves. Raises MCPError when full."""
        key = identity(who)
        if key not in self._listeners and len(self._listeners) >= _MOST_LISTENERS:
            raise MCPError(types.INTERNAL_ERROR, "Too many are listening; ask again when you need to know.")
        listener = self._listeners.setdefault(key, _Listener())
        listener.streams += 1
        try:
            return await listener.handler(ctx, params)
        finally:
            listener.streams -= 1
            if not listener.streams:
                self._listeners.pop(key, None)

    def watch(self, who: Author, session: ServerSession, uri: str) -> None:
        """`resources/subscribe` of clients before 2026-07-28, on the one connection of a process.

        Each request has a session of its own, and all of them lead to the connection.
        """
        if len(self._watching) >= _MOST_WATCHED:
            raise MCPError(types.INTERNAL_ERROR, "That is more than one connection can watch.")
        self._watching[identity(who), uri] = session

    def unwatch(self, who: Author, uri: str) -> None:
        """`resources/unsubscribe`."""
        self._watching.pop((identity(who), uri), None)

    def changed(self, receipt: Receipt, who: Author) -> None:
        """A person's tasks were changed in this process, wherever they said it."""
        key = identity(who)
        uris = {TODAY, OVERDUE, WEEK, *(task_uri(task.number) for task in receipt.tasks)}
        if key in self._listeners:
            self._begin(_publish(self._listeners[key].bus, sorted(uris)))
        for uri in sorted(uris):
            if session := self._watching.get((key, uri)):
                self._begin(session.send_resource_updated(uri))

    def close(self) -> None:
        """End every stream in an orderly way."""
        for listener in self._listeners.values():
            listener.handler.close()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


async def _publish(bus: InMemorySubscriptionBus, uris: list[str]) -> None:
    for uri in uris:
        await bus.publish(ResourceUpdated(uri=uri))
