"""The stand-in as a server: takes calls, keeps accounts of them, and lets people do things."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from tests.fakes.slack.calls import arguments, refused
from tests.fakes.slack.envelopes import Delivery, Envelopes
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.installing import INSTALLING, Code
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.methods import METHODS, STREAM_SECONDS
from tests.fakes.slack.people import People
from tests.fakes.slack.reading import READING
from tests.fakes.slack.store import Channel, Json, Message, Store
from tests.fakes.slack.surfaces import SURFACES, TRIGGER_SECONDS, Answering, View, Whisper, respond, take_upload
from tests.fakes.slack.teams import Team, Teams
from tests.fakes.slack.tokens import authorised, limits_of, visible

_ALL = {**METHODS, **READING, **SURFACES, **INSTALLING}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API."""

    method: str
    args: Json
    at: float
    """Seconds of `time.monotonic`."""
    error: str | None = None


@dataclass(slots=True)
class Fault:
    """What goes wrong with a method's next calls: an error's code, an HTTP status, or a cut connection."""

    error: str | None = None
    status: int | None = None
    cut: bool = False
    after: bool = False
    """Whether the call is carried out all the same, so that only its answer is lost."""
    retry_after: int = 1
    times: int = 1
    only: str = ""
    """Befalls only calls with this somewhere in their arguments."""


class SlackServer(People):
    """One workspace with the bot installed, and others as they come: `teams`."""

    team, app_id, bot_id, bot_user = "T0ACME", "A0TASKS", "B0TASKS", "U0TASKBOT"
    bot_token, app_token, signing_secret = "xoxb-stand-in", "xapp-stand-in", "stand-in-secret"

    def __init__(self) -> None:
        self.store = Store()
        self.limits = Limits()
        home = Team(self.team, "Acme", "acme", self.bot_id, self.bot_user, installed=True, limits=self.limits)
        self.teams = Teams(home, self.bot_token)
        self.caller = home
        """The workspace whose token the present call has."""
        self.client_id, self.client_secret = "1.2", "stand-in-client-secret"
        self.redirect_urls: Sequence[str] = ("https://bot.example.com/slack/oauth_redirect",)
        self.pkce = False
        """Whether the app has turned on PKCE, which makes a public client of it."""
        self.codes: dict[str, Code] = {}
        self.calls: list[Call] = []
        self.visible: deque[tuple[float, str, int]] = deque(maxlen=100_000)
        """Instant (`time.monotonic`), message and length, each time a message of the bot's can be read further."""
        self.whispers: list[Whisper] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.shared: list[tuple[str, str, bytes]] = []
        """Channel, name and content of every file."""
        self.statuses: dict[tuple[str, str], str] = {}
        self.sessions: dict[tuple[str, str], str] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, list[Json]] = {}
        self.answerings: dict[str, Answering] = {}
        self.agent_view = True
        """Whether talks are in the Messages tab, as of all new apps; else in the pane of apps made before."""
        self.has_sessions = True
        self.revoked = False
        self.stream_seconds = STREAM_SECONDS
        self.response_faults: list[int] = []
        """What the next answers to a `response_url` meet with: a status, or 0 for a connection that is cut."""
        self.slow: dict[str, float] = {}
        """Seconds that a method takes."""
        self.base_url = ""
        self.envelopes = Envelopes(self.signing_secret, self._touch)
        self._faults: dict[str, list[Fault]] = {}
        self._triggers: dict[str, tuple[str, float]] = {}
        self._change = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """For `SLACK_API_URL`."""
        return f"{self.base_url}/api/"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/socket", self.envelopes.socket)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/respond/{token}", self._respond)
        self.routes(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Close every connection."""
        await self.envelopes.close()
        if self._runner:
            await self._runner.cleanup()

    def routes(self, app: web.Application) -> None:
        """More routes, for who controls the stand-in from another process."""

    def asked(self, method: str) -> list[Call]:
        """The calls of a method so far."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, fault: Fault) -> None:
        """Let the method's next calls go wrong."""
        self._faults.setdefault(method, []).append(fault)

    async def until(self, holds: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until it holds; looked at again at every change. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds():
                await self._change.wait()

    def messages(self, channel: Channel, thread: str | None = None) -> Sequence[Message]:
        """A thread's messages, or those of the channel outside of threads."""
        return self.store.thread(channel.id, thread) if thread else self.store.history(channel.id)

    def posted(
        self,
        channel: Channel,
        text: str,
        blocks: list[Json],
        thread: str | None,
        metadata: Json | None,
        *,
        streaming: bool = False,
    ) -> Message:
        """The bot says something."""
        message = Message(
            self.store.new_ts(),
            channel.id,
            text,
            self.caller.bot_user,
            self.caller.bot_id,
            thread,
            blocks,
            metadata,
            streaming=streaming,
            app_id=self.app_id,
        )
        self.store.add(message)
        if thread:
            self.statuses.pop((channel.id, thread), None)
        self.grew(message)
        return message

    def whispered(self, user: str, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        """The bot says something to one person."""
        self.whispers.append(Whisper(user, channel, ts, text, blocks))
        self._touch()

    def grew(self, message: Message) -> None:
        """A message can be read further."""
        self.visible.append((time.monotonic(), message.ts, len(message.text)))
        self._touch()

    def touched(self, answer: Json) -> web.Response:
        """An answer after a change."""
        self._touch()
        return web.json_response(answer)

    def new_trigger(self, user: str) -> str:
        """A trigger id: good once, for three seconds."""
        trigger = self.store.new_id("Tr")
        self._triggers[trigger] = (user, time.monotonic() + TRIGGER_SECONDS)
        return trigger

    def expire_triggers(self) -> None:
        """As if three seconds had passed."""
        self._triggers = {trigger: (user, 0.0) for trigger, (user, _) in self._triggers.items()}

    def spend_trigger(self, trigger: object) -> str:
        """Whose trigger it is; it can't be used again."""
        if not isinstance(trigger, str) or trigger not in self._triggers:
            raise SlackError("invalid_trigger_id")
        user, until = self._triggers.pop(trigger)
        if until < time.monotonic():
            raise SlackError("expired_trigger_id")
        return user

    def new_response_url(self, user: str, channel: str, ts: str | None = None, *, ephemeral: bool = False) -> str:
        """Where an answer to something pressed or typed can be sent."""
        token = f"r{len(self.answerings)}"
        self.answerings[token] = Answering(user, channel, ts, ephemeral)
        return f"{self.base_url}/respond/{token}"

    def hand_over(self, kind: str, payload: Json) -> Delivery:
        """Hand something to the bot."""
        return self.envelopes.hand_over(kind, payload)

    async def _upload(self, request: web.Request) -> web.Response:
        return await take_upload(self, request)

    async def _respond(self, request: web.Request) -> web.Response:
        if self.response_faults:
            status = self.response_faults.pop(0)
            if not status and request.transport:
                request.transport.abort()
            return web.Response(status=status or 500, text="upstream connect error")
        return await respond(self, request)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await arguments(request)
        at = time.monotonic()
        if method in self.slow:
            await asyncio.sleep(self.slow[method])
        fault = self._fault(method, args)
        if fault and not fault.after:
            return self._broken(request, method, args, at, fault)
        wait = limits_of(self, request).take(method, args.get("channel"))
        if wait is not None:
            self._account(method, args, at, "ratelimited")
            return refused("ratelimited", status=429, headers={"Retry-After": str(wait)})
        try:
            # nothing is awaited between here and the method's end
            self.caller = authorised(self, request, method)
            visible(self, args)
            if method not in _ALL:
                raise SlackError("unknown_method")
            told = _ALL[method](self, args)
        except SlackError as error:
            self._account(method, args, at, error.code)
            return refused(error.code, *error.messages)
        self._account(method, args, at, None)
        if fault:
            return self._broken(request, method, args, at, fault)
        return web.json_response({"ok": True, **told})

    def _fault(self, method: str, args: Json) -> Fault | None:
        faults = self._faults.get(method, [])
        fault = next((one for one in faults if one.only in str(args)), None)
        if fault is None:
            return None
        fault.times -= 1
        if fault.times <= 0:
            faults.remove(fault)
        return fault

    def _broken(self, request: web.Request, method: str, args: Json, at: float, fault: Fault) -> web.StreamResponse:
        if not fault.after:
            self._account(method, args, at, fault.error or "broken")
        if fault.cut:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        if fault.error == "ratelimited":
            return refused("ratelimited", status=429, headers={"Retry-After": str(fault.retry_after)})
        if fault.error:
            return refused(fault.error)
        return web.Response(status=fault.status or 500, text="upstream connect error")

    def _account(self, method: str, args: Json, at: float, error: str | None) -> None:
        self.calls.append(Call(method, args, at, error))
        self._touch()

    def _touch(self) -> None:
        self._change.set()
        self._change = asyncio.Event()
