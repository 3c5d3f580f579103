"""discord.py's client: least intents, nothing cached that isn't needed, its addresses from the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.desk import Desk
from adapters.discord.operations import REQUESTS, operation
from adapters.discord.settings import DiscordSettings
from adapters.discord.sockets import connector

log = structlog.get_logger()

Handler = Callable[[Any], Awaitable[None]]

_GUILDS_WITHIN = 0.5
"""Seconds to wait for the next server's data before the bot counts as ready."""


class Client(discord.AutoShardedClient):
    """Hands events on; all else is discord.py's: sessions, resuming, heartbeats, rate limits."""

    def __init__(self, settings: DiscordSettings, *, reads: bool) -> None:
        """`reads`: whether to ask for the content of messages that don't mention the bot, a privileged intent."""
        # discord.py knows no other way to be pointed elsewhere than these two class attributes
        Route.BASE = settings.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
        # the bot has no voice, which is no reason for two warnings at each start
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        options: dict[str, Any] = {"shard_ids": list(settings.shard_ids)} if settings.shard_ids is not None else {}
        if traces := REQUESTS.traces(operation):
            options["http_trace"] = traces[0]
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=reads),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=_GUILDS_WITHIN,
            connector=connector(),
            shard_count=settings.shard_count,
            **options,
        )
        self.desk: Desk | None = None
        """What its listeners work with, once it is logged in."""
        self.heard: Handler | None = None
        """Takes messages."""
        self.pressed: Handler | None = None
        """Takes buttons, menus and forms; commands go through the tree."""
        self.edited: Handler | None = None
        """Takes changes of messages."""
        self.deleted: Callable[[discord.Guild | None, int, Iterable[int]], Awaitable[None]] | None = None
        """Takes messages that are gone: their server and channel, and which."""
        self.begun: Callable[[], Awaitable[None]] | None = None
        """Called once connected, and again after each gap that couldn't be resumed, be it of one shard or server."""

    @property
    def away(self) -> tuple[int, ...]:
        """The shards of this process whose gateway connection is closed right now."""
        return tuple(number for number, shard in self.shards.items() if shard.is_closed())

    async def on_message(self, message: discord.Message) -> None:
        """See `heard`."""
        if self.heard:
            await self.heard(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """See `edited`."""
        if self.edited:
            await self.edited(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """See `deleted`."""
        if self.deleted:
            await self.deleted(self._server(payload.guild_id), payload.channel_id, [payload.message_id])

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """See `deleted`."""
        if self.deleted:
            await self.deleted(self._server(payload.guild_id), payload.channel_id, sorted(payload.message_ids))

    def _server(self, number: int | None) -> discord.Guild | None:
        return self.get_guild(number) if number else None

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """See `pressed`."""
        of_message = (discord.InteractionType.component, discord.InteractionType.modal_submit)
        if self.pressed and interaction.type in of_message:
            await self.pressed(interaction)

    async def on_ready(self) -> None:
        """See `begun`."""
        if self.begun:
            await self.begun()

    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session of one shard: what came between is not replayed."""
        await self._gap()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server that was away, at the start or later."""
        await self._gap()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server that is new to this session."""
        await self._gap()

    async def _gap(self) -> None:
        if self.begun and self.is_ready():
            await self.begun()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong in a listener, without the event: it holds what people wrote."""
        log.exception("discord.listener_failed", event_name=event_method)
