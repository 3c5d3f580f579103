"""The way to a database that is far away: a proxy on loopback that counts round trips, delays them, or is cut.

A round trip is what the client waits for: it has sent a Sync or a simple query and needs the answer before it goes on
(https://www.postgresql.org/docs/current/protocol-flow.html). What is sent together is one, whatever it says.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from sqlalchemy.engine import make_url

_WAITS = b"SQ"
"""Sync and Query: the messages that the server answers with ReadyForQuery."""
_PARSE, _QUERY = b"P", b"Q"
_START = 8
"""Bytes of a message before the connection is set up: its length and its code."""
_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102


@dataclass(slots=True)
class Far:
    """A database behind a long wire."""

    url: str
    """Where it is reached."""
    delay: float = 0.0
    """Seconds that the server's answers take longer."""
    trips: int = 0
    connections: int = 0
    sent: list[str] = field(default_factory=list)
    """The statements, in the order in which they came."""
    lose: str = ""
    """The next statement with these words gets through, its answer doesn't: the connection ends then."""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the last connection has ended."""

    @contextmanager
    def counted(self) -> Iterator[Far]:
        """Begin to count anew."""
        self.trips, self.connections = 0, 0
        self.sent.clear()
        yield self

    def cut(self) -> None:
        """Every connection ends without a word."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def cut_off(self) -> None:
        """The same, and both ends have noticed."""
        if self._writers:
            self._quiet.clear()
            self.cut()
            await self._quiet.wait()

    async def serve(self, socket: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        upstream_reader, upstream = await asyncio.open_unix_connection(socket)
        self._writers |= {writer, upstream}
        deaf = asyncio.Event()
        back = asyncio.create_task(self._back(upstream_reader, writer, deaf))
        try:
            await self._start(reader, writer, upstream)
            while True:
                kind = await reader.readexactly(1)
                length = await reader.readexactly(4)
                body = await reader.readexactly(int.from_bytes(length) - 4)
                self._note(kind, body, deaf)
                upstream.write(kind + length + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            self._writers -= {writer, upstream}
            if not self._writers:
                self._quiet.set()
            with contextlib.suppress(ConnectionError):
                await upstream.drain()
            upstream.close()
            writer.close()
            back.cancel()

    async def _start(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: asyncio.StreamWriter
    ) -> None:
        while True:
            head = await reader.readexactly(_START)
            length, code = int.from_bytes(head[:4]), int.from_bytes(head[4:])
            rest = await reader.readexactly(length - _START)
            if code not in (_SSL, _GSS):
                upstream.write(head + rest)
                self.connections += code != _CANCEL
                return
            writer.write(b"N")

    def _note(self, kind: bytes, body: bytes, deaf: asyncio.Event) -> None:
        self.trips += kind in _WAITS
        sql = body.rstrip(b"\0") if kind == _QUERY else body.split(b"\0")[1] if kind == _PARSE else b""
        if sql:
            self.sent.append(sql.decode())
        if self.lose and self.lose in sql.decode():
            self.lose = ""
            deaf.set()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deaf: asyncio.Event) -> None:
        """What the server says, each piece so much later than it was said."""
        loop = asyncio.get_running_loop()
        while data := await reader.read(1 << 16):
            if deaf.is_set():
                writer.transport.abort()
                return
            loop.call_later(self.delay, writer.write, data)
        loop.call_later(self.delay, writer.close)


@asynccontextmanager
async def far(url: str, *, delay: float = 0.0) -> AsyncIterator[Far]:
    """Put a wire before the database of `url`, which is reached by a Unix socket."""
    near = make_url(url)
    folder = near.query["host"]
    wire = Far("", delay)
    server = await asyncio.start_server(
        lambda reader, writer: wire.serve(f"{folder}/.s.PGSQL.{near.port or 5432}", reader, writer), "127.0.0.1", 0
    )
    host, port = server.sockets[0].getsockname()[:2]
    wire.url = near.set(host=host, port=port, query={}).render_as_string(hide_password=False)
    try:
        yield wire
    finally:
        wire.cut()
        server.close()
