"""A platform's HTTP requests, counted and timed where they leave: those too that a library repeats in silence."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp

from core.chat.telemetry import ERROR, OK, OTHER, Counter, Histogram, on

Operation = Callable[[str, str], str]
"""From a request's method and path to a name for what it does."""

_STATUSES = frozenset({OK, ERROR, "ratelimited", "refused", "server_error"})
_REASONS = {400: "invalid", 401: "token", 403: "forbidden", 404: "not_found", 429: "ratelimited"}
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


class Requests:
    """What is told of one platform's requests."""

    def __init__(self, platform: str, operations: frozenset[str], reasons: frozenset[str] = frozenset()) -> None:
        """`reasons`: the platform's own words for a refusal, beside those that HTTP has."""
        self._platform = platform
        self._requests = Counter(
            "task_bot.platform.requests",
            "Requests to a platform, by how they ended.",
            {"platform": frozenset({platform}), "outcome": _STATUSES},
            unit="{request}",
        )
        self._seconds = Histogram(
            "task_bot.platform.request.duration",
            "Seconds until a platform has answered a request.",
            {"platform": frozenset({platform}), "operation": operations},
            buckets=_SECONDS,
            span="request",
            counter=self._requests,
        )
        self._refusals = Counter(
            "task_bot.platform.refusals",
            "Requests that a platform has refused.",
            {"platform": frozenset({platform}), "reason": reasons | frozenset(_REASONS.values())},
            unit="{request}",
        )

    def refused(self, reason: str) -> None:
        """Count a refusal that HTTP calls a success."""
        self._refusals.add(platform=self._platform, reason=reason)

    def traces(self, operation: Operation) -> list[aiohttp.TraceConfig]:
        """For a client's session; none where nobody is told."""
        if not on():
            return []
        self._requests.zero(platform=self._platform)
        self._refusals.zero(platform=self._platform)
        trace = aiohttp.TraceConfig()

        async def started(
            session: aiohttp.ClientSession, request: SimpleNamespace, given: aiohttp.TraceRequestStartParams
        ) -> None:
            request.labels = {"platform": self._platform, "operation": operation(given.method, given.url.path)}
            request.begun = time.monotonic()
            request.span = self._seconds.begin(**request.labels)

        async def ended(
            session: aiohttp.ClientSession, request: SimpleNamespace, given: aiohttp.TraceRequestEndParams
        ) -> None:
            status = given.response.status
            if status >= 400:
                self.refused(_REASONS.get(status, OTHER))
            self._over(request, _outcome(status))

        async def broken(
            session: aiohttp.ClientSession, request: SimpleNamespace, given: aiohttp.TraceRequestExceptionParams
        ) -> None:
            self._over(request, ERROR)

        trace.on_request_start.append(started)
        trace.on_request_end.append(ended)
        trace.on_request_exception.append(broken)
        return [trace]

    def _over(self, request: SimpleNamespace, outcome: str) -> None:
        self._seconds.end(request.span, time.monotonic() - request.begun, **request.labels, outcome=outcome)


def _outcome(status: int) -> str:
    if status == 429:
        return "ratelimited"
    if status >= 500:
        return "server_error"
    return "refused" if status >= 400 else OK
