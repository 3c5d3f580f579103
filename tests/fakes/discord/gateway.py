"""The gateway: hello, identify, resume, heartbeats, and every way it ends.

Source: https://docs.discord.com/developers/events/gateway.
"""

from __future__ import annotations

import asyncio
import contextlib
import json

from aiohttp import WSMsgType, web

from tests.fakes.discord import ready
from tests.fakes.discord.flags import KNOWN_INTENTS, PRIVILEGED, Intent
from tests.fakes.discord.model import Json
from tests.fakes.discord.session import Link, Session, Wording, new_session_id, packed
from tests.fakes.discord.world import Event, World

CLOSED = {
    4001: "Unknown opcode.",
    4002: "Error while decoding payload.",
    4003: "Not authenticated.",
    4004: "Authentication failed.",
    4005: "Already authenticated.",
    4007: "Invalid seq.",
    4009: "Session timed out.",
    4010: "Invalid shard.",
    4011: "Sharding required.",
    4013: "Invalid intent(s).",
    4014: "Disallowed intent(s).",
}
"""Why a connection is closed. Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes."""


class ClosingError(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gateway:
    """All sessions, those without a connection too."""

    def __init__(self, world: World) -> None:
        self.sessions: dict[str, Session] = {}
        self.heartbeat_ms = 41_250
        self.sharding_required = False
        """Whether a bot that asks for one shard of one is turned away."""
        self.last: dict[str, Event] = {}
        """The newest event of each name."""
        self._world = world
        self._links: set[Link] = set()

    @property
    def connected(self) -> list[Session]:
        """The sessions that have a connection now."""
        return [session for session in self.sessions.values() if session.link]

    def tell(self, event: Event) -> None:
        """Send an event to every session that wants it, and keep it for those that are away."""
        self.last[event.name] = event
        wording = Wording(event, self._world.bot)
        for session in self.sessions.values():
            if session.wants(event):
                session.dispatch(event.name, wording.for_(session))

    def to_all(self, op: int, data: bool | None = None) -> None:
        """Send an opcode without an event to everyone connected."""
        for session in self.connected:
            if session.link:
                session.link.send(packed({"op": op, "d": data, "s": None, "t": None}))

    def abort(self) -> None:
        """Cut every connection; the sessions stay."""
        for link in self._links:
            link.abort()

    async def close(self, code: int) -> None:
        """Close every connection with a code; the sessions stay."""
        for link in list(self._links):
            await link.close(code, CLOSED.get(code, ""))

    def forget(self) -> None:
        """Lose every session: nothing can be resumed."""
        self.sessions.clear()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from its hello to its end."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=4096 * 4)
        await socket.prepare(request)
        link = Link(socket, request, compressed=request.query.get("compress") == "zlib-stream")
        self._links.add(link)
        writer = asyncio.create_task(link.write())
        link.send(packed({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None}))
        try:
            await self._listen(link)
        except ClosingError as closing:
            await link.close(closing.code, CLOSED[closing.code])
        finally:
            self._links.discard(link)
            self._let_go(link)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writer
        return socket

    def _let_go(self, link: Link) -> None:
        for session in self.sessions.values():
            if session.link is link:
                session.link = None
        self._world.accounts.changed()

    async def _listen(self, link: Link) -> None:
        """Do what the bot sends; raises ClosingError."""
        session: Session | None = None
        async for frame in link.socket:
            if frame.type is not WSMsgType.TEXT:
                raise ClosingError(4002)
            try:
                sent = json.loads(frame.data)
            except ValueError:
                raise ClosingError(4002) from None
            session = self._do(link, session, sent.get("op"), sent.get("d"))

    def _do(self, link: Link, session: Session | None, op: int, data: Json) -> Session | None:
        """One thing the bot sends; returns the connection's session."""
        match op:
            case 1:
                if session:
                    session.received(data if isinstance(data, int) else None)
                link.send(packed({"op": 11, "d": None, "s": None, "t": None}))
            case 2 | 6 if session:
                raise ClosingError(4005)
            case 2:
                return self._identify(link, data)
            case 6:
                return self._resume(link, data)
            case 3 | 4 | 8 if session is None:
                raise ClosingError(4003)
            case 8:
                assert session, "checked above"
                session.dispatch("GUILD_MEMBERS_CHUNK", packed(ready.members(self._world, data)))
            case 3 | 4:
                pass
            case _:
                raise ClosingError(4001)
        return session

    def _admit(self, token: str | None) -> None:
        if self._world.revoked or token != self._world.token:
            raise ClosingError(4004)

    def _identify(self, link: Link, data: Json) -> Session:
        """A new session: ready, then every server."""
        self._admit(data.get("token"))
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise ClosingError(4010)
        if self.sharding_required and count == 1:
            raise ClosingError(4011)
        asked = data.get("intents", 0)
        if not isinstance(asked, int) or not 0 <= asked <= KNOWN_INTENTS:
            raise ClosingError(4013)
        if Intent(asked) & PRIVILEGED & ~self._world.granted:
            raise ClosingError(4014)
        for name in [name for name, one in self.sessions.items() if one.shard == number and one.link is None]:
            del self.sessions[name]
        session = Session(new_session_id(self._world.ids), number, count, Intent(asked), link)
        self.sessions[session.id] = session
        session.dispatch("READY", packed(ready.ready(self._world, session)))
        for guild in self._world.guilds.values():
            if guild.installed and session.holds(guild.id):
                session.dispatch("GUILD_CREATE", packed(ready.server_json(self._world, guild) | {"unavailable": False}))
        self._world.accounts.changed()
        return session

    def _resume(self, link: Link, data: Json) -> Session | None:
        """An earlier session goes on where it broke off; one that is gone has to begin anew."""
        self._admit(data.get("token"))
        session = self.sessions.get(data.get("session_id", ""))
        missed = session.missed(data.get("seq") or 0) if session else None
        if session is None or missed is None:
            link.send(packed({"op": 9, "d": False, "s": None, "t": None}))
            return None
        if session.link:
            session.link.abort()
        session.link = link
        for frame in missed:
            link.send(frame)
        session.dispatch("RESUMED", "{}")
        self._world.accounts.changed()
        return session
