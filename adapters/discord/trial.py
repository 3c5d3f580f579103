"""Discord tried for real, for `bot check --deep`: a session of the gateway, and a message that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import MultipartParameters, Route

from adapters.discord.api import GONE_MESSAGE, REFUSED, body, code
from adapters.discord.settings import DiscordSettings

_PATIENCE = 30.0
_TEXT = "task-bot check: this message is deleted again at once."
_GONE_CHANNEL = 10003


async def connected(settings: DiscordSettings) -> tuple[bool, str]:
    """Whether Discord hands over events: a session of one shard begins, with the bot's intents, and ends at once."""
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
    async with _logged_in(settings, intents) as client:
        if client is None:
            return False, "no session: Discord doesn't let the bot in"
        gateway = asyncio.create_task(client.connect(reconnect=False))
        ready = asyncio.create_task(client.wait_until_ready())
        try:
            await asyncio.wait({gateway, ready}, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            if gateway.done() and isinstance(gateway.exception(), discord.PrivilegedIntentsRequired):
                return True, "no message content: only mentions, direct messages and commands are read"
            if not ready.done():
                return False, "no session within 30 seconds" if not gateway.done() else "the gateway ended the session"
            return True, f"the gateway is ready, {_servers(len(client.guilds))}"
        finally:
            await client.close()
            for task in (gateway, ready):
                task.cancel()
            await asyncio.gather(gateway, ready, return_exceptions=True)


async def exchanged(settings: DiscordSettings, channel: str, posted: Callable[[str], None]) -> tuple[bool, str]:
    """Post a message, find it again, change it, and delete it; `posted` hears of it before anything."""
    if not channel.isdecimal():
        return False, "the channel wants its id, a number: Discord's developer mode shows it"
    async with _logged_in(settings, discord.Intents.none()) as client:
        if client is None:
            return False, f"in {channel}: Discord doesn't let the bot in"
        place, http = int(channel), client.http
        try:
            said = await http.send_message(place, params=MultipartParameters(body(_TEXT, []), None, None))
            number = int(said["id"])
            posted(str(number))
            found = await http.get_message(place, number)
            changed = MultipartParameters(body(f"{_TEXT} (changed)", []), None, None)
            await http.edit_message(place, number, params=changed)
            await http.delete_message(place, number)
        except REFUSED as error:
            return False, f"in {channel}: {code(error) or type(error).__name__}"
    if found["content"] != _TEXT:
        return False, f"in {channel}: posted and deleted, but it can't be read"
    return True, f"posted, read back, changed and deleted in {channel}"


async def deleted(settings: DiscordSettings, channel: str, message: str) -> bool:
    """Delete what was posted; whether it is gone, then or before."""
    async with _logged_in(settings, discord.Intents.none()) as client:
        if client is None:
            return False
        try:
            await client.http.delete_message(int(channel), int(message))
        except REFUSED as error:
            return code(error) in (GONE_MESSAGE, _GONE_CHANNEL)
    return True


@asynccontextmanager
async def _logged_in(settings: DiscordSettings, intents: discord.Intents) -> AsyncIterator[discord.Client | None]:
    """A client for one shard of as many as Discord recommends; none where the token is refused, or nobody answers."""
    Route.BASE = settings.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    async with discord.Client(intents=intents, max_messages=None, guild_ready_timeout=0.5) as client:
        there: discord.Client | None = client
        try:
            await client.login(settings.token.get_secret_value() if settings.token else "")
            shards, *_ = await client.http.get_bot_gateway()
            client.shard_id, client.shard_count = 0, settings.shard_count or shards
        except (*REFUSED, discord.LoginFailure, discord.GatewayNotFound):
            there = None
        yield there


def _servers(count: int) -> str:
    return f"with {count} server{'' if count == 1 else 's'}"
