"""Rate limits: a bucket for each route and place, one for everything, and storms.

Source: https://docs.discord.com/developers/topics/rate-limits.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

RULES: Mapping[str, tuple[int, float]] = {
    "create_message": (5, 5.0),
    "update_message": (5, 5.0),
    "delete_message": (5, 1.0),
    "add_my_message_reaction": (1, 0.25),
    "delete_my_message_reaction": (1, 0.25),
    "trigger_typing_indicator": (5, 5.0),
    "create_thread_from_message": (50, 300.0),
    "create_thread": (50, 300.0),
    "update_channel": (5, 15.0),
    "create_dm": (10, 10.0),
    "execute_webhook": (5, 2.0),
    "update_original_webhook_message": (5, 2.0),
    "update_webhook_message": (5, 2.0),
}
"""How many requests each operation takes in so many seconds, in each channel, server or webhook."""
USUAL = (50, 1.0)
"""The same for the others."""
EVERYTHING = 50
"""Requests a second, by all operations that need the bot's token."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
"""What in a path has buckets of its own."""


class LimitedError(Exception):
    """Too much was asked; `retry_after` in seconds."""

    def __init__(self, retry_after: float, scope: str, headers: dict[str, str]) -> None:
        super().__init__(retry_after)
        self.body = {
            "message": "You are being rate limited.",
            "retry_after": round(retry_after, 3),
            "global": scope == "global",
        }
        self.headers = headers | {
            "Retry-After": str(max(1, round(retry_after))),
            "X-RateLimit-Scope": scope,
            "Via": "1.1 google",
        }
        if scope == "global":
            self.headers["X-RateLimit-Global"] = "true"


@dataclass(slots=True)
class Bucket:
    """How much is left until it is filled again."""

    left: int
    ends: float


class Limits:
    """The limits in force. `second` says how long a second of theirs lasts: tests make it short."""

    def __init__(self) -> None:
        self.on = True
        self.second = 1.0
        self._buckets: dict[str, Bucket] = {}
        self._storm = 0.0

    def storm(self, seconds: float) -> None:
        """Refuse everything for so long."""
        self._storm = time.monotonic() + seconds

    def take(self, operation: str, args: Mapping[str, str], *, free: bool) -> dict[str, str]:
        """One request; returns the headers that tell what is left, raises LimitedError."""
        now = time.monotonic()
        if now < self._storm:
            raise LimitedError(self._storm - now, "global", {})
        if not self.on:
            return {}
        if not free:
            overall = self._bucket("", EVERYTHING, 1.0, now)
            if overall.left <= 0:
                raise LimitedError(overall.ends - now, "global", {})
            overall.left -= 1
        most, seconds = RULES.get(operation, USUAL)
        place = ":".join(args[name] for name in MAJOR if name in args)
        bucket = self._bucket(f"{operation}:{place}", most, seconds, now)
        refused = bucket.left <= 0
        bucket.left = max(0, bucket.left - 1)
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{time.time() + bucket.ends - now:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.ends - now:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(operation.encode(), usedforsecurity=False).hexdigest(),
        }
        if refused:
            raise LimitedError(bucket.ends - now, "user", headers)
        return headers

    def _bucket(self, name: str, most: int, seconds: float, now: float) -> Bucket:
        bucket = self._buckets.get(name)
        if bucket is None or bucket.ends <= now:
            bucket = self._buckets[name] = Bucket(most, now + seconds * self.second)
        return bucket
