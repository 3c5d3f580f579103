"""The REST API over HTTP: who may ask, how much, what is answered, and what is written down of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import BodyPartReader, web

from tests.fakes.discord import description
from tests.fakes.discord.accounts import Call
from tests.fakes.discord.errors import ApiError, Form, refusal, unauthorized
from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.limits import LimitedError, Limits
from tests.fakes.discord.model import Attachment, Json
from tests.fakes.discord.rest import OPERATIONS, Asked, Operation
from tests.fakes.discord.world import World

PREFIX = "/api/v10"
JSON = "application/json"


class Api:
    """The operations as routes."""

    def __init__(self, world: World) -> None:
        self.limits = Limits()
        self.faults = Faults()
        self.checked = description.present()
        """Whether requests and answers are checked against the published description."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All of them; the paths that name something come before those that hold an id."""
        ordered = sorted(OPERATIONS, key=lambda one: [part.startswith("{") for part in one.path.split("/")])
        return [
            *(web.route(one.method, PREFIX + one.path, self._handler(one)) for one in ordered),
            web.get("/attachments/{id}/{name}", self._file),
            web.route("*", PREFIX + "/{rest:.*}", self._nothing),
        ]

    def _handler(self, operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(operation, request)

        return handle

    async def _handle(self, operation: Operation, request: web.Request) -> web.StreamResponse:
        args = dict(request.match_info)
        call = Call(operation.name, request.path.removeprefix(PREFIX), args, dict(request.query), None)
        self._world.accounts.calls.append(call)
        fault = self.faults.take(operation.name, request.path)
        headers: dict[str, str] = {}
        try:
            if not operation.open:
                self._admit(request.headers.get("Authorization"))
            headers = self.limits.take(operation.name, args, free=operation.open)
            await self.faults.pause(operation.name)
            if fault:
                self._befall(fault)
            asked = await self._read(request, call)
            if fault and fault.drop == "before":
                return self._hang_up(request)
            answer = self._run(operation, asked, call)
            if fault and fault.drop == "after":
                return self._hang_up(request)
            status = operation.status if answer is not None else 204
        except ApiError as error:
            answer, status, call.code = error.body, error.status, error.code
        except LimitedError as limited:
            answer, status, headers = limited.body, 429, limited.headers
        call.status = status
        self._world.accounts.changed()
        if answer is None:
            return web.Response(status=204, headers=headers)
        if self.checked:
            self._world.accounts.invalid += description.answer_problems(operation.name, status, answer)
        return _answer(answer, status, headers)

    def _run(self, operation: Operation, asked: Asked, call: Call) -> Json | list[Json] | None:
        """Do it. What no rule here expects is refused where the description doesn't allow it."""
        try:
            return operation.run(self._world, asked)
        except (AttributeError, KeyError, TypeError, ValueError):
            if not call.problems:
                raise
            form = Form()
            for problem in call.problems:
                form.wrong((), "BASE_TYPE_BAD_TYPE", problem)
            form.done()
            raise

    def _admit(self, authorization: str | None) -> None:
        if self._world.revoked or authorization != f"Bot {self._world.token}":
            raise unauthorized()

    def _befall(self, fault: Fault) -> None:
        if fault.status == 429:
            raise LimitedError(1.0, "shared", {})
        if fault.status:
            raise ApiError(fault.status, fault.code, fault.message or f"{fault.status}: Internal Server Error")

    async def _read(self, request: web.Request, call: Call) -> Asked:
        """The request's body, and the files that came with it; raises ApiError 50109."""
        files: list[Attachment] = []
        if request.content_type == "multipart/form-data":
            raw, files = await self._parts(request)
        else:
            raw = await request.read()
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            raise refusal(50109) from None
        call.body = body
        if self.checked and body is not None:
            call.problems = description.request_problems(call.operation, body)
            self._world.accounts.invalid += call.problems
        if isinstance(body, list):
            return Asked(call.args, call.query, {}, body, files)
        return Asked(call.args, call.query, body if isinstance(body, dict) else {}, [], files)

    async def _parts(self, request: web.Request) -> tuple[bytes, list[Attachment]]:
        """The JSON of a form, and its files."""
        raw, files = b"", []
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            content = bytes(await part.read())
            if part.name == "payload_json":
                raw = content
                continue
            kind = part.headers.get("Content-Type", "application/octet-stream")
            name, home = part.filename or "unknown", self._world.files_url
            file = Attachment(self._world.ids.fresh(), name, content, kind, home)
            self._world.files[file.id] = file
            files.append(file)
        return raw, files

    async def _file(self, request: web.Request) -> web.Response:
        """What was uploaded."""
        file = self._world.files.get(int(request.match_info["id"]))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})

    async def _nothing(self, request: web.Request) -> web.Response:
        """What the stand-in doesn't know; it is written down, since the real one may."""
        self._world.accounts.invalid.append(f"unknown operation {request.method} {request.path}")
        return _answer({"message": "404: Not Found", "code": 0}, 404, {})

    def _hang_up(self, request: web.Request) -> web.Response:
        """Close the connection without another word."""
        if request.transport:
            request.transport.abort()
        return web.Response()


def _answer(body: Json | list[Json], status: int, headers: dict[str, str]) -> web.Response:
    """The type has to be exactly this: clients don't read JSON under any other."""
    packed = json.dumps(body, separators=(",", ":")).encode()
    return web.Response(body=packed, status=status, headers=headers | {"Content-Type": JSON})
