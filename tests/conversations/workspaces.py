"""Several workspaces and one bot, which they install as people do: by its pages, over HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from cryptography.fernet import Fernet
from pydantic import SecretStr

from adapters.slack.installed.installation import Key
from adapters.slack.installed.pages import COOKIE
from adapters.slack.installed.storage import installations
from adapters.slack.installed.store import Installations
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from adapters.slack.platform import Slack
from adapters.slack.settings import SlackSettings
from bot.health import Connection, serving
from core.chat import Author, Status, TaskQuery
from core.database import Database
from core.reminders import Reminders
from core.service import Service
from tests.fakes.slack import Channel, Message, SlackServer, User
from tests.fakes.slack.installing import approve
from tests.fakes.slack.teams import Team

KEY = Fernet.generate_key().decode()


class Time:
    """A clock that can be moved."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass(slots=True)
class Firm:
    """A workspace with one person and one channel."""

    team: Team
    ana: User
    channel: Channel

    @property
    def bot(self) -> str:
        """How people mention the bot there."""
        return f"<@{self.team.bot_user}>"


@dataclass(slots=True)
class Process:
    """One process of the bot, with its web server."""

    slack: SlackServer
    database: Database
    folder: Path
    clock: Callable[[], dt.datetime]
    more: dict[str, object] = field(default_factory=dict)
    """Settings beside those that are needed."""
    socket: bool = False
    url: str = ""
    platform: Slack = field(init=False)
    core: Service = field(init=False)
    reminders: Reminders = field(init=False)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _running: list[asyncio.Task[None]] = field(default_factory=list)

    def settings(self) -> SlackSettings:
        """Settings that point at the stand-in, whatever `.env` says."""
        slack = self.slack
        way = {"app_token": SecretStr(slack.app_token)} if self.socket else {}
        given: dict[str, object] = {
            "client_id": slack.client_id,
            "client_secret": SecretStr(slack.client_secret),
            "signing_secret": SecretStr(slack.signing_secret),
            "installation_key": SecretStr(KEY),
            "api_url": slack.api_url,
        }
        return SlackSettings(_env_file=None, **{**given, **way, **self.more})  # type: ignore[arg-type, call-arg]

    async def start(self) -> None:
        """Start it, and wait until it takes events."""
        self.platform = Slack(self.settings(), data_dir=self.folder, drain=5)
        self.core = Service(
            self.database,
            {"slack": self.platform},
            None,
            default_zone="UTC",
            clock=self.clock,
            changed=lambda receipt, who: self.reminders.changed(receipt),
        )
        await self.core.join()
        self.reminders = Reminders(
            self.database,
            self.platform,
            default_zone="UTC",
            clock=self.clock,
            posted=self.core.posted,
            nap=0.02,
            reach=self.platform.reach,
        )
        self._running = [
            asyncio.create_task(self.platform.listen(self.core)),
            asyncio.create_task(self.reminders.run()),
        ]
        await asyncio.wait_for(self.platform.connected.wait(), 20)
        await asyncio.wait_for(self.platform.idle(), 20)
        connection = Connection(
            self.platform,
            (EVENTS_PATH, self.platform.events),
            ((INSTALL_PATH, self.platform.install), (REDIRECT_PATH, self.platform.redirected)),
            trouble=lambda: self.platform.trouble,
        )
        port = await self._stack.enter_async_context(serving("127.0.0.1", 0, [connection]))
        self.url = f"http://127.0.0.1:{port}"
        if not self.socket:
            self.slack.envelopes.events_urls = [*self.slack.envelopes.events_urls, self.url + EVENTS_PATH]

    async def stop(self) -> None:
        """Tell it to stop, as SIGTERM does, and wait until it has drained."""
        if not self.socket:
            left = [one for one in self.slack.envelopes.events_urls if not one.startswith(self.url)]
            self.slack.envelopes.events_urls = left
        await self._stack.aclose()
        for running in reversed(self._running):
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        await self.core.close()

    async def open(self, path: str, cookie: str = "", **headers: str) -> aiohttp.ClientResponse:
        """Open a page in a browser that follows nobody and has this cookie."""
        if cookie:
            headers["Cookie"] = f"{COOKIE}={cookie}"
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser,
            browser.get(self.url + path, headers=headers, allow_redirects=False) as answer,
        ):
            await answer.read()
            return answer

    async def begin(self) -> tuple[str, str]:
        """Open the page that installs: where it leads, and the cookie that it leaves."""
        answer = await self.open(INSTALL_PATH)
        assert answer.status == 302
        return answer.headers["Location"], cookie_of(answer)

    async def install(self, team: Team, who: User) -> aiohttp.ClientResponse:
        """Install the app in a workspace, as somebody with a browser does; the last page."""
        address, cookie = await self.begin()
        return await self.open(back(approve(self.slack, address, team, who)), cookie)

    async def installed(self, name: str) -> Firm:
        """A new workspace that has installed the app."""
        firm = newcomer(self.slack, name)
        answer = await self.install(firm.team, firm.ana)
        assert answer.status == 200, await answer.text()
        return firm

    @property
    def kept(self) -> Installations:
        """What is on disk."""
        return installations(self.settings(), self.folder)

    async def say(self, firm: Firm, text: str) -> str:
        """Mention the bot; what it answers, once it does."""
        thread = await self.slack.say(firm.ana, firm.channel, f"{firm.bot} {text}")
        await self.slack.until(lambda: answers(self.slack, firm, thread))
        await self.platform.idle()
        return shown(answers(self.slack, firm, thread))

    async def titles(self, firm: Firm) -> list[str]:
        """The person's tasks."""
        who = Author("slack", firm.team.id, firm.ana.id, "Ana")
        page = await self.core.find(who, TaskQuery(status=Status.ALL, size=100))
        return sorted(task.title for task in page.tasks)


Launch = Callable[..., Awaitable[Process]]
"""Starts a process, with more settings, over HTTP or by `socket`; all of them share a folder."""


def newcomer(slack: SlackServer, name: str) -> Firm:
    """A workspace that has not installed the app."""
    team = slack.teams.new(name)
    ana = slack.user("Ana", team=team)
    return Firm(team, ana, slack.channel("general", members=[ana], team=team))


def key_of(firm: Firm) -> Key:
    """What its installation is kept under."""
    return Key(team=firm.team.id)


def answers(slack: SlackServer, firm: Firm, thread: str) -> list[Message]:
    """The bot's finished messages in a thread of the workspace's channel."""
    return [
        one
        for one in slack.messages(firm.channel, thread)
        if one.user == firm.team.bot_user and not one.streaming and one.metadata
    ]


def direct(slack: SlackServer, firm: Firm) -> list[Message]:
    """What the bot has said to the person directly."""
    return [one for one in slack.messages(slack.dm(firm.ana)) if one.user == firm.team.bot_user]


def shown(messages: list[Message]) -> str:
    """All that they show."""
    return " ".join(f"{one.text} {json.dumps(one.blocks, ensure_ascii=False)}" for one in messages)


def back(address: str) -> str:
    """The path and query that Slack sends a browser back to."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def cookie_of(answer: aiohttp.ClientResponse) -> str:
    """The installation's cookie in an answer."""
    jar = SimpleCookie()
    for line in answer.headers.getall("Set-Cookie", []):
        jar.load(line)
    return jar[COOKIE].value if COOKIE in jar else ""
