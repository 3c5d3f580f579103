"""What was asked of the stand-in, what people saw when, and waiting until something holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord.model import Message


@dataclass(slots=True)
class Call:
    """One request."""

    operation: str
    """As Discord's API description names it, like `create_message`."""
    path: str
    args: dict[str, str]
    """The ids in the path."""
    query: dict[str, str]
    body: Any
    status: int = 0
    """0 while it is being answered, and for ever when the connection was closed instead."""
    code: int = 0
    """The error code, if it was refused with one."""
    problems: list[str] = field(default_factory=list)
    """What in the body breaks the published description."""
    at: float = field(default_factory=time.monotonic)
    """When it came in, in seconds on the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Seen:
    """That a message of the bot could be read anew."""

    at: float
    """Seconds on the monotonic clock."""
    message: Message
    text: str
    """All that could be read in it then."""


class Accounts:
    """Requests, sights, and who waits for what."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.visible: list[Seen] = []
        self.invalid: list[str] = []
        """What broke the published description, of requests and of answers."""
        self._waiting: set[asyncio.Future[None]] = set()

    def see(self, message: Message) -> None:
        """People see the message as it is now."""
        self.visible.append(Seen(time.monotonic(), message, message.text))

    def changed(self) -> None:
        """Let everyone who waits look again."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, holds: Callable[[], object], timeout: float) -> None:  # noqa: ASYNC109
        """Wait until that is so; raises TimeoutError after so many seconds."""
        async with asyncio.timeout(timeout):
            while not holds():
                future = asyncio.get_running_loop().create_future()
                self._waiting.add(future)
                try:
                    await future
                finally:
                    self._waiting.discard(future)
