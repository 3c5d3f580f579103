"""Slack as a platform: takes events, recalls threads, speaks unasked; in one workspace, or in all that installed it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from adapters.shared.catching_up import CatchingUp
from adapters.shared.running import Running
from adapters.slack import http, missed
from adapters.slack.access import Fixed
from adapters.slack.api import REFUSED, REVOKED, Api, api, code, connected
from adapters.slack.app import build
from adapters.slack.desk import Desk
from adapters.slack.desks import Desks
from adapters.slack.directory import Directory, Single
from adapters.slack.gather import gather
from adapters.slack.inbound import Place, at_link, place
from adapters.slack.installed.pages import Pages
from adapters.slack.installed.wiring import begun
from adapters.slack.me import Me, who_am_i
from adapters.slack.pace import Pace
from adapters.slack.settings import PLATFORM, SlackSettings
from adapters.slack.socket import Socket
from adapters.slack.troubles import Troubles
from core.chat import Author, Core, Past, PostRefused, Reach, Recall, RecallDelayed, Reply, Thread

log = structlog.get_logger()

_DRAIN = 20.0
"""Seconds that running turns get when the process is told to stop."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 300.0
_IN_ONE, _IN_SEVERAL = 5.0, 25.0
_AT_ONCE = 8
"""Workspaces that are caught up with at the same time."""


class Slack:
    """One workspace or several, by Socket Mode, by HTTP, or both."""

    name = PLATFORM

    def __init__(
        self,
        settings: SlackSettings,
        *,
        data_dir: Path | None = None,
        drain: float = _DRAIN,
        pace: Callable[[], Pace] = Pace,
    ) -> None:
        """`data_dir`: where installations are kept, unless they are in a bucket.

        `drain`: seconds that running turns get at the end; `pace`: a workspace's budgets, Slack's own by default.
        """
        self._settings = settings
        self._data_dir = data_dir
        self._drain = drain
        self._pace = pace
        self._running = Running[Place]()
        self._desks: Desks | None = None
        self._directory: Directory | None = None
        self._app: AsyncApp | None = None
        self._live: Socket | None = None
        self._pages: Pages | None = None
        self._catching_up: dict[str, CatchingUp[Place]] = {}
        self._looking = asyncio.Semaphore(_AT_ONCE)
        self._troubles = Troubles(self._catch_up)
        self.reach = Reach(None if settings.bot_token else ())
        """The workspaces that it can speak in; no reminder of any other is looked for."""
        self.unasked_a_second = _IN_ONE if settings.bot_token else _IN_SEVERAL
        """Slack takes one message a second in each channel, and several hundred a minute in a workspace."""
        self.connected = asyncio.Event()
        """Set once events are taken."""

    @property
    def trouble(self) -> str | None:
        """What is wrong with the connection at this moment, for whoever looks after the bot; asks nobody."""
        if self._running.draining:
            return "Slack is being left: the process stops"
        away = ["Slack's connection is away"] if self._live and self._live.away else []
        return "; ".join([*self._troubles.sentences, *away]) or None

    @property
    def introduction(self) -> str:
        """As whom the bot is connected, and where: `Slack as @task-bot in Acme`. Raises RuntimeError before it is."""
        desks = self._ready().desks
        if self._settings.bot_token:
            return f"Slack as @{desks[0].me.name} in {desks[0].me.team_name}"
        return f"Slack in {len(desks)} workspace{'' if len(desks) == 1 else 's'}"

    def changed(self, who: Author) -> None:
        """The person's tasks were changed elsewhere: their Home, if they have it, shows it soon."""
        desk = self._directory.at(who.workspace) if self._directory else None
        if desk is not None:
            desk.homes.changed(desk, who.external_id)

    async def listen(self, core: Core) -> None:
        """Take events until cancelled; then finish what runs, bounded, and tell whom it cut off."""
        async with connected() as session:
            desks = Desks(core, self._settings, session, self._running, self._pace)
            shared = api(session, self._settings.api_url, Fixed(self._token, self._troubles.token_is))
            directory, pages, settled = await self._opened(desks, shared)
            self._desks, self._directory, self._pages = desks, directory, pages
            self._app = build(directory, shared)
            socket = self._live = self._socket(shared, desks, self._app)
            try:
                if socket:
                    await socket.open()
                self.connected.set()
                log.info("slack.connected", socket=socket is not None, workspaces=len(directory.desks))
                self._catch_up()
                await asyncio.Event().wait()
            finally:
                for catching_up in self._catching_up.values():
                    catching_up.stop()
                if socket:
                    await socket.shut()
                await self._running.drain(self._drain)
                await settled()

    async def idle(self) -> None:
        """Return once nothing of what has come in, or was missed, is still being answered."""
        for catching_up in list(self._catching_up.values()):
            await catching_up.done()
        await self._running.idle()

    async def events(self, request: web.Request) -> web.StreamResponse:
        """`POST /slack/events`: events, commands and interactions over HTTP, with Slack's signature.

        503 while the bot starts or stops: Slack then sends an event again.
        """
        if self._app is None or self._desks is None or self._running.draining:
            return web.Response(status=503)
        secret = self._settings.signing_secret
        if secret is None:
            return web.Response(status=404)
        return await http.answered(self._app, self._desks.confirming, secret.get_secret_value(), request)

    async def install(self, request: web.Request) -> web.StreamResponse:
        """`GET /slack/install`: begin to install the app in a workspace. 503 while the bot starts or stops."""
        ready = self._pages and not self._running.draining
        return await self._pages.begin(request) if self._pages and ready else web.Response(status=503)

    async def redirected(self, request: web.Request) -> web.StreamResponse:
        """`GET /slack/oauth_redirect`: what Slack sends a browser back to. 503 while the bot starts or stops."""
        ready = self._pages and not self._running.draining
        return await self._pages.end(request) if self._pages and ready else web.Response(status=503)

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own in the thread, and its last messages, by one request."""
        return await self._at(thread).threads.recall(thread)

    async def past(self, thread: Thread) -> Past:
        """What the whole thread tells."""
        return await self._at(thread).threads.past(thread)

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
        desk = self._ready().at(to.workspace)
        if desk is None:
            raise PostRefused("not_installed")
        who = to if isinstance(to, Author) else mention
        if who and desk.rules.judge(who.external_id, workspace=desk.me.team).refused:
            raise PostRefused("not_admitted")
        said = await gather(reply, who.external_id if who else "")
        where = place(to) if isinstance(to, Thread) else None
        return (await desk.unasked.say(desk, where, said, key, again=again)).thread(desk.me.team)

    def thread_at(self, link: str) -> Thread | None:
        """The thread that a permanent link leads into, of the workspace whose address it is where there are several."""
        found, directory = at_link(link), self._ready()
        if found is None:
            return None
        for desk in directory.desks:
            if not desk.several or link.startswith(desk.me.url):
                return found.thread(desk.me.team)
        return None

    @property
    def _token(self) -> str:
        token = self._settings.bot_token
        return token.get_secret_value() if token else ""

    async def _opened(self, desks: Desks, shared: Api) -> tuple[Directory, Pages | None, Callable[[], Awaitable[None]]]:
        """The workspaces, with the pages where there may be more, and what to wait for at the end."""
        if self._settings.client_id is None:
            me = await self._introduced(shared)
            return Single(desks.make(shared, me)), None, _nothing
        directory, pages = await begun(desks, self._settings, self._data_dir, self.reach, self._troubles)
        directory.joined = self._begin
        return directory, pages, directory.settled

    def _socket(self, shared: Api, desks: Desks, app: AsyncApp) -> Socket | None:
        if not self._settings.app_token:
            return None
        return Socket(
            app,
            desks.confirming,
            self._settings.app_token.get_secret_value(),
            shared.now,
            lambda trouble: self._troubles.say("socket", trouble),
        )

    async def _introduced(self, shared: Api) -> Me:
        """Ask who the bot is until Slack says so: a refused token is told once and tried again, rarely."""
        wait = _FIRST_WAIT
        while True:
            try:
                me = await who_am_i(shared.read)
            except REFUSED as error:
                if code(error) not in REVOKED:  # of those the client has told already
                    self._troubles.say("start", f"Slack does not answer ({code(error) or type(error).__name__})")
            else:
                self._troubles.say("start", None)
                return me
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    def _catch_up(self) -> None:
        """Look in all workspaces for what was said to the bot and not answered."""
        if not self.connected.is_set() or self._directory is None:
            return
        for desk in self._directory.desks:
            self._begin(desk)

    def _begin(self, desk: Desk) -> None:
        catching_up = self._catching_up.get(desk.me.team)
        if catching_up is None:
            catching_up = self._catching_up[desk.me.team] = CatchingUp(partial(self._missed, desk.me.team))
        catching_up.begin()

    async def _missed(self, workspace: str, since: float) -> missed.Threads:
        desk = self._ready().at(workspace)
        if desk is not None:
            async with self._looking:
                async for found in missed.threads(desk, since):
                    yield found

    def _at(self, thread: Thread) -> Desk:
        """The thread's workspace. Raises RecallDelayed for one that the bot isn't in any more."""
        desk = self._ready().at(thread.workspace)
        if desk is None:
            raise RecallDelayed
        return desk

    def _ready(self) -> Directory:
        if self._directory is None:
            raise RuntimeError("Slack is not connected yet")
        return self._directory


async def _nothing() -> None:
    """There is nothing to wait for."""
