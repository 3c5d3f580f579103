"""The HTTP side of the stand-in: routes, faults, accounts of what was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.fakes.openai.brain import Brain, Item, Rules, Step, Turn
from tests.fakes.openai.events import events, output_item, response
from tests.fakes.openai.faults import Fault, Faults
from tests.fakes.openai.state import ApiError, Conversation, Store, stored

KEY = "sk-test"
MODELS = ("gpt-test",)
BODY = web.RequestKey("body", dict[str, Any])
CUT = web.RequestKey("cut", list[Fault])


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it came in."""

    method: str
    path: str
    body: dict[str, Any]
    size: int
    """Bytes of the body."""


class OpenAIServer:
    """The service. `rules` is its mind unless another `brain` is given."""

    def __init__(self, brain: Brain | None = None, *, key: str = KEY, models: tuple[str, ...] = MODELS) -> None:
        self.rules = Rules()
        self.brain: Brain = brain or self.rules
        self.store = Store()
        self.faults = Faults()
        self.requests: list[Request] = []
        self.first_token_seconds = 0.0
        """How long the model thinks before its first event."""
        self.base_url = ""
        self._key = key
        self._models = models
        self._closing = asyncio.Event()
        self._came = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    def on(self, pattern: str, *steps: Step) -> None:
        """Teach the rules: see `Rules.on`."""
        self.rules.on(pattern, *steps)

    def fail(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self.faults.add(fault)

    def asked(self, path: str = "/responses", method: str = "POST") -> list[Request]:
        """The requests to a path so far."""
        return [one for one in self.requests if one.method == method and one.path.endswith(path)]

    async def wait_for_requests(self, count: int) -> None:
        """Wait until so many requests have come in since the start."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.requests) >= count)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `base_url` tells where."""
        app = web.Application(middlewares=[self._guarded], client_max_size=32 * 1024 * 1024)
        app.add_routes(
            [
                web.post("/v1/responses", self._respond),
                web.post("/v1/conversations", self._create),
                web.get("/v1/conversations/{id}", self._retrieve),
                web.delete("/v1/conversations/{id}", self._delete),
                web.get("/v1/conversations/{id}/items", self._list_items),
                web.post("/v1/conversations/{id}/items", self._create_items),
                web.delete("/v1/conversations/{id}/items/{item}", self._delete_item),
                web.get("/v1/models/{model}", self._model),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{bound}/v1"

    async def stop(self) -> None:
        """Stop listening; what hangs is let go."""
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Count the request, let faults befall it, check the key, and give errors their body."""
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        request[BODY] = body
        self.requests.append(Request(request.method, request.path.removeprefix("/v1"), body, len(raw)))
        async with self._came:
            self._came.notify_all()
        try:
            fault = self.faults.take(request.path)
            request[CUT] = [fault] if fault else []
            if fault and fault.kind != "cut":
                return await self._befall(request, fault)
            if request.headers.get("Authorization") != f"Bearer {self._key}":
                raise ApiError(401, "Incorrect API key provided.", "invalid_api_key")
            return await handler(request)
        except ApiError as error:
            return web.json_response(error.body, status=error.status)

    async def _befall(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.kind:
            case "hang":
                await self._closing.wait()
            case "bad_json":
                return web.Response(text="{", content_type="application/json")
            case "status":
                error = ApiError(fault.status, fault.message, fault.code)
                return web.json_response(error.body, status=fault.status, headers=dict(fault.headers))
            case _:
                pass
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        asked: dict[str, Any] = request[BODY]
        if asked["model"] not in self._models:
            raise ApiError(404, f"The model '{asked['model']}' does not exist.", "model_not_found", "model")
        conversation = self._conversation(asked.get("conversation"))
        added = stored(_input(asked["input"]))
        if conversation.locked:
            raise ApiError(400, "Another process is currently operating on this conversation.", "conversation_locked")
        conversation.check(added)
        conversation.locked = True
        try:
            conversation.items += added
            turn = Turn(conversation.items, asked.get("instructions") or "", asked.get("tools") or [])
            output = [output_item(one) for one in self.brain(turn)]
            if not asked.get("stream"):
                conversation.items += output
                return web.json_response(response(asked, output))
            return await self._stream(request, conversation, output)
        finally:
            conversation.locked = False

    async def _stream(self, request: web.Request, conversation: Conversation, output: list[Item]) -> web.StreamResponse:
        """Send the events. Each finished item is kept at once: a client that hangs up leaves calls without outputs."""
        asked: dict[str, Any] = request[BODY]
        cut = [fault.after for fault in request[CUT]]
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        if self.first_token_seconds:
            await asyncio.sleep(self.first_token_seconds)
        for number, event in enumerate(events(asked, output)):
            if cut and number >= cut[0]:
                if request.transport:
                    request.transport.abort()
                return answer
            if event["type"] == "response.output_item.done":
                conversation.items.append(event["item"])
            line = json.dumps(event | {"sequence_number": number}, separators=(",", ":"))
            await answer.write(f"event: {event['type']}\ndata: {line}\n\n".encode())
        await answer.write_eof()
        return answer

    def _conversation(self, named: Any) -> Conversation:
        """The conversation a request names, or one for this request only."""
        if named is None:
            return Conversation("", {})
        return self.store.get(named if isinstance(named, str) else named["id"])

    async def _create(self, request: web.Request) -> web.Response:
        body = request[BODY]
        created = self.store.create(body.get("items") or [], body.get("metadata") or {})
        return web.json_response(created.resource())

    async def _retrieve(self, request: web.Request) -> web.Response:
        return web.json_response(self.store.get(request.match_info["id"]).resource())

    async def _delete(self, request: web.Request) -> web.Response:
        self.store.delete(request.match_info["id"])
        return web.json_response({"id": request.match_info["id"], "object": "conversation.deleted", "deleted": True})

    async def _list_items(self, request: web.Request) -> web.Response:
        items = self.store.get(request.match_info["id"]).items
        limit = int(request.query.get("limit", 20))
        if not 1 <= limit <= 100:
            raise ApiError(400, "Invalid 'limit': expected a value between 1 and 100.", param="limit")
        ordered = items if request.query.get("order") == "asc" else items[::-1]
        after = request.query.get("after")
        start = next((index + 1 for index, item in enumerate(ordered) if item["id"] == after), 0)
        page = ordered[start : start + limit]
        return web.json_response(_listed(page, more=start + limit < len(ordered)))

    async def _create_items(self, request: web.Request) -> web.Response:
        conversation = self.store.get(request.match_info["id"])
        added = stored(request[BODY]["items"])
        conversation.items += added
        return web.json_response(_listed(added, more=False))

    async def _delete_item(self, request: web.Request) -> web.Response:
        conversation = self.store.get(request.match_info["id"])
        kept = [item for item in conversation.items if item["id"] != request.match_info["item"]]
        if len(kept) == len(conversation.items):
            raise ApiError(404, f"Item with id '{request.match_info['item']}' not found.")
        conversation.items = kept
        return web.json_response(conversation.resource())

    async def _model(self, request: web.Request) -> web.Response:
        name = request.match_info["model"]
        if name not in self._models:
            raise ApiError(404, f"The model '{name}' does not exist.", "model_not_found", "model")
        return web.json_response({"id": name, "object": "model", "created": 0, "owned_by": "test"})


def _input(given: Any) -> list[Item]:
    return [{"type": "message", "role": "user", "content": given}] if isinstance(given, str) else given


def _listed(page: list[Item], *, more: bool) -> dict[str, Any]:
    return {
        "object": "list",
        "data": page,
        "has_more": more,
        "first_id": page[0]["id"] if page else "",
        "last_id": page[-1]["id"] if page else "",
    }
