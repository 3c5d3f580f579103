"""What Slack shows while the bot works: a line under the thread, its Stop button, and the thread's title."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import CLOSED, REFUSED, REVOKED, UNSURE, Api, code
from adapters.slack.inbound import Place
from adapters.slack.pace import Pace

log = structlog.get_logger()

_LONGEST_TITLE = 60
_THINKING = "is thinking…"
_PATIENCE = 1.0
"""Seconds that the first words wait for a status that is on its way: one that arrives after them would stay."""
_UNTIL_BEGUN = 0.6
"""Seconds without a word of the reply after which the status is shown all the same."""
_NONE_HERE = 3600.0
_REFUSED_HERE = 600.0
"""Seconds for which no session is asked for: where the method is unknown, and where Slack refuses it otherwise."""


class Sessions:
    """Whether this workspace has agent sessions, which bring the Stop button; found out by trying, now and then."""

    def __init__(self) -> None:
        self._off_until = 0.0

    @property
    def supported(self) -> bool:
        """Whether it is worth asking."""
        return time.monotonic() >= self._off_until

    def refused(self, error: str) -> None:
        """Slack's word for why not. What it doesn't know itself says nothing of the next time."""
        if error and error not in CLOSED | REVOKED | UNSURE:
            self._off_until = time.monotonic() + (_NONE_HERE if error == "unknown_method" else _REFUSED_HERE)


class Status:
    """The status of one turn.

    An agent session (https://docs.slack.dev/ai/agent-sessions) carries status, title and the Stop button in one call.
    Where there are none, or too many a minute, `assistant.threads.setStatus` shows that the bot is at work.
    """

    def __init__(
        self, api: Api, pace: Pace, sessions: Sessions, where: Place, user: str, title: str, *, begins: bool = False
    ) -> None:
        self._api = api
        self._pace = pace
        self._sessions = sessions
        self._where = where
        self._user = user
        self._title = " ".join(title.split())[:_LONGEST_TITLE]
        self._begins = begins
        self._setting: asyncio.Task[None] | None = None
        self._session = False
        self._unsure = False
        """Whether Slack may have begun a session and never said so."""
        self._line = False
        self._timer = asyncio.get_running_loop().call_later(_UNTIL_BEGUN, self.begin)

    @property
    def session(self) -> str | None:
        """The state to leave a session in when a stream ends, if there is one."""
        return "active" if self._session else None

    def begin(self) -> None:
        """Show that the bot is at work; once."""
        self._timer.cancel()
        if self._setting is None:
            self._setting = asyncio.create_task(self._set())

    async def settled(self) -> None:
        """Wait for the status to be set, but not for long."""
        if self._setting and not self._setting.done():
            await asyncio.wait([self._setting], timeout=_PATIENCE)

    async def end(self, *, streamed: bool, answered: bool) -> None:
        """Take the status away, unless the stream's end has done so, or an answer in the thread did."""
        self._timer.cancel()
        if self._setting is None:
            return
        await asyncio.wait([self._setting])
        if self._session and streamed:
            self._pace.session.give_back()
        if self._unsure or (self._session and not streamed):
            await self._taken(self._call_session(self._api.read, "active"))
        if self._line and not answered:
            await self._taken(self._call_line(self._api.read, ""))

    async def _set(self) -> None:
        # a session that is begun has to be ended, which no other call may stand in the way of
        if self._sessions.supported and self._pace.session.take(2):
            try:
                await self._call_session(self._api.now, "processing")
            except REFUSED as error:
                self._session_refused(code(error))
                log.info("slack.session_refused", error=code(error) or type(error).__name__)
            else:
                self._session = True
                return
        self._line = True
        if await self._taken(self._call_line(self._api.now, _THINKING)) and self._title:
            await self._name_thread()

    def _session_refused(self, error: str) -> None:
        self._unsure = not error or error in UNSURE - {"ratelimited"}
        if error == "ratelimited":
            self._pace.session.refused()
        else:
            self._sessions.refused(error)

    async def _name_thread(self) -> None:
        if self._begins and self._where.private:
            await self._taken(
                self._api.now.assistant_threads_setTitle(
                    channel_id=self._where.channel, thread_ts=self._where.ts, title=self._title
                )
            )

    def _call_session(self, web: AsyncWebClient, state: str) -> Awaitable[object]:
        return web.agents_sessions_setStatus(
            channel_id=self._where.channel,
            thread_ts=self._where.ts,
            status=state,
            title=self._title or None,
            initiator_user_id=self._user,
        )

    def _call_line(self, web: AsyncWebClient, status: str) -> Awaitable[object]:
        return web.assistant_threads_setStatus(channel_id=self._where.channel, thread_ts=self._where.ts, status=status)

    async def _taken(self, call: Awaitable[object]) -> bool:
        try:
            await call
        except REFUSED as error:
            log.info("slack.status_refused", error=code(error) or type(error).__name__)
            return False
        return True
