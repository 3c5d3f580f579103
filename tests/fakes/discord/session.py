"""A gateway session: what was sent in it, for whom, and what can be sent again."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.discord.flags import Intent
from tests.fakes.discord.ids import Snowflakes
from tests.fakes.discord.model import Json, User
from tests.fakes.discord.shapes import reads, without_content
from tests.fakes.discord.world import Event

REMEMBERED = 10_000
"""How many events a session can be sent again."""


class Link:
    """One websocket connection; frames are compressed as one stream, and sent in order."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, *, compressed: bool) -> None:
        self.socket = socket
        self._transport = request.transport
        self._compressor = zlib.compressobj() if compressed else None
        self._waiting: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, frame: str) -> None:
        """Send it after what was given before."""
        self._waiting.put_nowait(frame)

    async def write(self) -> None:
        """Send what is given until the connection ends."""
        while (frame := await self._waiting.get()) is not None:
            if self._compressor is None:
                await self.socket.send_str(frame)
                continue
            packed = self._compressor.compress(frame.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)

    def abort(self) -> None:
        """Cut the connection without a word."""
        if self._transport:
            self._transport.abort()

    async def close(self, code: int, reason: str) -> None:
        """Close it with a code."""
        await self.socket.close(code=code, message=reason.encode())


@dataclass(slots=True, eq=False)
class Session:
    """What one shard of the bot is told; it outlives its connections."""

    id: str
    shard: int
    shards: int
    intents: Intent
    link: Link | None = None
    seq: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def wants(self, event: Event) -> bool:
        """Whether the event is for this shard, and was asked for."""
        return (not event.intent or bool(event.intent & self.intents)) and self.holds(
            event.guild.id if event.guild else 0
        )

    def holds(self, guild_id: int) -> bool:
        """Whether the server is this shard's; direct messages are the first one's."""
        return (guild_id >> 22) % self.shards == self.shard

    def dispatch(self, name: str, data: str) -> None:
        """Send an event, or keep it until the bot resumes."""
        self.seq += 1
        frame = f'{{"op":0,"s":{self.seq},"t":"{name}","d":{data}}}'
        self.sent.append((self.seq, frame))
        if self.link:
            self.link.send(frame)

    def received(self, seq: int | None) -> None:
        """The bot has everything up to there; it need not be kept."""
        while seq and self.sent and self.sent[0][0] <= seq:
            self.sent.popleft()

    def missed(self, seq: int) -> list[str] | None:
        """What was sent after that number, or None where some of it is no longer kept."""
        first = self.sent[0][0] if self.sent else self.seq + 1
        if not first - 1 <= seq <= self.seq:
            return None
        return [frame for number, frame in self.sent if number > seq]


class Wording:
    """An event's data as text: made once, and once more for those who may not read messages."""

    def __init__(self, event: Event, bot: User) -> None:
        self._event = event
        self._bot = bot
        self._full: str | None = None
        self._bare: str | None = None

    def for_(self, session: Session) -> str:
        """The data for that session."""
        message = self._event.message
        if message is None or session.intents & Intent.MESSAGE_CONTENT or reads(message, self._bot):
            self._full = self._full or packed(self._event.data)
            return self._full
        self._bare = self._bare or packed(without_content(self._event.data))
        return self._bare


def packed(data: Json | list[Json] | bool | None) -> str:
    """JSON without spaces."""
    return json.dumps(data, separators=(",", ":"))


def new_session_id(ids: Snowflakes) -> str:
    """A session's name."""
    return f"{ids.fresh():032x}"
