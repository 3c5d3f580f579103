"""A whole bot in a test: a real database, the real SDKs, a stand-in OpenAI and a stand-in chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from core.agent.assistant import LONGEST_RUN
from core.agent.client import Client
from core.agent.conversations import Conversations
from core.agent.models import family
from core.agent.online import openai_assistant
from core.agent.servers.config import ServerConfig
from core.agent.servers.decisions import Decisions
from core.agent.servers.server import Pace
from core.agent.servers.servers import Servers
from core.agent.stored import PAUSE, Stored
from core.attempt import Online
from core.chat import Author, Status, Task, TaskQuery, Thread
from core.database import Database
from core.service import Service
from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace
from tests.conversations.workspaces import Launch, Process, Time
from tests.fakes.chat import ANA, Answer, Chat
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.server import MODELS
from tests.fakes.services import HttpService, calendar
from tests.fakes.slack import SlackServer

QUICK = Pace(connect=5.0, call=0.5, again=0.0)
"""Nobody waits long for a service that hangs."""
PATIENCE = 2.0
"""Seconds a test waits for a silent model."""


@dataclass(slots=True)
class Bot:
    """One process of the bot, in a chat that outlives it."""

    core: Service
    chat: Chat
    database: Database
    online: Online | None

    async def says(self, text: str, *, author: Author = ANA, thread: Thread | None = None) -> Answer:
        """The person says `text`; returns what the bot answers."""
        return await self.chat.say(self.core, text, author=author, thread=thread)

    async def command(self, text: str, *, author: Author = ANA, thread: Thread | None = None) -> Answer:
        """The person types a slash command."""
        return await self.chat.command(self.core, text, author=author, thread=thread)

    async def tasks(self, author: Author = ANA) -> list[Task]:
        """What the database holds, by number."""
        page = await self.core.find(author, TaskQuery(status=Status.ALL, size=100))
        return sorted(page.tasks, key=lambda task: task.number)

    async def titles(self, author: Author = ANA) -> list[str]:
        """The titles of all tasks, by number."""
        return [task.title for task in await self.tasks(author)]


@dataclass(slots=True)
class Clock:
    """A clock that stands where it is put."""

    at: dt.datetime

    def __call__(self) -> dt.datetime:
        """The instant it shows."""
        return self.at


@pytest.fixture
def clock(now: dt.datetime) -> Clock:
    """Monday 23 November 2026, 9:00 in Berlin."""
    return Clock(now)


@pytest.fixture
def chat() -> Chat:
    """The platform, which outlives the bot."""
    return Chat()


@pytest.fixture
async def openai() -> AsyncIterator[OpenAIServer]:
    """The stand-in OpenAI."""
    async with OpenAIServer() as server:
        yield server


def online_for(
    server: OpenAIServer,
    key: str = "sk-test",
    model: str = MODELS[0],
    pause: float = PAUSE,
    patience: float = PATIENCE,
    longest: float = LONGEST_RUN,
    most_output: int | None = None,
    services: Sequence[ServerConfig] = (),
    pace: Pace | None = None,
) -> Online:
    """OpenAI's side of the bot, pointed at the stand-in; `pause`: seconds until its responses are noted.

    `services`: other people's, with how long they may take.
    """
    client = Client(api_key=key, base_url=server.base_url, timeout=httpx2.Timeout(patience, connect=1.0), max_retries=1)
    CLIENTS.append(client)
    stored = Stored(client, pause=pause)
    conversations = Conversations(client, breakpoints=family(model).breakpoints, stored=stored)
    servers = Servers(services, secret=key, pace=pace) if services else None
    assistant = openai_assistant(
        client, model, patience=patience, longest=longest, most_output=most_output, stored=stored, servers=servers
    )
    if servers is None:
        return Online(assistant, conversations, patience)
    SERVERS.append(servers)
    servers.refresh()
    return Online(assistant, conversations, patience, Decisions(client, servers, key))


CLIENTS: list[Client] = []
SERVERS: list[Servers] = []


@pytest.fixture(autouse=True)
async def hung_up() -> AsyncIterator[None]:
    """Connections end with their test: one that is only collected later leaves its number to a socket gone deaf."""
    yield
    while SERVERS:
        await SERVERS.pop().close()
    while CLIENTS:
        await CLIENTS.pop().close()


StartBot = Callable[[], Bot]


@pytest.fixture
def start(database: Database, chat: Chat, clock: Clock, openai: OpenAIServer) -> StartBot:
    """Start a process of the bot; call it again for a restart, which knows nothing of the one before."""

    def started() -> Bot:
        online = online_for(openai)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
        return Bot(core, chat, database, online)

    return started


@pytest.fixture
def bot(start: StartBot) -> Bot:
    """A bot with OpenAI."""
    return start()


@pytest.fixture
def offline_bot(database: Database, chat: Chat, clock: Clock) -> Bot:
    """A bot without a key."""
    core = Service(database, {chat.name: chat}, None, default_zone="UTC", clock=clock)
    return Bot(core, chat, database, None)


@pytest.fixture
def events() -> list[str]:
    """What the calendar was told to keep."""
    return []


@pytest.fixture
async def service(events: list[str]) -> AsyncIterator[HttpService]:
    """A calendar on loopback."""
    async with HttpService(calendar(events.append)) as there:
        yield there


@pytest.fixture
def start_with(database: Database, chat: Chat, clock: Clock, openai: OpenAIServer) -> Callable[..., Bot]:
    """Start a process of the bot that knows these services."""

    def started(*services: ServerConfig, pace: Pace | None = None, patience: float = 10.0) -> Bot:
        online = online_for(openai, services=services, pace=pace or QUICK, patience=patience)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
        return Bot(core, chat, database, online)

    return started


@pytest.fixture
async def workspace(database: Database, openai: OpenAIServer, clock: Clock) -> AsyncIterator[Workspace]:
    """A Slack workspace with the bot in it."""
    async with SlackServer() as slack:
        there = Workspace(slack, openai, database, lambda: online_for(openai), clock)
        await there.start()
        yield there
        await there.stop()


@pytest.fixture(params=["workspace", "guild"])
def town(request: pytest.FixtureRequest) -> Workspace | Guild:
    """Each platform in turn."""
    there: Workspace | Guild = request.getfixturevalue(request.param)
    return there


@pytest.fixture
async def guild(database: Database, openai: OpenAIServer, clock: Clock) -> AsyncIterator[Guild]:
    """A Discord server with the bot in it; all that goes over the wire has to be valid."""
    async with DiscordServer(second=0.01) as discord:
        there = Guild(discord, openai, database, lambda: online_for(openai), clock)
        await there.start()
        yield there
        await there.stop()
        assert not discord.invalid, discord.invalid


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Slack, in which the app is for several workspaces."""
    async with SlackServer() as server:
        yield server


@pytest.fixture
def time() -> Time:
    """Nine in the morning."""
    return Time()


@pytest.fixture
async def launch(slack: SlackServer, database: Database, tmp_path: Path, time: Time) -> AsyncIterator[Launch]:
    """Starts processes that share a folder, and stops them."""
    running: list[Process] = []

    async def started(*, socket: bool = False, **more: object) -> Process:
        shared = Database(database.session_url.render_as_string(hide_password=False))
        process = Process(slack, shared, tmp_path / "data", time, more, socket)
        await process.start()
        running.append(process)
        return process

    yield started
    for process in running:
        await process.stop()
        await process.database.close()
