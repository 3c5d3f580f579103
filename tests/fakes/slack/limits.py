"""How many calls of each method Slack takes in a minute (https://docs.slack.dev/apis/web-api/rate-limits)."""

from __future__ import annotations

import time
from collections import deque

_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
_TIER_OF = {
    "apps.connections.open": 1,
    "agents.sessions.setStatus": 3,
    "agents.sessions.rename": 3,
    "assistant.threads.setSuggestedPrompts": 3,
    "assistant.threads.setTitle": 3,
    "bots.info": 3,
    "chat.appendStream": 4,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "reactions.add": 3,
    "reactions.remove": 2,
    "users.conversations": 2,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
_SPECIAL = {"assistant.threads.setStatus": 600, "auth.test": 500, "chat.getPermalink": 300}
_BURST = 5
"""A tier's allowance is not cut off at the call: short bursts above it pass."""
_POSTS_A_MINUTE = 60
"""`chat.postMessage`: about one a second in a channel."""
_MINUTE = 60.0


class Limits:
    """Counts the calls of the last minute."""

    def __init__(self) -> None:
        self.on = True
        self.refused: list[str] = []
        """The methods of the calls that were too much."""
        self._calls: dict[str, deque[float]] = {}

    def take(self, method: str, channel: object) -> int | None:
        """Seconds to wait when it is too much, else nothing."""
        key, most = self._of(method, channel)
        calls = self._calls.setdefault(key, deque())
        now = time.monotonic()
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        if self.on and len(calls) >= most:
            self.refused.append(method)
            return max(1, int(calls[0] + _MINUTE - now) + 1)
        calls.append(now)
        return None

    def most_in_a_minute(self, method: str) -> int:
        """Calls of the method in the last minute."""
        return len(self._calls.get(method, ()))

    def _of(self, method: str, channel: object) -> tuple[str, int]:
        if method == "chat.postMessage":
            return f"{method}:{channel}", _POSTS_A_MINUTE + _BURST
        if method in _SPECIAL:
            return method, _SPECIAL[method]
        return method, _TIERS[_TIER_OF.get(method, 3)] + (_BURST if method != "apps.connections.open" else 60)


def tier_of(method: str) -> int | None:
    """The method's tier; None where it has a limit of its own, or is not known here."""
    return _TIER_OF.get(method)
