"""`docker compose up`, step by step as the file says, without an engine: the database, its tables, then the bot."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from sqlalchemy.engine import make_url

from bot.deploying import chosen
from core.embedded import start_embedded, stop_embedded
from tests.bot.deploy.image import Image, needs_root
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.server import KEY
from tests.fakes.slack import SlackServer

pytestmark = needs_root
PASSWORD = "p@ss/w:rd#%"


@pytest.fixture
async def postgres(server_dir: Path) -> AsyncIterator[tuple[str, int]]:
    """A server as the service `postgres` starts it, a user with a password, in a network: its URL for us, its port."""
    url = await asyncio.to_thread(start_embedded, server_dir)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE \"task-bot\" LOGIN PASSWORD '{PASSWORD}'")
        connection.execute('ALTER DATABASE tasks OWNER TO "task-bot"')
        (server_dir / "postgres" / "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        connection.execute("SELECT pg_reload_conf()")
    async with on_the_network(f"{make_url(url).query['host']}/.s.PGSQL.5432") as port:
        yield url, port
    await asyncio.to_thread(stop_embedded, server_dir)


@asynccontextmanager
async def on_the_network(path: str) -> AsyncIterator[int]:
    """A port of the loopback interface that leads to a socket of a path."""

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
        writer.close()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_unix_connection(path)
        await asyncio.gather(pour(reader, outer), pour(inner, writer), return_exceptions=True)

    async with await asyncio.start_server(taken, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])


@pytest.fixture
def services() -> dict[str, Any]:
    """What the file says of each service."""
    services: dict[str, Any] = yaml.safe_load(chosen("compose").file())["services"]
    return services


async def test_the_bot_comes_up_beside_its_database(
    image: Image, services: dict[str, Any], secrets: Path, postgres: tuple[str, int]
) -> None:
    """`migrate` ends with 0, `bot` connects with nothing but secrets in files; what a model does is in the database."""
    url, port = postgres
    async with SlackServer() as slack, OpenAIServer() as openai:
        given = {"database_password": PASSWORD, "slack_bot_token": slack.bot_token, "slack_app_token": slack.app_token}
        given["openai_api_key"] = KEY
        for name in services["bot"]["secrets"]:
            (secrets / name).write_text(given.get(name, "") + "\n")
        command, environment = as_service(image, services["migrate"], secrets, port)
        migrated = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, check=False)
        assert migrated.returncode == 0, migrated.stderr
        places = {"SLACK_API_URL": slack.api_url, "OPENAI_BASE_URL": openai.base_url, "OPENAI_MODEL": "gpt-test"}
        command, environment = as_service(image, services["bot"], secrets, port, **places)
        bot = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
        try:
            await slack.until(lambda: slack.envelopes.connections, 60.0)
            ana = slack.user("Ana")
            channel = slack.channel("general", members=[ana])
            thread = await slack.say(
                ana, channel, f'<@{slack.bot_user}> milk! tool:add_task {{"tasks": [{{"title": "Buy milk"}}]}}'
            )
            await slack.until(lambda: any("Done." in one.text for one in slack.messages(channel, thread)), 60.0)
        finally:
            bot.send_signal(signal.SIGTERM)
            _, logs = await bot.communicate()
        assert bot.returncode == 0, logs
        assert PASSWORD.encode() not in logs
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT title FROM tasks").fetchall() == [("Buy milk",)]


async def test_a_wrong_password_is_a_sentence_and_not_the_password(
    image: Image, services: dict[str, Any], secrets: Path, postgres: tuple[str, int]
) -> None:
    """The secret was written anew after the database had been made: `migrate` fails, so the bot isn't started."""
    for name in services["bot"]["secrets"]:
        (secrets / name).write_text("sesame\n" if name == "database_password" else "")
    command, environment = as_service(image, services["migrate"], secrets, postgres[1])
    migrated = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, check=False)
    assert migrated.returncode == 1
    assert b"password" in migrated.stderr
    assert b"sesame" not in migrated.stderr + migrated.stdout
    assert services["bot"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def as_service(
    image: Image, service: dict[str, Any], secrets: Path, database: int, **variables: str
) -> tuple[list[str], dict[str, str]]:
    """A command line and its environment as the service's, with this machine's loopback in place of a network."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    given = {name: str(value) for name, value in service["environment"].items() if not value.startswith("${")}
    given["DATABASE_URL"] = given["DATABASE_URL"].replace("postgres:5432", f"127.0.0.1:{database}")
    words = service.get("command", image.dockerfile.command("CMD"))
    return image.command(*words, secrets=secrets, variables={"PORT": free_port()} | given | variables)


def free_port() -> str:
    """One that nobody listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return str(unused.getsockname()[1])
