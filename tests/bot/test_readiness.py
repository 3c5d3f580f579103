"""`/health` and `/ready` while the socket, the gateway or the database goes and comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot.readiness import DatabaseProbe
from core.database import Database
from tests.bot.process import LONG, WATCHED, Running, for_discord, for_openai, for_slack, got, running
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer
from tests.fakes.slack.server import Fault
from tests.fakes.wire import PostgresWire, Wire

WITHIN = 5.0
"""Seconds in which the truth is told."""
State = dict[str, str]


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[PostgresWire]:
    """The database behind a wire that can be cut."""
    async with PostgresWire(database_url) as wire:
        yield wire


async def says(address: str, holds: Callable[[int, State], object], seconds: float = WITHIN) -> None:
    """Ask whether it is ready, as a probe does, until the answer is as expected."""
    async with asyncio.timeout(seconds):
        while True:
            status, text = await got(f"{address}/ready")
            if holds(status, json.loads(text)):
                return
            await asyncio.sleep(0.1)


def well(status: int, state: State) -> bool:
    """Work is taken."""
    return status == 200 and set(state.values()) == {"ok"}


def wrong(name: str) -> Callable[[int, State], bool]:
    """Nothing but this is away."""
    return lambda status, state: status == 503 and [one for one in state if state[one] != "ok"] == [name]


async def test_ready_tells_of_slacks_socket_within_5_s(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """Cut without a word, and no new one to be had: 503 with the reason, while the process is alive; then 200 again."""
    async with SlackServer() as slack, OpenAIServer() as openai:
        environment = bare_environment | for_slack(slack) | for_openai(openai) | WATCHED
        async with running(environment | {"DATABASE_URL": database_url}, tmp_path) as bot:
            address = await bot.address()
            await says(address, well, LONG)
            for _ in range(2):
                slack.fail("apps.connections.open", Fault(error="internal_error", times=3))
                slack.envelopes.disconnect()
                await says(address, wrong("slack"))
                assert (await got(f"{address}/health"))[0] == 200
                await slack.until(lambda: slack.envelopes.connections, LONG)
                await says(address, well)


async def test_a_socket_that_says_nothing_any_more_is_away(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """Nobody hangs up, and nothing comes through: Slack's pongs are missed (for 4.5 s), and a new one is wanted."""
    async with SlackServer() as slack, OpenAIServer() as openai, Wire(int(slack.base_url.rpartition(":")[2])) as wire:
        slack.base_url = f"http://127.0.0.1:{wire.port}"
        environment = bare_environment | for_slack(slack) | for_openai(openai) | WATCHED
        async with running(environment | {"DATABASE_URL": database_url}, tmp_path) as bot:
            address = await bot.address()
            await says(address, well, LONG)
            wire.freeze()
            await says(address, wrong("slack"), LONG)
            await wire.mend()
            await says(address, well, LONG)


async def test_ready_tells_of_discords_gateway_within_5_s(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """Its server goes as a whole, and comes back at the same address."""
    async with DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        environment = bare_environment | for_discord(discord) | for_openai(openai) | WATCHED
        async with running(environment | {"DATABASE_URL": database_url}, tmp_path) as bot:
            address = await bot.address()
            await says(address, well, LONG)
            port = int(discord.api_url.split(":")[2].partition("/")[0])
            await discord.stop()
            await says(address, wrong("discord"))
            assert (await got(f"{address}/health"))[0] == 200
            await discord.start(port)
            await discord.until(lambda: discord.connections, LONG)
            await says(address, well)


@pytest.mark.parametrize("way", ["cut", "frozen"])
async def test_ready_tells_of_the_database_within_5_s(
    bare_environment: dict[str, str], proxy: PostgresWire, tmp_path: Path, way: str
) -> None:
    """Refused or silent: 503; back: 200, without anybody having written to the bot meanwhile."""
    async with SlackServer() as slack, OpenAIServer() as openai:
        environment = bare_environment | for_slack(slack) | for_openai(openai) | WATCHED
        async with running(environment | {"DATABASE_URL": proxy.url}, tmp_path) as bot:
            address = await bot.address()
            await says(address, well, LONG)
            for _ in range(2):
                if way == "cut":
                    await proxy.cut()
                else:
                    proxy.freeze()
                await says(address, wrong("database"))
                assert (await got(f"{address}/health"))[0] == 200
                await proxy.mend()
                await says(address, well)
            assert _told(bot) == ["database.trouble", "database.well"] * 2


def _told(bot: Running) -> list[str]:
    """What the log says about it: each change once, however often somebody asks."""
    return [line for line in ("".join(bot.log)).replace('"', " ").split() if line.startswith("database.")]


async def test_a_process_that_stops_takes_no_more_work(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """While it drains a balancer sends nothing more its way, and nobody kills it for that."""
    async with SlackServer() as slack, OpenAIServer() as openai:
        openai.slow(first_token_seconds=8)
        ana = slack.user("Ana")
        channel = slack.channel("general", members=[ana])
        environment = bare_environment | for_slack(slack) | for_openai(openai) | WATCHED
        async with running(environment | {"DATABASE_URL": database_url}, tmp_path) as bot:
            address = await bot.address()
            await says(address, well, LONG)
            await slack.say(ana, channel, f"<@{slack.bot_user}> the door is blue")
            await openai.wait_for_requests(2)
            bot.process.terminate()
            await says(address, wrong("slack"))
            assert (await got(f"{address}/health"))[0] == 200
            openai.slow()


async def test_a_database_that_sleeps_is_not_woken(database_url: str) -> None:
    """Its host is knocked at and no session begun; once a transaction has failed it is really asked, till one works."""
    async with PostgresWire(database_url) as wire:
        database = Database(wire.url)
        sleeper = DatabaseProbe(database, sleeps=lambda host: True, fresh=0.0)
        with psycopg.connect(database_url, autocommit=True) as watcher:
            assert await sleeper.trouble() is None
            assert _sessions(watcher) == 0
            assert wire.accepted == 1
            await wire.cut()
            assert await sleeper.trouble()
            await wire.mend()
            assert await sleeper.trouble() is None
            database.answers = False
            assert await sleeper.trouble() is None
            assert database.answers
        await sleeper.close()
        await database.close()


def _sessions(watcher: psycopg.Connection[tuple[int]]) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'task-bot ready'"
    (count,) = watcher.execute(query).fetchone() or (0,)
    return int(count)


async def test_a_database_that_takes_no_writing_is_not_ready(database_url: str) -> None:
    """A standby, or one closed for writing, answers every question and does no work."""
    database = Database(database_url)
    probe = DatabaseProbe(database, fresh=0.0)
    name = make_url(database_url).database
    with psycopg.connect(database_url, autocommit=True) as owner:
        assert await probe.trouble() is None
        owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
        try:
            assert await probe.trouble() == "The database is read-only"
        finally:
            owner.execute("SET transaction_read_only = off")
            owner.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'.encode())
        assert await probe.trouble() is None
    await probe.close()
    await database.close()
