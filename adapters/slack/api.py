"""Slack's Web API: one pooled session, and what a refusal means."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.access import Access
from adapters.slack.operations import REQUESTS, operation

REFUSED = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""What a call may raise: Slack said no, or nobody knows what it said."""

REVOKED = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
RATE_LIMITED = "ratelimited"
UNSURE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", RATE_LIMITED})
"""Slack doesn't say no: it is away, or wants it later. It may have been done, except of `ratelimited`."""
CLOSED = frozenset({"channel_not_found", "not_in_channel", "is_archived", "thread_not_found", "restricted_action"})
"""The place of a reply is gone or locked, so that it has to be said elsewhere."""

_PATIENCE = aiohttp.ClientTimeout(total=20, connect=5)
_RATE_LIMIT_WAITS = 3
_RETRY_AFTER = 30.0
_WITH_APP_TOKEN = "apps.connections.open"


@dataclass(frozen=True, slots=True)
class Api:
    """Three clients over one session, by what is done when a call fails."""

    session: aiohttp.ClientSession
    read: AsyncWebClient
    """Asks again after a lost connection, a server error and a rate limit."""
    write: AsyncWebClient
    """Waits out a rate limit; what may have been done already is not done again."""
    now: AsyncWebClient
    """For what is useless later: a stream's next words, a status. Never waits."""


class _Client(AsyncWebClient):
    """Slack's client, whose token is its workspace's at the time of the call."""

    def __init__(self, access: Access, **given: Any) -> None:
        super().__init__(**given)
        self._access = access

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        """Call a method; see the SDK. What a token was refused for is tried once more where there is a newer one."""
        if api_method == _WITH_APP_TOKEN:
            return await super().api_call(api_method, **given)
        # read before anything else is awaited, so that no other call changes it underneath
        token = self.token = await self._access.token()
        try:
            answered = await super().api_call(api_method, **given)
        except SlackApiError as error:
            if code(error) != RATE_LIMITED:  # those are counted where they come, also when they are waited out
                REQUESTS.refused(code(error))
            if code(error) not in REVOKED or not await self._access.refused(token, code(error)):
                raise
            self.token = await self._access.token()
            answered = await super().api_call(api_method, **given)
        self._access.accepted()
        return answered


@asynccontextmanager
async def connected() -> AsyncIterator[aiohttp.ClientSession]:
    """The connections that all calls share, closed at the end."""
    async with aiohttp.ClientSession(
        timeout=_PATIENCE, connector=aiohttp.TCPConnector(limit=100), trace_configs=REQUESTS.traces(operation)
    ) as session:
        yield session


def api(session: aiohttp.ClientSession, url: str, access: Access) -> Api:
    """The clients of one workspace; `url` is that of the Web API, and ends with a slash."""
    limits: AsyncRetryHandler = AsyncRateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_WAITS)
    quiet = logging.getLogger("slack.quiet")
    quiet.setLevel(logging.CRITICAL)

    def client(*handlers: AsyncRetryHandler) -> AsyncWebClient:
        return _Client(
            access, token=access.current, base_url=url, session=session, logger=quiet, retry_handlers=list(handlers)
        )

    read = client(AsyncConnectionErrorRetryHandler(), AsyncServerErrorRetryHandler(), limits)
    return Api(session, read, write=client(limits), now=client())


def code(error: BaseException) -> str:
    """Slack's word for a refusal, e.g. `is_archived`; empty when it said nothing that can be relied on."""
    said = answer(error).get("error")
    return said if isinstance(said, str) else ""


def retry_after(error: BaseException) -> float:
    """Seconds after which Slack takes the call again, as it says with `ratelimited`."""
    told = error.response.headers.get("Retry-After") if isinstance(error, SlackApiError) else None
    return float(told) if isinstance(told, str) and told.isdecimal() else _RETRY_AFTER


def answer(error: BaseException) -> Mapping[str, object]:
    """What Slack answered with a refusal; nothing where it was no answer of Slack's, but a proxy's for example."""
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    return data if isinstance(data, dict) else {}
