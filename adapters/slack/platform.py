"""Slack as a platform: takes events, recalls threads, speaks unasked."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.api import REFUSED, REVOKED, Api, code, opened
from adapters.slack.app import build
from adapters.slack.desk import Desk, desk
from adapters.slack.gather import gather
from adapters.slack.inbound import Place, place
from adapters.slack.me import Me, who_am_i
from adapters.slack.post import Post
from adapters.slack.render.markdown import clean
from adapters.slack.running import Running
from adapters.slack.settings import PLATFORM, SlackSettings
from adapters.slack.socket import Socket
from core.chat import Author, Core, Recall, Reply, Thread

log = structlog.get_logger()

_DRAIN = 20.0
"""Seconds that running turns get when the process is told to stop."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 300.0


class Slack:
    """One workspace, by Socket Mode, by HTTP, or both."""

    name = PLATFORM

    def __init__(self, settings: SlackSettings, *, drain: float = _DRAIN) -> None:
        self._settings = settings
        self._drain = drain
        self._running = Running()
        self._desk: Desk | None = None
        self._app: AsyncApp | None = None
        self.connected = asyncio.Event()
        """Set once events are taken."""
        self.trouble: str | None = "Slack is not connected yet"
        """What is wrong with the connection, for whoever looks after the bot."""

    async def listen(self, core: Core) -> None:
        """Take events until cancelled; then finish what runs, bounded, and tell whom it cut off."""
        async with opened(self._settings, self._revoked) as api:
            me = await self._introduced(api)
            self._desk = desk(api, me, core, self._running)
            self._app = build(self._desk, self._settings)
            socket = self._socket(api, self._app)
            try:
                if socket:
                    await socket.open()
                self.connected.set()
                log.info("slack.connected", socket=socket is not None)
                await asyncio.Event().wait()
            finally:
                if socket:
                    await socket.shut()
                await self._running.drain(self._drain)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """`POST /slack/events`: events, commands and interactions over HTTP, with Slack's signature.

        503 while the bot starts or stops: Slack then sends an event again.
        """
        if self._app is None or self._running.draining:
            return web.Response(status=503)
        answer = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own in the thread, and its last messages, by one request."""
        return await self._ready().threads.recall(thread)

    async def post(
        self, to: Thread | Author, reply: Reply, *, key: str = "", mention: Author | None = None
    ) -> Thread | None:
        """Say something unasked, in a thread or in a person's direct messages."""
        where = place(to) if isinstance(to, Thread) else Place(to.external_id, "", private=True)
        said = await gather(reply, "" if isinstance(to, Thread) else to.external_id)
        text = clean(said.problem or said.text)
        await Post(self._ready(), where, said.owner).end(text, stamp=said.stamp, blocks=said.cards)
        return None

    def thread_at(self, link: str) -> Thread | None:
        """The thread that a permanent link leads into."""
        return None

    def _socket(self, api: Api, app: AsyncApp) -> Socket | None:
        if not self._settings.app_token:
            return None
        return Socket(app, self._settings.app_token.get_secret_value(), api.now, self._is_in_trouble)

    async def _introduced(self, api: Api) -> Me:
        """Ask who the bot is until Slack says so: a refused token is told once and tried again, rarely."""
        wait = _FIRST_WAIT
        while True:
            try:
                me = await who_am_i(api.read)
            except REFUSED as error:
                if code(error) not in REVOKED:  # of those the client has told already
                    self._is_in_trouble(f"Slack does not answer ({code(error) or type(error).__name__})")
            else:
                self._is_in_trouble(None)
                return me
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    def _revoked(self, said: str) -> None:
        self._is_in_trouble(f"Slack refuses SLACK_BOT_TOKEN ({said}): install the app again and set the new token")

    def _is_in_trouble(self, trouble: str | None) -> None:
        """Keep what is wrong, and log it when it changes."""
        if trouble == self.trouble:
            return
        if trouble:
            log.error("slack.trouble", reason=trouble)
        elif self.trouble:
            log.info("slack.well_again")
        self.trouble = trouble

    def _ready(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("Slack is not connected yet")
        return self._desk
