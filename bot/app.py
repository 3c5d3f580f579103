"""The composition root: builds the core, connects what is configured, drains at the end."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.clients import clients
from bot.health import Connection, serving
from bot.online import online
from bot.platforms import connected
from bot.readiness import DatabaseProbe
from bot.settings import Chats, Settings
from bot.start import introduced, refuse_without_listener, stopped_by_signals, tell
from bot.watching.running import Endpoint, watching
from bot.watching.settings import Watch
from core.agent.models import DEFAULT_MODEL
from core.chat import Author, Core, Platform, Receipt
from core.chat.metrics import begin_at_zero
from core.database import Database
from core.diagnosis import explained
from core.embedded import start_embedded
from core.errors import DatabaseUnavailable, TaskBotError
from core.migrations import migrate, pending

if TYPE_CHECKING:
    from aiohttp import web

    from core.reminders import Reminders

log = structlog.get_logger()

HTTP_PORT = 3000
"""Where events over HTTP are taken when PORT says nothing else."""


async def database_url(settings: Settings) -> str:
    """The configured database's URL, or that of the embedded one, which is started and kept up to date.

    Raises:
        TaskBotError: the embedded one can't be started; the sentence says why.
    """
    if settings.database_url:
        return settings.database_url.get_secret_value()
    url = await asyncio.to_thread(start_embedded, settings.data_dir)
    await migrate(url)
    return url


async def migrated(settings: Settings) -> None:
    """Bring the configured database's tables up to date. Raises TaskBotError that says why where it can't be done."""
    url = await database_url(settings)
    with explained(url):
        await migrate(url)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The configured or embedded database, closed at the end. Raises as `database_url` does."""
    database = Database(await database_url(settings))
    try:
        yield database
    finally:
        await database.close()


async def run(settings: Settings, chats: Chats | None = None, watch: Watch | None = None) -> None:
    """Run the bot on every configured platform until all have ended, or until SIGTERM or SIGHUP asks to stop.

    Without `chats`, or any token in them, that is the terminal. A platform that is cancelled drains its turns before it
    returns; the web server, if there is one, ends after them, and the embedded database with the process.

    Raises:
        NobodyToTalkToError: no platform, no terminal, and nothing piped in.
    """
    if not chats or not chats.configured:
        refuse_without_listener()
    with stopped_by_signals():
        await _run(settings, chats, watch or Watch())


async def _run(settings: Settings, chats: Chats | None, watch: Watch) -> None:
    async with opened(settings) as database, online(settings) as openai:
        await refuse_old_tables(settings)
        connections = connected(settings, database, chats)
        platforms = {one.platform.name: one.platform for one in connections}
        # here and not above: the Agents SDK takes seconds to import, and other commands do without it
        from core.allowance import Allowance
        from core.reminders import Reminders
        from core.service import Service

        speaking: list[Reminders] = []

        def changed(receipt: Receipt, who: Author) -> None:
            for reminders in speaking:
                reminders.changed(receipt)
            calling.changed(receipt, who)

        def expect(at: dt.datetime | None) -> None:
            for reminders in speaking:
                reminders.expect(at)

        def changed_by_client(receipt: Receipt, who: Author) -> None:
            changed(receipt, who)
            for one in connections:
                if one.platform.name == who.platform:
                    one.changed(who)

        calling = clients(chats.mcp if chats else None, database, settings.default_timezone, changed_by_client)
        core = Service(
            database,
            platforms,
            openai,
            default_zone=settings.default_timezone,
            context_messages=settings.context_messages,
            changed=changed,
            expect=expect,
            allowance=Allowance(settings.turn_burst, settings.turns_per_minute) if chats and chats.configured else None,
            inviter=calling.inviter,
        )
        if chats and chats.configured:
            await core.join()
        speaking += [
            Reminders(
                database,
                connection.platform,
                default_zone=settings.default_timezone,
                posted=core.posted,
                recheck=dt.timedelta(minutes=settings.recheck_minutes) if settings.recheck_minutes else None,
                reach=connection.reach,
            )
            for connection in connections
        ]
        begun = partial(_counted_from_zero, settings, [*platforms])
        wells = {one.platform.name: partial(_well, one) for one in connections}
        async with (
            watching(watch, wells, lambda: database.answers, begun) as metrics,
            _served(settings, connections, database, metrics, calling.routes),
            calling.served(),
            introduced(connections),
            asyncio.TaskGroup() as group,
        ):
            for platform, reminders in zip(platforms.values(), speaking, strict=True):
                group.create_task(_talking(platform, core, reminders), name=platform.name)


async def _talking(platform: Platform, core: Core, reminders: Reminders) -> None:
    """Listen and speak up, until the platform has nothing more to listen to."""
    speaking = asyncio.create_task(reminders.run())
    try:
        await platform.listen(core)
    finally:
        speaking.cancel()
        with suppress(asyncio.CancelledError):
            await speaking


@asynccontextmanager
async def _served(
    settings: Settings,
    connections: Sequence[Connection],
    database: Database,
    metrics: Endpoint | None,
    routes: Sequence[web.RouteDef],
) -> AsyncIterator[None]:
    """The web server, where a platform, a client or whoever reads the metrics needs it, or a port is set."""
    needed = metrics is not None or bool(routes) or any(one.events or one.pages for one in connections)
    if settings.port is None and not needed:
        yield
        return
    port = HTTP_PORT if settings.port is None else settings.port
    probe = DatabaseProbe(database)
    database.closing.append(probe.close)
    async with serving(settings.host, port, connections, database=probe, metrics=metrics, routes=routes) as taken:
        log.info("web.listening", port=taken)
        yield


async def refuse_old_tables(settings: Settings) -> None:
    """Raise OutdatedError where a configured database lacks migrations; the embedded one has just had them.

    One that is away for the moment is no reason not to start: every reply says so until it is back.
    """
    if not settings.database_url:
        return
    url = settings.database_url.get_secret_value()
    try:
        with explained(url):
            waiting = await pending(url)
    except DatabaseUnavailable as error:
        log.warning("database.unavailable_at_start")
        tell(f"{error} I start all the same, and try again with every message.")
        return
    if waiting:
        raise OutdatedError("The database's tables are not up to date: run `bot migrate`, then start again.")


class OutdatedError(TaskBotError):
    """The configured database lacks migrations; the sentence says what to run."""


def _counted_from_zero(settings: Settings, platforms: Sequence[str]) -> None:
    begin_at_zero(platforms)
    if settings.openai_api_key:
        from core.agent.usage import begin_at_zero as begin_model_at_zero

        begin_model_at_zero(settings.openai_model or DEFAULT_MODEL)


def _well(connection: Connection) -> bool:
    return connection.trouble() is None
