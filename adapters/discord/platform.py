"""Discord as a platform: takes events, recalls threads, speaks unasked."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial

import discord
import structlog

from adapters.discord import missed
from adapters.discord.api import REFUSED, Api
from adapters.discord.client import Client
from adapters.discord.commands import Commands
from adapters.discord.desk import Desk
from adapters.discord.gather import gather
from adapters.discord.inbound import Place, at_link, place
from adapters.discord.listeners import changes, messages, presses
from adapters.discord.settings import PLATFORM, DiscordSettings
from adapters.discord.threads import Threads
from adapters.discord.unasked import Unasked
from adapters.shared.catching_up import CatchingUp
from adapters.shared.running import Running
from core.chat import Author, Core, Past, PostRefused, Recall, Reply, Thread

log = structlog.get_logger()

_DRAIN = 20.0
"""Seconds that running turns get when the process is told to stop."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 300.0
_UNREAD = (
    "Discord grants no message content: turn on Message Content Intent on the page Bot of the application. Until then "
    "only mentions, direct messages and commands are answered"
)


class Discord:
    """All servers that have the bot, and everybody's direct messages with it."""

    name = PLATFORM
    unasked_a_second = 5.0
    """Discord takes 50 requests a second of a bot in all; answers come first."""

    def __init__(self, settings: DiscordSettings, *, drain: float = _DRAIN) -> None:
        """`drain`: seconds that running turns get at the end."""
        self._settings = settings
        self._drain = drain
        self._running = Running[Place]()
        self._desk: Desk | None = None
        self._unasked = Unasked()
        self.connected = asyncio.Event()
        """Set once events are taken."""
        self._client: Client | None = None
        self._catching_up: CatchingUp[Place] | None = None
        self._trouble: str | None = "Discord is not connected yet"

    @property
    def trouble(self) -> str | None:
        """What is wrong with the connection at this moment, for whoever looks after the bot; asks nobody."""
        if self._running.draining:
            return "Discord is being left: the process stops"
        if self._trouble is None and self._client and self._client.away:
            return f"Discord's connection is away (shard {', '.join(map(str, self._client.away))})"
        return self._trouble

    @property
    def introduction(self) -> str:
        """As whom the bot is connected, and where: `Discord as Task bot#1234 in 3 servers`.

        Raises RuntimeError before it is.
        """
        if self._client is None or self._client.user is None:
            raise RuntimeError("Discord is not connected yet")
        servers = len(self._client.guilds)
        return f"Discord as {self._client.user} in {servers} server{'' if servers == 1 else 's'}"

    async def listen(self, core: Core) -> None:
        """Take events until cancelled; then finish what runs, bounded, and tell whom it cut off."""
        reads, wait = True, _FIRST_WAIT
        while True:
            client = self._client = Client(self._settings, reads=reads)
            try:
                await self._connect(client, core, reads=reads)
                return
            except discord.PrivilegedIntentsRequired:
                log.warning("discord.unread", reason=_UNREAD)
                reads = False
                continue
            except discord.LoginFailure:
                self._is_in_trouble("Discord refuses DISCORD_TOKEN: reset it on the page Bot and set the new one")
            except discord.ConnectionClosed as closed:
                self._is_in_trouble(f"Discord has closed the connection ({closed.code})")
            except (*REFUSED, discord.GatewayNotFound) as error:
                self._is_in_trouble(f"Discord does not answer ({type(error).__name__})")
            finally:
                await client.close()
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    async def idle(self) -> None:
        """Return once nothing of what has come in, or was missed, is still being answered."""
        if self._catching_up is not None:
            await self._catching_up.done()
        await self._running.idle()

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own in the thread, and its last messages, by one request."""
        if not thread.id.isdecimal():
            return Recall()  # a question asked once, where nothing can be kept
        return await self._ready().threads.recall(thread)

    async def past(self, thread: Thread) -> Past:
        """What the whole thread tells."""
        if not thread.id.isdecimal():
            return Past()
        return await self._ready().threads.past(thread)

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Say something unasked, in a thread or in a person's direct messages; see `Platform`."""
        desk = self._ready()
        who = to if isinstance(to, Author) else mention
        if who and desk.rules.judge(who.external_id).refused:
            raise PostRefused("not_admitted")
        said = await gather(reply, who.external_id if who else "")
        where = place(to) if isinstance(to, Thread) else None
        return (await self._unasked.say(desk, where, said, key or uuid.uuid4().hex[:20])).thread()

    def thread_at(self, link: str) -> Thread | None:
        """The thread that a permanent link leads into."""
        found = at_link(link)
        return found.thread() if found else None

    async def _connect(self, client: Client, core: Core, *, reads: bool) -> None:
        """Be connected until cancelled, or until Discord ends it for good."""
        token = self._settings.token.get_secret_value() if self._settings.token else ""
        await client.login(token)
        if client.user is None or client.application_id is None:
            raise RuntimeError("discord.py logs in with a bot's token")
        api = Api(client.http, client.application_id)
        desk = self._desk = client.desk = Desk(
            api,
            client.user,
            core,
            Threads(api, client.user.id, lambda where: core.written_elsewhere(where.thread())),
            self._running,
            reads,
            rules=self._settings.rules,
        )
        client.heard = lambda message: messages.hear(desk, message)
        client.edited = lambda payload: changes.edited(desk, payload)
        client.deleted = partial(changes.deleted, desk)
        client.pressed = lambda interaction: presses.press(desk, interaction)
        self._catching_up = CatchingUp(partial(missed.threads, desk, client))
        client.begun = lambda: self._begun(desk, client)
        await Commands(client, desk).register()
        gateway = asyncio.create_task(client.connect())
        try:
            await gateway
        except asyncio.CancelledError:
            self._catching_up.stop()
            await self._running.drain(self._drain)
            gateway.cancel()
            raise

    async def _begun(self, desk: Desk, client: Client) -> None:
        """Events come in; what came before is looked for."""
        self._is_in_trouble(None)
        if not self.connected.is_set():
            self.connected.set()
            log.info("discord.connected", servers=len(client.guilds), reads=desk.reads)
        if self._catching_up is not None:
            self._catching_up.begin()

    def _is_in_trouble(self, trouble: str | None) -> None:
        """Keep what is wrong, and log it when it changes."""
        if trouble == self._trouble:
            return
        if trouble:
            log.error("discord.trouble", reason=trouble)
        else:
            log.info("discord.well")
        self._trouble = trouble

    def _ready(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("Discord is not connected yet")
        return self._desk
