"""The parts the benchmark runs against, each in a process of its own, gone when their block ends."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import SecretStr

from bot.online import online
from bot.settings import Settings
from core.database import Database
from core.embedded import start_embedded, stop_embedded
from core.migrations import migrate
from core.service import Service, utc_now
from tests.fakes.chat import Chat
from tests.fakes.openai.server import KEY, MODELS

ROOT = Path(__file__).parents[2]


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a migrated, empty database that forgets everything at the end."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        url = start_embedded(Path(folder))
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                # nothing has to survive a power cut, and nothing may work behind the back of a measurement
                for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
            asyncio.run(migrate(url))
            yield url
        finally:
            stop_embedded(Path(folder))


@contextmanager
def openai_process() -> Iterator[str]:
    """The base URL of a stand-in OpenAI in another process."""
    command = [sys.executable, "-m", "tests.fakes.openai"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip()
            if not base_url:
                raise RuntimeError("the stand-in OpenAI did not start")
            yield base_url
        finally:
            process.terminate()


@dataclass(slots=True)
class Bot:
    """A bot, put together as the process does it, in a chat."""

    core: Service
    chat: Chat
    database: Database


@asynccontextmanager
async def bot(database_url: str, base_url: str, *, clock: Callable[[], dt.datetime] = utc_now) -> AsyncIterator[Bot]:
    """A bot with that database and that OpenAI."""
    chat, database = Chat(), Database(database_url)
    async with online(settings_for(base_url)) as openai:
        yield Bot(Service(database, {chat.name: chat}, openai, default_zone="UTC", clock=clock), chat, database)
    await database.close()


def settings_for(base_url: str) -> Settings:
    """Settings that point at a stand-in, whatever `.env` says."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        openai_api_key=SecretStr(KEY),
        openai_base_url=base_url,
        openai_model=MODELS[0],
        openai_timeout=20.0,
    )


def call(tool: str, arguments: str = "{}") -> str:
    """A message that makes the stand-in model call the tool, then say that it is done."""
    return f"tool:{tool} {arguments}"
