"""What can be made to go wrong with the REST API, for so many requests or until it is cleared."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

Drop = Literal["before", "after"]


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong."""

    operation: str
    """Which requests it befalls; `*` is all."""
    status: int = 0
    code: int = 0
    message: str = ""
    drop: Drop | None = None
    """Cut the connection instead of answering: before anything was done, or after."""
    times: int = 1
    only: str = ""
    """Befalls only requests whose path has this in it."""


@dataclass(slots=True)
class Faults:
    """The faults in force, in the order they were set, and what is slow."""

    waiting: list[Fault] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds by operation; under `*`, for all others."""

    def take(self, operation: str, path: str) -> Fault | None:
        """The fault that befalls a request, if any."""
        for fault in self.waiting:
            if fault.operation in (operation, "*") and fault.only in path:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """All is well and fast again."""
        self.waiting.clear()
        self.delays.clear()

    async def pause(self, operation: str) -> None:
        """The slowness set for an operation."""
        seconds = self.delays.get(operation, self.delays.get("*", 0.0))
        if seconds:
            await asyncio.sleep(seconds)
