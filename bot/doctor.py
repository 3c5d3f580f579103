"""`bot doctor`: what whoever is to help wants to know, in a form that can be shown to everybody.

Names and kinds of settings, never their values; kinds of hosts, never their names; nobody's name, path or address.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import ipaddress
import os
import platform
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import psycopg
from pydantic import SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from adapters.discord.settings import DiscordSettings
from adapters.slack.settings import SlackSettings
from bot import __version__
from bot.settings import Chats, Settings, load_chats, load_settings
from bot.sources import SettingsError, env_files
from bot.watching.settings import load_watch
from core.database import Database, parse_url, statement
from core.diagnosis import reason
from core.errors import DatabaseUnavailable, TaskBotError
from core.migrations import current, pending

_LIBRARIES = (
    "aiohttp", "alembic", "discord.py", "openai", "openai-agents", "opentelemetry-sdk", "psycopg", "pydantic",
    "pydantic-settings", "slack-bolt", "slack-sdk", "sqlalchemy", "structlog",
)  # fmt: skip
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "on or off"), (SecretStr, "secret"), (int, "number"), (float, "number"), (Path, "folder"),
    (tuple, "numbers"),
)  # fmt: skip
_OURS = ("DATABASE_", "DISCORD_", "METRICS", "OPENAI_", "OTEL_", "SLACK_")
_CLOUDS = {
    ".neon.tech": "Neon",
    ".supabase.co": "Supabase",
    ".supabase.com": "Supabase, pooled",
    ".rds.amazonaws.com": "Amazon RDS",
    ".postgres.database.azure.com": "Azure",
    ".render.com": "Render",
    ".fly.dev": "Fly",
    ".flycast": "Fly",
    ".railway.internal": "Railway",
    ".rlwy.net": "Railway",
}
_PATIENCE = 15.0
_SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})

Ask = Callable[[], Awaitable[str]]


async def report() -> str:
    """All of it, as text. Raises nothing: what can't be told is told as such."""
    lines = ["```", f"task-bot {__version__}", *_machine(), f"libraries: {', '.join(_libraries())}", "", "settings"]
    try:
        settings, chats = load_settings(), load_chats()
        load_watch(settings)
    except SettingsError as error:
        lines += ["  " + line for line in str(error).splitlines()]
        return "\n".join([*lines, *_set(), "```"])
    lines += [*_set(), "", f"database: {await _told(_database(settings))}", f"openai: {await _told(_openai(settings))}"]
    lines += [f"{name}: {await _told(asked)}" for name, asked in _platforms(chats, settings.data_dir)]
    return "\n".join([*lines, "```"])


def _machine() -> Iterator[str]:
    yield f"Python {platform.python_version()} ({platform.python_implementation()})"
    container = Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()
    yield f"{platform.system()} {platform.release()}, {platform.machine()}{', in a container' if container else ''}"
    yield f"{os.cpu_count()} processors, {'a terminal' if sys.stdout.isatty() else 'no terminal'}"


def _libraries() -> Iterator[str]:
    for name in _LIBRARIES:
        try:
            yield f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            yield f"{name} is missing"


def _set() -> list[str]:
    """The settings that are set, by name, kind and where; those that look like ours and are none."""
    told = _dotenv()
    here = {name.upper(): "environment" for name, value in os.environ.items() if value}
    given = {**{name.upper(): ".env" for name, value in told.items() if value}, **here}
    known = dict(_known())
    lines = [f"  {name}: {known[name]}, set ({given[name]})" for name in sorted(known) if name in given]
    lines += [f"  {name}: OpenTelemetry's, set ({given[name]})" for name in sorted(given) if name.startswith("OTEL_")]
    strange = [
        one for one in sorted(given) if one.startswith(_OURS) and one not in known and not one.startswith("OTEL_")
    ]
    return [
        *(lines or ["  none is set"]),
        *(f"  {name}: no setting of this version ({given[name]})" for name in strange),
    ]


def _dotenv() -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    told: dict[str, str | None] = {}
    try:
        for file in env_files():
            told |= dotenv_values(file)
    except (SettingsError, OSError, UnicodeDecodeError):
        return {}  # what is wrong with them is told where the settings are read
    return told


def _known() -> Iterator[tuple[str, str]]:
    kinds: tuple[type[BaseSettings], ...] = (Settings, SlackSettings, DiscordSettings)
    for kind in kinds:
        prefix = str(kind.model_config.get("env_prefix", ""))
        for name, field in kind.model_fields.items():
            yield f"{prefix}{name}".upper(), _kind(name, field.annotation)


def _kind(name: str, annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return "choice"
    types = {annotation, *get_args(annotation)}
    found = next((word for kind, word in _KINDS if kind in types or any(_is(kind, one) for one in types)), None)
    return found or ("address" if name.endswith("_url") else "text")


def _is(kind: type, annotation: Any) -> bool:
    return get_origin(annotation) is kind


async def _told(asked: Ask) -> str:
    """An answer, within a decent time."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await asked()
    except TimeoutError:
        return f"no answer within {_PATIENCE:.0f} seconds"


def _database(settings: Settings) -> Ask:
    async def ask() -> str:
        if not settings.database_url:
            there = (settings.data_dir / "postgres").is_dir()
            return f"the embedded one, {'begun' if there else 'not begun yet'}"
        try:
            return await _asked(settings.database_url.get_secret_value())
        except TaskBotError as error:
            return str(error)

    return ask


async def _asked(url: str) -> str:
    """The server's version, and whether its tables are up to date. Raises TaskBotError for what has a sentence."""
    where = f"{host_kind(parse_url(url))}, sslmode {_sslmode(parse_url(url))}"
    try:
        waiting, revision = await pending(url), await current(url)
        database = Database(url, pool_size=1)
        try:
            answer = await database.read(lambda session: session.execute(statement("SHOW server_version")))
        finally:
            await database.close()
    except (DatabaseUnavailable, DBAPIError, psycopg.Error) as error:
        return f"{where}: {reason(error)}"
    state = f"{len(waiting)} migrations to do" if waiting else "migrations up to date"
    return f"{where}: PostgreSQL {str(answer.scalar()).split()[0]}, {state} ({revision})"


def host_kind(url: URL) -> str:
    """Where a database is, as far as it helps: whose cloud, this machine, a private network; never its name."""
    host = url.host or ""
    if not host or host.startswith("/"):
        return "a socket of this machine"
    if cloud := next((name for ending, name in _CLOUDS.items() if host.endswith(ending)), None):
        pooled = host.partition(".")[0].endswith("-pooler")
        return f"{cloud}{', pooled' if pooled else ''}"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if host == "localhost":
            return "this machine"
        return "a name of a private network" if "." not in host else "another host"
    if address.is_loopback:
        return "this machine"
    return "a private network" if address.is_private else "another host"


def _sslmode(url: URL) -> str:
    """One of libpq's; what else may stand there is nobody's business."""
    told = url.query.get("sslmode")
    return told if isinstance(told, str) and told in _SSL_MODES else "unsaid"


def _openai(settings: Settings) -> Ask:
    async def ask() -> str:
        if not settings.openai_api_key:
            return "no key"
        from bot.check import openai

        model = settings.openai_model or ""
        finding = await openai(settings)
        what = "another model" if model else "the default model"
        if re.fullmatch(r"(gpt|o)[\w.-]{0,40}", model):
            what = model
        where = "at another address" if settings.openai_base_url else "at OpenAI's address"
        if finding.fine:
            return f"the key is accepted and knows {what} {where}"
        return f"{finding.detail.partition(' (model')[0]} ({what} {where})"

    return ask


def _platforms(chats: Chats, data_dir: Path) -> Iterator[tuple[str, Ask]]:
    async def slack() -> str:
        if not chats.slack.configured:
            return "no token"
        from adapters.slack.diagnosis import diagnosed

        fine, detail = await diagnosed(chats.slack, data_dir)
        how = "Socket Mode" if chats.slack.app_token else "events over HTTP"
        return f"accepted, {how}" if fine else detail

    async def discord() -> str:
        if not chats.discord.configured:
            return "no token"
        from adapters.discord.diagnosis import diagnosed

        fine, detail = await diagnosed(chats.discord)
        reads = "no message content" if "no message content" in detail else "message content"
        return f"accepted, {reads}" if fine else detail

    yield "slack", slack
    yield "discord", discord
