"""How Slack hands over what happens: by websockets (Socket Mode) or HTTP, again until it is acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

Json = dict[str, object]

RETRIES = 3


@dataclass(slots=True)
class Delivery:
    """Something handed over. `done` is set once it is acknowledged; `response` is what came with that."""

    kind: str
    """`events_api`, `slash_commands` or `interactive`."""
    payload: Json
    envelope_id: str
    attempts: int = 0
    response: Json | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    _timer: asyncio.TimerHandle | None = None

    def envelope(self) -> Json:
        """As Socket Mode has it."""
        told: Json = {
            "envelope_id": self.envelope_id,
            "type": self.kind,
            "accepts_response_payload": self.kind != "events_api",
            "payload": self.payload,
        }
        if self.attempts > 1:
            told |= {"retry_attempt": self.attempts - 1, "retry_reason": "timeout"}
        return told


class Envelopes:
    """Hands things over to whoever is connected."""

    def __init__(self, signing_secret: str, changed: Callable[[], None]) -> None:
        self.ack_seconds = 3.0
        self.events_urls: Sequence[str] = ()
        """Where events go by HTTP, one after the other, as behind a balancer; none: Socket Mode."""
        self.waits = True
        """Whether what nobody is there to take waits for somebody: Slack's last try comes after six minutes."""
        self.delivered: list[Delivery] = []
        """Everything, oldest first."""
        self._changed = changed
        self._secret = signing_secret
        self._ids = itertools.count(1)
        self._sockets: list[web.WebSocketResponse] = []
        self._open: dict[str, tuple[Delivery, web.WebSocketResponse]] = {}
        self._waiting: deque[Delivery] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._turn = 0

    @property
    def connections(self) -> int:
        """How many websockets are open."""
        return len(self._sockets)

    @property
    def unacknowledged(self) -> int:
        """How many things nobody has acknowledged yet."""
        return len(self._open) + len(self._waiting)

    def hand_over(self, kind: str, payload: Json) -> Delivery:
        """Hand something over, now or as soon as somebody is connected."""
        delivery = Delivery(kind, payload, f"env-{next(self._ids)}")
        self.delivered.append(delivery)
        self._send(delivery)
        return delivery

    def again(self, delivery: Delivery) -> None:
        """Hand the same thing over once more, as if nobody had acknowledged it."""
        delivery.done.clear()
        self._send(delivery)

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of Socket Mode."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json(
            {"type": "hello", "num_connections": len(self._sockets), "connection_info": {"app_id": "A0TASKS"}}
        )
        self._changed()
        while self._waiting:
            self._send(self._waiting.popleft())
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self._lost(socket)
        return socket

    async def refresh(self) -> None:
        """Slack asks to connect anew, as it does every few hours."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    def disconnect(self) -> None:
        """Cut every connection, without a word."""
        for socket in list(self._sockets):
            transport = socket._req.transport if socket._req else None
            if transport:
                transport.abort()

    async def close(self) -> None:
        """End everything."""
        for socket in list(self._sockets):
            await socket.close()
        for task in list(self._tasks):
            task.cancel()
        if self._session:
            await self._session.close()

    def _send(self, delivery: Delivery) -> None:
        delivery.attempts += 1
        self._changed()
        if self.events_urls:
            self._keep(asyncio.create_task(self._post(delivery)))
        elif not self._sockets:
            delivery.attempts -= 1
            if self.waits:
                self._waiting.append(delivery)
        else:
            self._turn += 1
            socket = self._sockets[self._turn % len(self._sockets)]
            self._open[delivery.envelope_id] = (delivery, socket)
            delivery._timer = asyncio.get_running_loop().call_later(self.ack_seconds, self._timeout, delivery)
            self._keep(asyncio.create_task(self._write(delivery, socket)))

    async def _write(self, delivery: Delivery, socket: web.WebSocketResponse) -> None:
        try:
            await socket.send_json(delivery.envelope())
        except ConnectionError:
            self._lost(socket)

    def _acknowledged(self, told: Json) -> None:
        found = self._open.pop(str(told.get("envelope_id")), None)
        if found is None:
            return
        delivery = found[0]
        if delivery._timer:
            delivery._timer.cancel()
        payload = told.get("payload")
        delivery.response = payload if isinstance(payload, dict) else None
        delivery.done.set()
        self._changed()

    def _timeout(self, delivery: Delivery) -> None:
        if (
            self._open.pop(delivery.envelope_id, None)
            and delivery.kind == "events_api"
            and delivery.attempts <= RETRIES
        ):
            self._send(delivery)

    def _lost(self, socket: web.WebSocketResponse) -> None:
        """A connection is gone: what it had not acknowledged is handed over again."""
        if socket not in self._sockets:
            return
        self._sockets.remove(socket)
        for delivery, taker in list(self._open.values()):
            if taker is socket:
                del self._open[delivery.envelope_id]
                if delivery._timer:
                    delivery._timer.cancel()
                self._send(delivery)
        self._changed()

    async def _post(self, delivery: Delivery) -> None:
        """By HTTP, signed (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        body, content = self._body(delivery)
        stamp = str(int(time.time()))
        digest = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"content-type": content, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
        if delivery.attempts > 1:
            headers |= {"x-slack-retry-num": str(delivery.attempts - 1), "x-slack-retry-reason": "http_error"}
        self._turn += 1
        address = self.events_urls[self._turn % len(self.events_urls)]
        try:
            timeout = aiohttp.ClientTimeout(total=self.ack_seconds)
            async with self._session.post(address, data=body, headers=headers, timeout=timeout) as answer:
                said = await answer.text()
                taken = answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            taken, said = False, ""
        if taken:
            delivery.response = json.loads(said) if said.startswith("{") else None
            delivery.done.set()
            self._changed()
        elif delivery.kind == "events_api" and delivery.attempts <= RETRIES:
            self._send(delivery)

    def _body(self, delivery: Delivery) -> tuple[str, str]:
        match delivery.kind:
            case "events_api":
                return json.dumps(delivery.payload), "application/json"
            case "slash_commands":
                return urlencode(
                    {key: str(value) for key, value in delivery.payload.items()}
                ), "application/x-www-form-urlencoded"
            case _:
                return urlencode({"payload": json.dumps(delivery.payload)}), "application/x-www-form-urlencoded"

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
