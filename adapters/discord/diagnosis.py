"""Whether Discord takes the token, for `bot check`; and the link that adds the bot to a server."""

from __future__ import annotations

import discord
from discord.http import Route

from adapters.discord.api import REFUSED
from adapters.discord.settings import DiscordSettings

_RIGHTS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
)
"""What the bot needs, and no more."""
_CONTENT = 1 << 18 | 1 << 19
"""Flags of an application that may read messages: granted to a verified one, or as a switch to any other.

See https://docs.discord.com/developers/resources/application#application-object-application-flags.
"""


async def diagnosed(settings: DiscordSettings) -> tuple[bool, str]:
    """Whether the bot could connect, and as whom, or what to do about it: two requests."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            application = await _application(client, settings)
        except discord.LoginFailure:
            return False, "Discord refuses DISCORD_TOKEN: reset it on the page Bot and set the new one"
        except REFUSED as error:
            return False, f"Discord can't be reached ({type(error).__name__})"
    if not application.flags.value & _CONTENT:
        return True, f"{application.name}; no message content: only mentions, direct messages and commands"
    return True, application.name


async def invitation(settings: DiscordSettings) -> str:
    """The link by which somebody adds the bot to a server, with least rights. Raises what `login` raises."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        application = await _application(client, settings)
    return discord.utils.oauth_url(application.id, permissions=_RIGHTS, scopes=("bot", "applications.commands"))


async def _application(client: discord.Client, settings: DiscordSettings) -> discord.AppInfo:
    Route.BASE = settings.api_url
    await client.login(settings.token.get_secret_value() if settings.token else "")
    return await client.application_info()
