"""The real discord.py, pointed at the stand-in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes.discord.server import PATIENCE, DiscordServer

INTENTS = discord.Intents(
    guilds=True, guild_messages=True, dm_messages=True, message_content=True, guild_reactions=True, dm_reactions=True
)


@contextmanager
def pointed_at(server: DiscordServer) -> Iterator[None]:
    """Let every client that connects meanwhile find this server instead of the real one."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


class Bot(discord.AutoShardedClient):
    """A client that keeps what it is told, by the library's name of each event, until it is asked for."""

    def __init__(self, intents: discord.Intents = INTENTS, **options: Any) -> None:
        self._heard: dict[str, asyncio.Queue[tuple[Any, ...]]] = defaultdict(asyncio.Queue)
        super().__init__(intents=intents, max_messages=None, guild_ready_timeout=0.05, **options)
        self.tree = discord.app_commands.CommandTree(self)
        self.answer: Callable[[discord.Interaction[Bot]], Awaitable[None]] | None = None
        """What answers buttons, menus and forms."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Keep the event, and let it take its way."""
        self._heard[event].put_nowait(args)
        super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction[Bot]) -> None:
        """Commands go to the tree by themselves."""
        of_message = (discord.InteractionType.component, discord.InteractionType.modal_submit)
        if self.answer and interaction.type in of_message:
            await self.answer(interaction)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Don't wait before a new session, as the library does for the real service."""

    async def next(self, event: str) -> Any:
        """The next event of that name, one that came already first; raises TimeoutError."""
        args = await asyncio.wait_for(self._heard[event].get(), PATIENCE)
        return args[0] if len(args) == 1 else args

    def heard(self, event: str) -> int:
        """How many events of that name are there to be asked for."""
        return self._heard[event].qsize()


@asynccontextmanager
async def running(server: DiscordServer, bot: Bot) -> AsyncIterator[Bot]:
    """The bot, connected until the end of the block."""
    with pointed_at(server):
        task = asyncio.create_task(bot.start(server.token))
        try:
            ready = asyncio.create_task(bot.next("ready"))
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                ready.cancel()
                task.result()
            await ready
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def together(intents: discord.Intents = INTENTS, **options: Any) -> AsyncIterator[tuple[DiscordServer, Bot]]:
    """A server whose limits pass quickly, and a bot connected to it; all that went over the wire has to be valid."""
    async with DiscordServer(**{"second": 0.01} | options) as server, running(server, Bot(intents)) as bot:
        yield server, bot
        assert not server.invalid, server.invalid


async def request(bot: Bot, method: str, path: str, body: object = None, **args: Any) -> Any:
    """A request of one's own making through the library, for what it would never send itself."""
    return await bot.http.request(Route(method, path, **args), json=body)
