"""The pace of what is said unasked."""

from __future__ import annotations

import time
from collections.abc import Sequence

from core.reminders.pace import Pace
from core.reminders.round import PEOPLE, deliver_round


class Box:
    """An outbox of numbers; delivering the first makes the platform ask for a pause."""

    def __init__(self, count: int, pause: float) -> None:
        self.waiting = list(range(count))
        self.pause = pause
        self.begun: list[float] = []
        self.released: list[int] = []

    async def claim(self, people: int) -> Sequence[int]:
        """Take some."""
        taken, self.waiting = self.waiting[:people], self.waiting[people:]
        return taken

    async def release(self, batches: Sequence[int]) -> None:
        """Have them back."""
        self.released += batches

    async def deliver(self, batch: int) -> float:
        """Deliver one."""
        self.begun.append(time.monotonic())
        return self.pause if batch == 0 else 0.0


async def test_a_pause_that_the_platform_asks_for_is_kept() -> None:
    """Nothing more is begun before it is over, and a little more slowly then."""
    box, pace = Box(3, pause=0.2), Pace(100)
    assert not await deliver_round(box, pace, lease=60)
    assert len(box.begun) == 3
    assert box.begun[2] - box.begun[0] >= 0.19


async def test_what_cannot_begin_within_its_lease_is_given_back() -> None:
    """Somebody else may be faster, and nobody sends it twice."""
    box = Box(PEOPLE + 5, pause=30.0)
    assert await deliver_round(box, Pace(100), lease=10)
    assert len(box.begun) + len(box.released) == PEOPLE
    assert len(box.released) >= PEOPLE - 2
    assert len(box.waiting) == 5


def test_refusals_slow_down_and_messages_speed_up() -> None:
    """Each process finds its share of a limit that it doesn't know."""
    pace = Pace(1000)
    pace.hold(0)
    slow = pace.between
    assert slow > 1 / 1000
    for _ in range(100):
        pace.hold(0)
    assert pace.between <= 20 / 1000


async def test_the_pace_recovers() -> None:
    """Down to what the platform takes."""
    pace = Pace(2000)
    pace.hold(0)
    for _ in range(40):
        await pace.turn()
    assert pace.between == 1 / 2000
