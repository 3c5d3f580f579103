"""Snowflakes: ids that tell when they were made. Source: https://docs.discord.com/developers/reference#snowflakes."""

from __future__ import annotations

import datetime as dt
import time

EPOCH_MS = 1_420_070_400_000
"""The first second of 2015, in milliseconds since 1970."""


class Snowflakes:
    """Makes ids, each greater than the one before unless an older time is asked for."""

    def __init__(self) -> None:
        self._last = 0
        self._older = 0

    def fresh(self, at: dt.datetime | None = None) -> int:
        """An id made now, or as it would have been made `at` that time (aware)."""
        if at is not None:
            self._older += 1
            return (int(at.timestamp() * 1000) - EPOCH_MS << 22) + self._older
        self._last = max(time.time_ns() // 1_000_000 - EPOCH_MS << 22, self._last + 1)
        return self._last


def made_at(snowflake: int) -> dt.datetime:
    """When the id was made (UTC, to the millisecond)."""
    return dt.datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, dt.UTC)


def stamp(at: dt.datetime | None) -> str | None:
    """A time as the API writes it, ISO 8601 with an offset; None stays None."""
    return at.isoformat(timespec="microseconds") if at else None
