"""Several workspaces as an operator has them: `bot run` over HTTP, killed and started, and `bot workspaces`."""

from __future__ import annotations

import asyncio
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet

from adapters.slack.installed.pages import COOKIE
from tests.bot.conftest import BOT, RunBot
from tests.conversations.workspaces import Firm, answers, back, cookie_of, newcomer
from tests.fakes.slack import SlackServer
from tests.fakes.slack.installing import approve

LONG = 60.0


class Operator:
    """Runs the bot with nothing but an environment."""

    def __init__(self, slack: SlackServer, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.slack = slack
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment | {
            "SLACK_CLIENT_ID": slack.client_id,
            "SLACK_CLIENT_SECRET": slack.client_secret,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_INSTALLATION_KEY": Fernet.generate_key().decode(),
            "SLACK_API_URL": slack.api_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        """A process that is connected; killed at the end if it still runs."""
        process = await asyncio.create_subprocess_exec(
            str(BOT), "run", env=self.environment, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        assert process.stdout
        try:
            line = await asyncio.wait_for(process.stdout.readline(), LONG)
            assert b"Connected to Slack" in line, line
            self.slack.envelopes.events_urls = [f"{self.url}/slack/events"]
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()

    async def install(self, firm: Firm) -> int:
        """Install it in a browser; the last page's status."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            async with browser.get(f"{self.url}/slack/install", allow_redirects=False) as page:
                address, cookie = page.headers["Location"], cookie_of(page)
            link = self.url + back(approve(self.slack, address, firm.team, firm.ana))
            async with browser.get(link, headers={"Cookie": f"{COOKIE}={cookie}"}) as page:
                return page.status

    async def say(self, firm: Firm, text: str) -> None:
        """Mention the bot, and wait for the answer."""
        thread = await self.slack.say(firm.ana, firm.channel, f"{firm.bot} {text}")
        await self.slack.until(lambda: answers(self.slack, firm, thread), LONG)


@pytest.fixture
async def operator(database_url: str, bare_environment: dict[str, str]) -> AsyncIterator[Operator]:
    """Slack, and a database."""
    async with SlackServer() as slack:
        yield Operator(slack, bare_environment | {"DATABASE_URL": database_url})


async def test_a_process_that_is_killed_has_forgotten_no_workspace(operator: Operator) -> None:
    """The next one knows all that had installed the app, and answers there at once."""
    alpha, beta = newcomer(operator.slack, "Alpha"), newcomer(operator.slack, "Beta")
    async with operator.running() as process:
        assert await operator.install(alpha) == 200
        assert await operator.install(beta) == 200
        await operator.say(alpha, "add milk")
        process.kill()
    async with operator.running():
        await operator.say(beta, "add bread")
        await operator.say(alpha, "list")
    assert not [call for call in operator.slack.calls if call.error]


async def test_workspaces_are_listed_and_removed(operator: Operator, run_bot: RunBot, tmp_path: Path) -> None:
    """Names, ids, since when and which scopes are missing; never a token. What is removed is gone at Slack, too."""
    alpha, beta = newcomer(operator.slack, "Alpha"), newcomer(operator.slack, "Beta")

    async def run(*arguments: str) -> tuple[int, str]:
        ran = await asyncio.to_thread(run_bot, *arguments, **operator.environment, COLUMNS="200")
        return ran.returncode, ran.stdout + ran.stderr

    assert "No workspace has installed the app yet" in (await run("workspaces"))[1]
    async with operator.running():
        for firm in (alpha, beta):
            assert await operator.install(firm) == 200
        code, told = await run("workspaces")
        assert code == 0
        for word in ("Alpha", alpha.team.id, "Beta", beta.team.id):
            assert word in told
        assert "scopes missing" not in told
        assert "xox" not in told
        assert (await run("check"))[1].count("installed in 2 workspaces") == 1
        assert (await run("workspaces", "remove", "T0NOBODY"))[0] == 1
        code, told = await run("workspaces", "remove", beta.team.id)
        assert (code, "Beta is removed" in told) == (0, True)
        assert not beta.team.installed
        assert beta.team.id not in (await run("workspaces"))[1]
        await operator.say(alpha, "add milk")
    files = [one.name for one in (tmp_path / "data" / "slack").rglob("bot-latest")]
    assert len(files) == 1


async def test_what_cannot_be_done_at_slack_is_not_done_here(operator: Operator, run_bot: RunBot) -> None:
    """An installation stays until Slack has taken the app out, or says that it is out."""
    alpha = newcomer(operator.slack, "Alpha")
    async with operator.running():
        await operator.install(alpha)
    away = operator.environment | {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    ran = await asyncio.to_thread(run_bot, "workspaces", "remove", alpha.team.id, **away)
    assert (ran.returncode, "nothing was changed" in ran.stderr) == (1, True)
    operator.slack.teams.revoke(alpha.team)
    ran = await asyncio.to_thread(run_bot, "workspaces", "remove", alpha.team.id, **operator.environment)
    assert ran.returncode == 0, ran.stderr


async def test_scopes_that_a_workspace_has_not_granted(operator: Operator, run_bot: RunBot) -> None:
    """After an update that wants more: whoever runs the bot sees who has to install again."""
    alpha = newcomer(operator.slack, "Alpha")
    async with operator.running(), aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{operator.url}/slack/install", allow_redirects=False) as page:
            address, cookie = page.headers["Location"], cookie_of(page)
        link = approve(operator.slack, address, alpha.team, alpha.ana)
        alpha.team.scopes = "chat:write,commands"
        async with browser.get(operator.url + back(link), headers={"Cookie": f"{COOKIE}={cookie}"}) as page:
            assert page.status == 200
    ran = await asyncio.to_thread(run_bot, "workspaces", **operator.environment, COLUMNS="400")
    assert "scopes missing" in ran.stdout
    assert "users:read" in ran.stdout


def test_a_key_is_printed(run_bot: RunBot) -> None:
    """One that the settings take."""
    ran = run_bot("workspaces", "key")
    assert Fernet(ran.stdout.strip())


def test_one_token_has_no_workspaces_to_list(run_bot: RunBot) -> None:
    """A sentence that says which setting is for it."""
    ran = run_bot("workspaces", SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1")
    assert (ran.returncode, "SLACK_CLIENT_ID" in ran.stderr) == (1, True)
