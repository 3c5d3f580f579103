"""What Slack shows while the bot works: a line under the thread, its Stop button, and the thread's title."""

from __future__ import annotations

import asyncio

import structlog

from adapters.slack.api import CLOSED, REFUSED, REVOKED, Api, code
from adapters.slack.inbound import Place
from adapters.slack.pace import Pace

log = structlog.get_logger()

_LONGEST_TITLE = 60
_THINKING = "is thinking…"
_PATIENCE = 1.0
"""Seconds that the first words wait for a status that is on its way: one that arrives after them would stay."""


class Sessions:
    """Whether this workspace has agent sessions, which bring the Stop button; found out at the first try."""

    supported = True


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

    @property
    def session(self) -> str | None:
        """The state to leave a session in when a stream ends, if there is one."""
        return "active" if self._session else None

    def begin(self) -> None:
        """Show that the bot is at work; once."""
        if self._setting is None:
            self._setting = asyncio.create_task(self._set())

    async def settled(self) -> None:
        """Wait for the status to be set, but not for long."""
        if self._setting and not self._setting.done():
            await asyncio.wait([self._setting], timeout=_PATIENCE)

    async def end(self, *, streamed: bool) -> None:
        """Take the status away, unless the stream's end has done so."""
        await self.settled()
        if not self._session or streamed:
            return
        await self._session_is("active")

    async def _set(self) -> None:
        if self._sessions.supported and self._pace.session.take():
            self._session = await self._session_is("processing")
        if self._session:
            return
        try:
            await self._api.now.assistant_threads_setStatus(
                channel_id=self._where.channel, thread_ts=self._where.ts, status=_THINKING
            )
            if self._begins and self._where.private and self._title:
                await self._api.now.assistant_threads_setTitle(
                    channel_id=self._where.channel, thread_ts=self._where.ts, title=self._title
                )
        except REFUSED as error:
            log.info("slack.status_refused", error=code(error) or type(error).__name__)

    async def _session_is(self, state: str) -> bool:
        try:
            await self._api.now.agents_sessions_setStatus(
                channel_id=self._where.channel,
                thread_ts=self._where.ts,
                status=state,
                title=self._title or None,
                initiator_user_id=self._user,
            )
        except REFUSED as error:
            said = code(error)
            if said == "ratelimited":
                self._pace.session.refused()
            elif said and said not in CLOSED | REVOKED:
                self._sessions.supported = False
            log.info("slack.session_refused", error=said or type(error).__name__)
            return False
        return True
