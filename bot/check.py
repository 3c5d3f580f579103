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
from bot.settings import Chats, Settings, env_files
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
    found.append(await _openai(settings))
    found.append(await _slack(chats.slack))
    found.append(await _discord(chats.discord))
    found.append(_mcp(chats.mcp))
    return found


def _sources(settings: Settings) -> str:
    read = [str(one) for one in env_files() if one.is_file()]
    here = Path.cwd() / ".env"
    ignored = f"; {here} is not read" if here.is_file() and str(here) not in read else ""
    return f"data in {settings.data_dir}, zone {settings.default_timezone}, {' and '.join(read) or 'no .env'}{ignored}"


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


async def _openai(settings: Settings) -> Finding:
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


async def _slack(settings: SlackSettings) -> Finding:
    if not settings.configured:
        return Finding("slack", True, "no SLACK_BOT_TOKEN: not connected")
    from adapters.slack.diagnosis import diagnosed

    fine, detail = await diagnosed(settings)
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
