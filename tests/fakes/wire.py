"""A wire between the bot and a server that can be cut, frozen and mended, as a network does it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self

from sqlalchemy.engine import make_url

_CHUNK = 65_536


class Wire:
    """Listens on loopback and hands everything on to a port of this machine."""

    def __init__(self, target: int = 0) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self.port = 0
        """Where it begins."""
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._pipes: set[asyncio.Task[None]] = set()
        self.accepted = 0
        """Connections so far."""

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()
        for pipe in list(self._pipes):
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def mend(self) -> None:
        """Take connections, at the same port as before."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse new connections, and break those that are."""
        server, self._server = self._server, None
        if server:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        self._flowing.set()

    def freeze(self) -> None:
        """Take connections and hand nothing on, either way, until it is mended."""
        self._flowing.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._writers.add(writer)
        try:
            await self._flowing.wait()
            there, back = await self._connect()
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(back)
        for source, sink in ((reader, back), (there, writer)):
            pipe = asyncio.create_task(self._pipe(source, sink))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._target)

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                await self._flowing.wait()
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
        self._writers.discard(sink)


class PostgresWire(Wire):
    """Leads to the Postgres of `url`, over its socket or TCP."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = make_url(url)

    @property
    def url(self) -> str:
        """The database behind the wire; TLS is asked of nobody."""
        address = self._url.set(host="127.0.0.1", port=self.port, query={"sslmode": "disable"})
        return address.render_as_string(hide_password=False)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder, port = self._url.query.get("host"), self._url.port or 5432
        if isinstance(folder, str) and folder.startswith("/"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._url.host or "127.0.0.1", port)
