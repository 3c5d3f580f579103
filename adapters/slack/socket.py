"""Socket Mode: Slack's events over a websocket that the bot opens (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from time import time

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import REFUSED, code
from adapters.slack.confirming import Confirming

log = structlog.get_logger()

_PING = 3.0
"""Seconds between pings; one that is not answered in half the time ends the connection, 4.5 s after the last sign."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
"""`apps.connections.open` may be called once a minute for long (tier 1), and more often for a short while."""


class Socket(SocketModeClient):
    """The SDK's client, which asks for a new address patiently for as long as Slack has none to give."""

    def __init__(
        self,
        app: AsyncApp,
        confirming: Confirming,
        token: str,
        web: AsyncWebClient,
        trouble: Callable[[str | None], None],
    ) -> None:
        super().__init__(token, logger=logging.getLogger("slack.quiet"), web_client=web, ping_interval=_PING)
        self._app = app
        self._confirming = confirming
        self._trouble = trouble
        self.socket_mode_request_listeners.append(self._take)

    async def open(self) -> None:
        """Connect; returns once Slack takes the connection."""
        await self.connect()  # type: ignore[no-untyped-call]

    async def shut(self) -> None:
        """Take no more events."""
        await self.close()  # type: ignore[no-untyped-call]

    @property
    def away(self) -> bool:
        """Whether Slack's events can't come in right now."""
        return self.closed or self.current_session is None or self.current_session.closed

    async def issue_new_wss_url(self) -> str:
        """An address for the next connection. Waits longer after each refusal, and never raises one."""
        wait = _FIRST_WAIT
        while True:
            try:
                address: str = (await self.web_client.apps_connections_open(app_token=self.app_token))["url"]
            except REFUSED as error:
                said = code(error) or type(error).__name__
                self._trouble(f"Slack gives no connection: {said}")
            else:
                self._trouble(None)
                return address
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        begun = time()
        answer = await run_async_bolt_app(self._app, request)
        await self._confirming.settled(request.payload)
        await send_async_response(client, request, answer, begun)
