"""The stand-in as a server on loopback: its mind and pace, its faults, its accounts of what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from aiohttp import web

from tests.fakes.openai.accounts import Accounts, Request
from tests.fakes.openai.brain import Brain, Rules, Step
from tests.fakes.openai.cache import PromptCache
from tests.fakes.openai.errors import ApiError, decoded
from tests.fakes.openai.faults import Fault, Faults
from tests.fakes.openai.resources import BODY, STORE, routes
from tests.fakes.openai.resources import MODELS as SERVED
from tests.fakes.openai.responses import BUSY, CUT_AFTER, RECORD, Model, hang_up
from tests.fakes.openai.state import Store

KEY = "sk-test"
MODELS = ("gpt-test",)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class OpenAIServer:
    """The service. `rules` is its mind unless another `brain` is given."""

    def __init__(self, brain: Brain | None = None, *, key: str = KEY, models: tuple[str, ...] = MODELS) -> None:
        self.rules = Rules()
        self.store = Store()
        self.faults = Faults()
        self.base_url = ""
        self._model = Model(brain or self.rules)
        self._accounts = Accounts()
        self._authorization = f"Bearer {key}"
        self._models = models
        self._released = asyncio.Event()
        self._stopping = False
        self._runner: web.AppRunner | None = None

    @property
    def brain(self) -> Brain:
        """What decides the model's next output; a test may put another in its place."""
        return self._model.mind

    @brain.setter
    def brain(self, mind: Brain) -> None:
        self._model.mind = mind

    @property
    def first_token_seconds(self) -> float:
        """How long the model thinks between a response's start and its first item."""
        return self._model.first_token_seconds

    @first_token_seconds.setter
    def first_token_seconds(self, seconds: float) -> None:
        self._model.first_token_seconds = seconds

    @property
    def cache(self) -> PromptCache:
        """The prompt cache."""
        return self._model.cache

    @property
    def requests(self) -> list[Request]:
        """The requests since the start, or since this list was cleared."""
        return self._accounts.requests

    def on(self, pattern: str, *steps: Step) -> None:
        """Teach the rules: see `Rules.on`."""
        self.rules.on(pattern, *steps)

    def fail(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self.faults.add(fault)

    def release(self) -> None:
        """End the hanging: what hangs is answered after all."""
        self.faults.end("hang")
        self._released.set()
        self._released = asyncio.Event()

    def slow(self, *, first_token_seconds: float = 0.0, between_deltas_seconds: float = 0.0) -> None:
        """Set the model's pace from now on; without arguments it is fast again."""
        self._model.first_token_seconds = first_token_seconds
        self._model.between_deltas_seconds = between_deltas_seconds

    def asked(self, path: str = "/responses", method: str = "POST") -> list[Request]:
        """The requests to a path so far."""
        return [one for one in self.requests if one.method == method and one.path.endswith(path)]

    async def wait_for_requests(self, count: int) -> None:
        """Wait until so many requests have come in since the start."""
        await self._accounts.came(count)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds, which is looked at with each request."""
        await self._accounts.until(holds)

    async def settled(self) -> None:
        """Wait until no request is being answered: a client that hung up is noticed a moment later."""
        await self._accounts.settled()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `base_url` tells where."""
        app = web.Application(middlewares=[self._guarded], client_max_size=32 * 1024 * 1024)
        app[STORE] = self.store
        app[SERVED] = self._models
        app.add_routes([web.post("/v1/responses", self._model.respond), *routes()])
        # A response ends with its client, so that a conversation isn't locked for one who left.
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{bound}/v1"

    async def stop(self) -> None:
        """Stop listening; what hangs is cut off."""
        self._stopping = True
        self._released.set()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep the accounts, and give errors their body."""
        raw = await request.read()
        record = Request(request.method, request.path.removeprefix("/v1"), {}, len(raw))
        request[RECORD] = record
        try:
            await self._accounts.begin(record)
            answer = await self._answer(request, raw, handler)
        finally:
            await self._accounts.end()
        if isinstance(answer, web.Response) and isinstance(answer.body, bytes):
            record.answered = len(answer.body)
        record.status = answer.status
        return answer

    async def _answer(self, request: web.Request, raw: bytes, handler: Handler) -> web.StreamResponse:
        try:
            request[BODY] = request[RECORD].body = decoded(raw)
            fault = self.faults.take(request.path, request.method, raw)
            if fault and (broken := await self._befall(request, fault)):
                return broken
            self._admit(request.headers.get("Authorization"))
            return await handler(request)
        except ApiError as error:
            return web.json_response(error.body, status=error.status)
        except web.HTTPClientError as error:
            unknown = ApiError(error.status, f"Invalid URL ({request.method} {request.path})")
            return web.json_response(unknown.body, status=error.status)

    def _admit(self, authorization: str | None) -> None:
        if authorization is None:
            raise ApiError(401, "No API key was provided.")
        if authorization != self._authorization:
            raise ApiError(401, "Incorrect API key provided.", "invalid_api_key")

    async def _befall(self, request: web.Request, fault: Fault) -> web.Response | None:
        """What is answered instead; None where the request goes on."""
        match fault.kind:
            case "status":
                error = ApiError(fault.status, fault.message, fault.code)
                return web.json_response(error.body, status=fault.status, headers=dict(fault.headers))
            case "bad_json":
                return web.Response(text="{", content_type="application/json")
            case "cut":
                request[CUT_AFTER] = fault.after
                return None
            case "busy":
                request[BUSY] = True
                return None
            case "hang":
                await self._released.wait()
                if not self._stopping:
                    return None
            case "drop":
                pass
        hang_up(request)
        return web.Response()
