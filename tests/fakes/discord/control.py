"""Control of the stand-in over HTTP, for those that run it as a process of its own; `RemoteDiscord` speaks it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.discord.model import Channel, Json, Message

if TYPE_CHECKING:
    from tests.fakes.discord.server import DiscordServer


class Control:
    """The paths below `/control/`. Times are seconds on the server's monotonic clock, as `GET time` tells it."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/control/time", self._time),
            web.get("/control/seen", self._seen),
            web.get("/control/calls", self._calls),
            web.post("/control/user", self._user),
            web.post("/control/channel", self._channel),
            web.post("/control/thread", self._thread),
            web.post("/control/say", self._say),
            web.post("/control/reset", self._reset),
            web.post("/control/limits", self._limits),
            web.post("/control/disconnect", self._disconnect),
        ]

    async def _time(self, _: web.Request) -> web.Response:
        return web.json_response({"now": time.monotonic(), "connections": self._server.connections})

    async def _seen(self, request: web.Request) -> web.Response:
        """What people could read of the bot's, and when; after the first `from` of them."""
        start = int(request.query.get("from", "0"))
        return web.json_response(
            [
                {
                    "at": one.at,
                    "message": str(one.message.id),
                    "channel": str(one.message.channel.id),
                    "text": one.text,
                    "custom_ids": one.message.custom_ids,
                }
                for one in self._server.visible[start:]
            ]
        )

    async def _calls(self, _: web.Request) -> web.Response:
        """The requests, without their bodies."""
        fields = ("operation", "path", "status", "code", "at")
        return web.json_response([{name: getattr(call, name) for name in fields} for call in self._server.calls])

    async def _user(self, request: web.Request) -> web.Response:
        user = self._server.user((await request.json())["name"])
        return web.json_response({"id": str(user.id)})

    async def _channel(self, request: web.Request) -> web.Response:
        channel = self._server.channel((await request.json())["name"])
        return web.json_response({"id": str(channel.id)})

    async def _thread(self, request: web.Request) -> web.Response:
        """A thread that a person begins in a channel, with the bot in it."""
        body = await request.json()
        world = self._server.world
        thread = self._server.thread(world.users[int(body["user"])], self._place(body), body["name"])
        await self._server.add_to_thread(world.bot, thread)
        return web.json_response({"id": str(thread.id)})

    async def _say(self, request: web.Request) -> web.Response:
        """A message of a person; `user`, `channel`, `text`, and whether it should `mention` the bot."""
        body = await request.json()
        user = self._server.world.users[int(body["user"])]
        said: Message = await self._server.say(
            user, self._place(body), body["text"], mention=body.get("mention", False)
        )
        return web.json_response({"id": str(said.id), "at": time.monotonic()})

    async def _reset(self, _: web.Request) -> web.Response:
        """Forget what was asked and seen so far."""
        self._server.calls.clear()
        self._server.visible.clear()
        return web.json_response({})

    async def _limits(self, request: web.Request) -> web.Response:
        self._server.limits = (await request.json())["on"]
        return web.json_response({})

    async def _disconnect(self, _: web.Request) -> web.Response:
        self._server.disconnect()
        return web.json_response({})

    def _place(self, body: Json) -> Channel:
        return self._server.world.channels[int(body["channel"])]
