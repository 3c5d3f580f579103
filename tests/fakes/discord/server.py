"""The stand-in as a server on loopback: REST and gateway, its people, its faults, its accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from aiohttp import web

from tests.fakes.discord.accounts import Call, Seen
from tests.fakes.discord.acts import Acts
from tests.fakes.discord.control import Control
from tests.fakes.discord.errors import REFUSALS
from tests.fakes.discord.faults import Drop, Fault
from tests.fakes.discord.flags import Intent
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.http import Api

PATIENCE = 10.0
"""Seconds after which what is waited for won't come."""


class DiscordServer(Acts):
    """The service. `second` is how long a second of the rate limits lasts; `checked` whether bodies are checked."""

    def __init__(self, *, second: float = 1.0, limits: bool = True, checked: bool | None = None) -> None:
        super().__init__()
        self.gateway = Gateway(self.world)
        self.world.tell = self.gateway.tell
        self.api = Api(self.world)
        self.api.limits.second = second
        self.limits = limits
        if checked is not None:
            self.api.checked = checked
        self.api_url = ""
        self.gateway_url = ""
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def calls(self) -> list[Call]:
        """The requests so far."""
        return self.world.accounts.calls

    @property
    def visible(self) -> list[Seen]:
        """Each time a message of the bot could be read anew, and when."""
        return self.world.accounts.visible

    @property
    def invalid(self) -> list[str]:
        """What broke the published description so far, of requests and of answers."""
        return self.world.accounts.invalid

    @property
    def limits(self) -> bool:
        """Whether rate limits are in force."""
        return self.api.limits.on

    @limits.setter
    def limits(self, on: bool) -> None:
        self.api.limits.on = on

    @property
    def connections(self) -> int:
        """How many shards are connected."""
        return len(self.gateway.connected)

    def asked(self, operation: str) -> list[Call]:
        """The requests of that operation so far, those refused too."""
        return [call for call in self.calls if call.operation == operation]

    async def until(self, holds: Callable[[], object], timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until that is so, looking at every change; raises TimeoutError."""
        await self.world.accounts.until(holds, timeout)

    async def connected(self, count: int = 1) -> None:
        """Wait until so many shards are connected; raises TimeoutError."""
        await self.until(lambda: self.connections >= count)

    def fail(
        self,
        operation: str = "*",
        *,
        status: int = 0,
        code: int = 0,
        drop: Drop | None = None,
        times: int = 1,
        only: str = "",
    ) -> None:
        """Let so many requests go wrong: by a status, by an error code, or by a connection that is cut.

        `only`: those whose path has this in it.
        """
        usual, message = REFUSALS.get(code, (status or 500, ""))
        wrong = 0 if drop else status or usual
        self.api.faults.waiting.append(Fault(operation, wrong, code, message, drop, times, only))

    def slow(self, operation: str, seconds: float) -> None:
        """Let an operation take so long from now on; `*` is all of them."""
        self.api.faults.delays[operation] = seconds

    def well(self) -> None:
        """End all faults and slowness."""
        self.api.faults.clear()

    def storm(self, seconds: float) -> None:
        """Answer everything with a global 429 for so long."""
        self.api.limits.storm(seconds)

    async def revoke(self) -> None:
        """Take the token back."""
        self.world.revoked = True
        await self.gateway.close(4004)

    def grant(self, intents: Intent) -> None:
        """Turn these privileged intents on in the portal, and all others off."""
        self.world.granted = intents

    def disconnect(self) -> None:
        """Cut every connection of the gateway; the bot may resume."""
        self.gateway.abort()

    async def close(self, code: int = 1000) -> None:
        """Close every connection of the gateway with a code."""
        await self.gateway.close(code)

    def reconnect(self) -> None:
        """Ask the bot to connect again (opcode 7)."""
        self.gateway.to_all(7)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Say that the session is invalid (opcode 9); one that can't be resumed is lost."""
        self.gateway.to_all(9, resumable)
        if not resumable:
            self.gateway.forget()

    def redeliver(self, name: str = "MESSAGE_CREATE") -> None:
        """Send the newest event of that name once more, as it happens when a session moves between servers."""
        self.world.publish(self.gateway.last[name])

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `api_url` and `gateway_url` tell where."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.add_routes([web.get("/gateway", self.gateway.serve), *Control(self).routes(), *self.api.routes()])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, bound = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{bound}/api/v10"
        self.gateway_url = self.world.gateway_url = f"ws://{host}:{bound}/gateway"
        self.world.files_url = f"http://{host}:{bound}/attachments"

    async def stop(self) -> None:
        """Stop listening; connections are cut."""
        self.gateway.abort()
        if self._runner:
            await self._runner.cleanup()
