"""`bot check`: is everything in place? One row a question, each with what to do where the answer is no."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from adapters.discord.settings import DiscordSettings
from adapters.mcp.settings import McpSettings
from adapters.slack.settings import SlackSettings
from bot.app import database_url, opened
from bot.settings import Chats, Settings
from bot.sources import env_files, secret_folders
from core.agent.servers.config import ServerConfig
from core.diagnosis import explained
from core.errors import TaskBotError
from core.migrations import current, pending

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question."""

    what: str
    fine: bool
    detail: str


async def checks(settings: Settings, chats: Chats) -> list[Finding]:
    """Ask everything; one answer never keeps the next question from being asked."""
    found = [Finding("settings", True, _sources(settings))]
    found += await _database(settings)
    found.append(await openai(settings))
    found += await _services(settings)
    found.append(await _slack(chats.slack, settings.data_dir))
    found.append(await _discord(chats.discord))
    found.append(_mcp(chats.mcp))
    return found


def _sources(settings: Settings) -> str:
    read = [str(one) for one in env_files() if one.is_file()]
    here = Path.cwd() / ".env"
    ignored = f"; {here} is not read" if here.is_file() and str(here) not in read else ""
    secrets = "".join(f", secrets in {folder}" for folder in secret_folders())
    files = f"{' and '.join(read) or 'no .env'}{ignored}{secrets}"
    return f"data in {settings.data_dir}, zone {settings.default_timezone}, {files}"


async def _database(settings: Settings) -> list[Finding]:
    try:
        url = await database_url(settings)
        with explained(url):
            async with opened(settings) as database:
                await database.ping()
                where = Finding("database", True, database.describe())
            waiting = await pending(url)
            version = await current(url)
    except TaskBotError as error:
        return [Finding("database", False, str(error))]
    if waiting:
        return [where, Finding("migrations", False, f"{len(waiting)} to do: run `bot migrate`")]
    return [where, Finding("migrations", True, f"up to date ({version})")]


async def openai(settings: Settings) -> Finding:
    """Reachable, key accepted, model known: one request."""
    if not settings.openai_api_key:
        return Finding("openai", True, "no OPENAI_API_KEY: the offline assistant answers")
    from openai import AsyncOpenAI

    from core.agent import failures
    from core.agent.models import DEFAULT_MODEL

    model = settings.openai_model or DEFAULT_MODEL
    key = settings.openai_api_key.get_secret_value()
    async with AsyncOpenAI(api_key=key, base_url=settings.openai_base_url, max_retries=0, timeout=_PATIENCE) as client:
        try:
            async with asyncio.timeout(_PATIENCE):
                await client.models.retrieve(model)
        except failures.ANY as error:
            return Finding("openai", False, f"{failures.classify(error).value} (model {model})")
    return Finding("openai", True, f"reachable, and knows {model}")


async def _services(settings: Settings) -> list[Finding]:
    """Each server of MCP_SERVERS: whether it answers, and what of its tools asks first."""
    if not settings.mcp_servers:
        return []
    from core.agent.servers.errors import ServerError
    from core.agent.servers.server import Pace, Server

    async def one(config: ServerConfig) -> Finding:
        server = Server(config, Pace(connect=_PATIENCE))
        try:
            tools = await server.loaded()
        except ServerError as error:
            return Finding(f"mcp {config.label}", False, str(error))
        finally:
            await server.close()
        missing = sorted((config.tools or frozenset()) - {tool.name for tool in tools})
        if missing:
            return Finding(
                f"mcp {config.label}", False, f"MCP_SERVERS names tools that aren't there: {missing[0][:80]}"
            )
        asked = sum(tool.asks for tool in tools)
        return Finding(f"mcp {config.label}", True, f"{len(tools)} tools, {asked} of them ask first")

    return list(await asyncio.gather(*(one(config) for config in settings.mcp_servers)))


async def _slack(settings: SlackSettings, data_dir: Path) -> Finding:
    if not settings.configured:
        return Finding("slack", True, "no SLACK_BOT_TOKEN: not connected")
    from adapters.slack.diagnosis import diagnosed

    fine, detail = await diagnosed(settings, data_dir)
    return Finding("slack", fine, detail)


async def _discord(settings: DiscordSettings) -> Finding:
    if not settings.configured:
        return Finding("discord", True, "no DISCORD_TOKEN: not connected")
    from adapters.discord.diagnosis import diagnosed

    fine, detail = await diagnosed(settings)
    return Finding("discord", fine, detail)


def _mcp(settings: McpSettings) -> Finding:
    if not settings.configured:
        return Finding("mcp", True, "no MCP_KEYS: no clients over the network, `bot mcp` on this computer")
    keys = "1 key" if len(settings.keys) == 1 else f"{len(settings.keys)} keys"
    return Finding("mcp", True, f"clients connect to {settings.resource} ({keys})")


def table(found: list[Finding]) -> Table:
    """The findings for a terminal."""
    grid = Table(box=None, pad_edge=False, show_header=False)
    for one in found:
        mark = Text("ok", style="green") if one.fine else Text("wrong", style="bold red")
        grid.add_row(mark, one.what, Text(one.detail))
    return grid
