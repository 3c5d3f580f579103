"""Slack as a platform: takes events, recalls threads, speaks unasked."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from adapters.shared.catching_up import CatchingUp
from adapters.shared.running import Running
from adapters.slack import http, missed
from adapters.slack.api import REFUSED, REVOKED, Api, code, opened
from adapters.slack.app import build
from adapters.slack.contexts import Contexts
from adapters.slack.desk import Desk
from adapters.slack.earlier import Earlier
from adapters.slack.erasing import Erasing
from adapters.slack.gather import gather
from adapters.slack.home import Homes
from adapters.slack.inbound import Place, at_link, place
from adapters.slack.me import Me, who_am_i
from adapters.slack.opening import Openings
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.roots import Roots
from adapters.slack.settings import PLATFORM, SlackSettings
from adapters.slack.socket import Socket
from adapters.slack.threads import Threads
from adapters.slack.unasked import Unasked
from core.chat import Author, Core, Past, Recall, Reply, Thread

log = structlog.get_logger()

_DRAIN = 20.0
"""Seconds that running turns get when the process is told to stop."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 300.0


class Slack:
    """One workspace, by Socket Mode, by HTTP, or both."""

    name = PLATFORM
    unasked_a_second = 5.0
    """Slack takes one message a second in each channel, and several hundred a minute in a workspace."""

    def __init__(self, settings: SlackSettings, *, drain: float = _DRAIN, pace: Pace | None = None) -> None:
        """`drain`: seconds that running turns get at the end; `pace`: the budgets, Slack's own by default."""
        self._settings = settings
        self._drain = drain
        self._pace = pace or Pace()
        self._unasked = Unasked()
        self._running = Running[Place]()
        self._desk: Desk | None = None
        self._app: AsyncApp | None = None
        self._live: Socket | None = None
        self._catching_up: CatchingUp[Place] | None = None
        self.connected = asyncio.Event()
        """Set once events are taken."""
        self._troubles: dict[str, str] = {"start": "Slack is not connected yet"}

    @property
    def trouble(self) -> str | None:
        """What is wrong with the connection at this moment, for whoever looks after the bot; asks nobody."""
        if self._running.draining:
            return "Slack is being left: the process stops"
        away = ["Slack's connection is away"] if self._live and self._live.away else []
        return "; ".join([*self._troubles.values(), *away]) or None

    @property
    def introduction(self) -> str:
        """As whom the bot is connected, and where: `Slack as @task-bot in Acme`. Raises RuntimeError before it is."""
        me = self._ready().me
        return f"Slack as @{me.name} in {me.team_name}"

    async def listen(self, core: Core) -> None:
        """Take events until cancelled; then finish what runs, bounded, and tell whom it cut off."""
        async with opened(self._settings, self._token_is) as api:
            me = await self._introduced(api)
            self._desk = _desk(api, me, core, self._running, self._pace)
            self._app = build(self._desk, self._settings)
            catching_up = self._catching_up = CatchingUp(partial(missed.threads, self._desk))
            socket = self._live = self._socket(api, self._desk, self._app)
            try:
                if socket:
                    await socket.open()
                self.connected.set()
                log.info("slack.connected", socket=socket is not None)
                catching_up.begin()
                await asyncio.Event().wait()
            finally:
                catching_up.stop()
                if socket:
                    await socket.shut()
                await self._running.drain(self._drain)

    async def idle(self) -> None:
        """Return once nothing of what has come in, or was missed, is still being answered."""
        if self._catching_up is not None:
            await self._catching_up.done()
        await self._running.idle()

    async def events(self, request: web.Request) -> web.StreamResponse:
        """`POST /slack/events`: events, commands and interactions over HTTP, with Slack's signature.

        503 while the bot starts or stops: Slack then sends an event again.
        """
        if self._app is None or self._desk is None or self._running.draining:
            return web.Response(status=503)
        secret = self._settings.signing_secret
        if secret is None:
            return web.Response(status=404)
        return await http.answered(self._app, self._desk.confirming, secret.get_secret_value(), request)

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own in the thread, and its last messages, by one request."""
        return await self._ready().threads.recall(thread)

    async def past(self, thread: Thread) -> Past:
        """What the whole thread tells."""
        return await self._ready().threads.past(thread)

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Say something unasked, in a thread or in a person's direct messages; see `Platform`."""
        desk = self._ready()
        who = to if isinstance(to, Author) else mention
        said = await gather(reply, who.external_id if who else "")
        where = place(to) if isinstance(to, Thread) else None
        return (await self._unasked.say(desk, where, said, key, again=again)).thread(desk.me.team)

    def thread_at(self, link: str) -> Thread | None:
        """The thread that a permanent link leads into."""
        found = at_link(link)
        return found.thread(self._ready().me.team) if found else None

    def _socket(self, api: Api, desk: Desk, app: AsyncApp) -> Socket | None:
        if not self._settings.app_token:
            return None
        return Socket(
            app,
            desk.confirming,
            self._settings.app_token.get_secret_value(),
            api.now,
            lambda trouble: self._is_in_trouble("socket", trouble),
        )

    async def _introduced(self, api: Api) -> Me:
        """Ask who the bot is until Slack says so: a refused token is told once and tried again, rarely."""
        wait = _FIRST_WAIT
        while True:
            try:
                me = await who_am_i(api.read)
            except REFUSED as error:
                if code(error) not in REVOKED:  # of those the client has told already
                    self._is_in_trouble("start", f"Slack does not answer ({code(error) or type(error).__name__})")
            else:
                self._is_in_trouble("start", None)
                return me
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    def _token_is(self, refused: str | None) -> None:
        told = f"Slack refuses SLACK_BOT_TOKEN ({refused}): install the app again and set the new token"
        self._is_in_trouble("token", told if refused else None)

    def _is_in_trouble(self, subject: str, trouble: str | None) -> None:
        """Keep what is wrong with a part of the connection, and log it when it changes."""
        before = self._troubles.get(subject)
        if trouble == before:
            return
        if trouble:
            self._troubles[subject] = trouble
            log.error("slack.trouble", reason=trouble)
        else:
            del self._troubles[subject]
            log.info("slack.well", about=subject)
            if self._catching_up is not None:
                self._catching_up.begin()

    def _ready(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("Slack is not connected yet")
        return self._desk


def _desk(api: Api, me: Me, core: Core, running: Running[Place], pace: Pace) -> Desk:
    people = People(api.now, me.team, pace.people)
    return Desk(
        api,
        me,
        core,
        people,
        Threads(
            api.now,
            Earlier(api.read, me, people, pace.history),
            Roots(api.now, me, pace.history),
            pace.replies,
            me.user,
            lambda where: core.written_elsewhere(where.thread(me.team)),
        ),
        pace,
        running,
        Homes(),
        Openings(),
        Contexts(me),
        Erasing(),
    )
