"""The process itself: memory, processor time, how late its event loop is, and what it is connected to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import psutil  # type: ignore[import-untyped]
from opentelemetry.metrics import CallbackOptions, Meter, Observation

from core.chat.telemetry import Histogram

LAG = Histogram(
    "task_bot.event_loop.lag",
    "Seconds by which the event loop was late: what computes for so long keeps everybody waiting.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
_BETWEEN = 0.25
"""Seconds between two looks."""


class Process:
    """Looks at the process until it is told to end. What is read from other threads is what was seen last."""

    def __init__(self, meter: Meter, wells: Mapping[str, Callable[[], bool]], database: Callable[[], bool]) -> None:
        """`wells` tells of each platform whether it is connected; `database`, whether it answered last."""
        self._wells = wells
        self._database = database
        self._seen: dict[str, bool] = {}
        self._answers = True
        self._itself = psutil.Process()
        meter.create_observable_up_down_counter(
            "process.memory.usage", [self._memory], "By", "Memory of the process (resident set)."
        )
        meter.create_observable_counter("process.cpu.time", [self._cpu], "s", "Processor time of the process.")
        meter.create_observable_gauge(
            "task_bot.platform.connected", [self._platforms], "1", "Whether a platform hands over its events: 0 or 1."
        )
        meter.create_observable_gauge(
            "task_bot.database.reachable", [self._reachable], "1", "Whether the last transaction could be made: 0 or 1."
        )
        self._look()

    async def watch(self) -> None:
        """Look, now and then, until cancelled."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(_BETWEEN)
            LAG.record(max(0.0, time.monotonic() - before - _BETWEEN))
            self._look()

    def _look(self) -> None:
        self._seen = {name: well() for name, well in self._wells.items()}
        self._answers = self._database()

    def _memory(self, options: CallbackOptions) -> Iterable[Observation]:
        with suppress(psutil.Error):
            return [Observation(self._itself.memory_info().rss)]
        return []

    def _cpu(self, options: CallbackOptions) -> Iterable[Observation]:
        with suppress(psutil.Error):
            times = self._itself.cpu_times()
            return [Observation(times.user, {"mode": "user"}), Observation(times.system, {"mode": "system"})]
        return []

    def _platforms(self, options: CallbackOptions) -> Iterable[Observation]:
        return [Observation(int(well), {"platform": name}) for name, well in self._seen.items()]

    def _reachable(self, options: CallbackOptions) -> Iterable[Observation]:
        return [Observation(int(self._answers))]
