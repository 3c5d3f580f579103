"""Edits are counted, so that the last one never waits."""

from __future__ import annotations

from adapters.discord.pace import Edits


def test_five_in_five_seconds_in_each_channel() -> None:
    """They are free again one by one, five seconds after each."""
    now = 100.0
    edits = Edits(lambda: now)
    for _ in range(5):
        edits.made(1)
        now += 0.5
    assert (edits.left(1), edits.left(2)) == (0, 5)
    now = 105.0
    assert edits.left(1) == 1
    now = 106.1
    assert edits.left(1) == 3
    now = 200.0
    assert edits.left(1) == 5
