"""The process and Slack: started, killed and stopped as an operator would, with nothing but its environment."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import psycopg
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from adapters.mcp.tokens import Held, Keys, Kind
from tests.adapters.mcp.web import free_port
from tests.bot.conftest import BOT, RunBot
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import Channel, Fault, Message, SlackServer, User
from tests.fakes.slack.manifests import problems

LONG = 60.0


class Bot:
    """Processes of the bot, one after another, in one workspace."""

    def __init__(self, slack: SlackServer, openai: OpenAIServer, environment: dict[str, str], folder: Path) -> None:
        self.slack = slack
        self.openai = openai
        self.ana: User = slack.user("Ana")
        self.channel: Channel = slack.channel("general", members=[self.ana])
        self._environment = environment | {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": openai.base_url,
            "OPENAI_MODEL": "gpt-test",
        }
        self._folder = folder
        self.database_url = environment["DATABASE_URL"]

    @asynccontextmanager
    async def running(self, **more: str) -> AsyncIterator[Process]:
        """A process that is connected; killed at the end if it still runs."""
        process = await asyncio.create_subprocess_exec(
            str(BOT), "run", env=self._environment | more, cwd=self._folder, stderr=PIPE
        )
        try:
            await self.slack.until(lambda: self.slack.envelopes.connections, LONG)
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
            await self.slack.until(lambda: not self.slack.envelopes.connections, LONG)

    async def say(self, text: str, thread: str | None = None) -> str:
        """Say something, mentioning the bot to begin a thread; the message's timestamp."""
        words = text if thread else f"<@{self.slack.bot_user}> {text}"
        return await self.slack.say(self.ana, self.channel, words, thread=thread)

    async def answered(self, thread: str, times: int) -> list[Message]:
        """The finished answers in a thread, once there are so many."""
        await self.slack.until(lambda: len(self.answers(thread)) >= times, LONG)
        return self.answers(thread)

    def answers(self, thread: str) -> list[Message]:
        """The finished answers in a thread."""
        said = self.slack.messages(self.channel, thread)
        return [one for one in said if one.user == self.slack.bot_user and one.metadata and not one.streaming]


@pytest.fixture
async def bot(bare_environment: dict[str, str], database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    """A workspace without a bot yet."""
    async with SlackServer() as slack, OpenAIServer() as openai:
        yield Bot(slack, openai, bare_environment | {"DATABASE_URL": database_url}, tmp_path)


async def test_killed_between_two_messages_it_remembers(bot: Bot) -> None:
    """No farewell, no file, no row: the next process finds the conversation in the thread."""
    async with bot.running() as first:
        thread = await bot.say("the door is blue")
        await bot.answered(thread, 1)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    async with bot.running():
        await bot.say("which colour?", thread)
        await bot.answered(thread, 2)
    assert len(bot.openai.store.conversations) == 1
    assert len(bot.openai.asked("/conversations")) == 1


async def test_killed_in_the_middle_of_an_answer_it_answers_once(bot: Bot) -> None:
    """The message was taken, but has no stamped answer: handed over again, it gets one."""
    bot.openai.slow(first_token_seconds=30)
    async with bot.running() as first:
        thread = await bot.say("the door is blue")
        await bot.openai.wait_for_requests(2)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    bot.openai.slow()
    async with bot.running():
        bot.slack.redeliver(thread)
        await bot.answered(thread, 1)
        bot.slack.redeliver(thread)
        await bot.say("add milk", thread)
        await bot.answered(thread, 2)
    assert len(bot.answers(thread)) == 2


async def test_told_to_stop_it_ends_what_it_has_begun(bot: Bot) -> None:
    """SIGTERM: the running turn is finished and said, then the process leaves with nothing wrong."""
    bot.openai.slow(first_token_seconds=1)
    async with bot.running() as process:
        thread = await bot.say("the door is blue")
        await bot.openai.wait_for_requests(2)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), LONG)
    assert process.returncode == 0, errors.decode()
    assert "the door is blue" in bot.answers(thread)[0].text


async def test_no_word_of_anybodys_in_postgres_or_in_the_log(bot: Bot, database_url: str) -> None:
    """Threads, conversations and what is said stay where they are; the log tells events alone."""
    async with bot.running() as process:
        thread = await bot.say("secret plans about the zeppelin")
        answer = (await bot.answered(thread, 1))[0]
        process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()
    assert answer.metadata
    conversation = answer.metadata["event_payload"]["conversation"]  # type: ignore[index]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT users::text FROM users UNION ALL SELECT tasks::text FROM tasks").fetchall()
    for told in (log.decode(), str(rows)):
        assert not [word for word in ("zeppelin", thread, str(conversation), bot.slack.bot_token) if word in told]


async def test_check_asks_slack(bot: Bot, run_bot: RunBot, database_url: str) -> None:
    """Two calls tell whether both tokens are good."""
    environment = {
        "DATABASE_URL": database_url,
        "SLACK_BOT_TOKEN": bot.slack.bot_token,
        "SLACK_APP_TOKEN": bot.slack.app_token,
        "SLACK_API_URL": bot.slack.api_url,
    }
    fine = await asyncio.to_thread(run_bot, "check", **environment)
    assert fine.returncode == 0, fine.stdout
    assert "https://acme.slack.com" in fine.stdout
    wrong = await asyncio.to_thread(run_bot, "check", **environment | {"SLACK_APP_TOKEN": "xapp-other"})
    assert (wrong.returncode, "refuses SLACK_APP_TOKEN: invalid_auth" in wrong.stdout) == (1, True)
    bot.slack.revoked = True
    revoked = await asyncio.to_thread(run_bot, "check", **environment)
    assert (revoked.returncode, "refuses SLACK_BOT_TOKEN: token_revoked" in revoked.stdout) == (1, True)
    away = await asyncio.to_thread(run_bot, "check", **environment | {"SLACK_API_URL": "http://127.0.0.1:9/api/"})
    assert (away.returncode, "can't be reached" in away.stdout) == (1, True)


@pytest.mark.parametrize(
    ("given", "wants"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-sesame"}, "begins with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-sesame"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-sesame", "SLACK_APP_TOKEN": "xoxb-sesame"}, "begins with xapp-"),
        ({"SLACK_BOT_TOKEN": "xoxb-sesame", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "slack.com"}, "https://"),
        ({"SLACK_BOT_TOKEN": "xoxb-ses\name", "SLACK_APP_TOKEN": "xapp-1"}, "begins with xoxb-"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "sesame"}, "bot workspaces key"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_BOT_TOKEN": "xoxb-sesame", "SLACK_APP_TOKEN": "xapp-1"}, "set one of them"),
        ({"SLACK_INSTALLATION_KEY": "sesame"}, "bot workspaces key"),
        ({"SLACK_REDIRECT_URL": "sesame"}, "https://"),
    ],
)
def test_a_bad_setting_is_named_with_what_it_wants(run_bot: RunBot, given: dict[str, str], wants: str) -> None:
    """And never quoted: it may be a key."""
    ran = run_bot("run", **given)
    assert ran.returncode == 2
    assert wants in ran.stderr
    assert "sesame" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_manifest(run_bot: RunBot) -> None:
    """Valid JSON with all that the bot listens to; an address makes it one for HTTP."""
    told = json.loads(run_bot("manifest", "slack").stdout)
    assert told["settings"]["socket_mode_enabled"] is True
    assert {command["command"] for command in told["features"]["slash_commands"]} == {"/task", "/ask"}
    events = {"app_mention", "message.im", "app_home_opened", "agent_session_stopped"}
    assert events | {"app_uninstalled", "tokens_revoked"} <= set(told["settings"]["event_subscriptions"]["bot_events"])
    assert not [scope for scope in told["oauth_config"]["scopes"]["bot"] if scope.startswith(("admin", "search"))]
    over_http = json.loads(run_bot("manifest", "slack", "--url", "https://bot.example.com/").stdout)
    assert over_http["settings"]["socket_mode_enabled"] is False
    address = "https://bot.example.com/slack/events"
    assert over_http["settings"]["event_subscriptions"]["request_url"] == address
    assert over_http["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]
    assert {command["url"] for command in over_http["features"]["slash_commands"]} == {address}
    assert run_bot("manifest", "irc").returncode == 2


@pytest.mark.parametrize("options", [(), ("--url", "https://bot.example.com")])
def test_the_manifest_makes_an_app_today(run_bot: RunBot, options: tuple[str, ...]) -> None:
    """It validates against the published schema, has nothing that is closed to new apps, and the link carries it."""
    ran = run_bot("manifest", "slack", *options)
    told = json.loads(ran.stdout)
    assert problems(told) == []
    assert told["features"]["agent_view"]["agent_description"]
    assert {"app_home_opened", "app_context_changed"} <= set(told["settings"]["event_subscriptions"]["bot_events"])
    link = urlsplit(next(line for line in ran.stderr.splitlines() if line.startswith("https://")))
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://api.slack.com/apps"
    asked = parse_qs(link.query)
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == told


async def test_what_a_killed_turn_had_done_is_told_and_not_done_again(bot: Bot) -> None:
    """The task is there, the words are not, and Slack had the event confirmed."""
    slack = bot.slack
    async with bot.running():
        for method in ("chat.postMessage", "chat.startStream"):
            slack.fail(method, Fault(status=500, times=1_000))
        thread = await bot.say('tool:add_task {"tasks": [{"title": "Milk"}]}')
        await slack.until(lambda: slack.asked("chat.postMessage") and not slack.envelopes.unacknowledged, LONG)
    slack._faults.clear()
    async with bot.running():
        (answer,) = await bot.answered(thread, 1)
        assert "I was interrupted" in answer.text
        assert "Milk" in json.dumps(answer.blocks)
        async with await psycopg.AsyncConnection.connect(bot.database_url) as connection:
            counted = await (await connection.execute("SELECT count(*) FROM tasks")).fetchone()
        assert counted == (1,)


async def test_a_half_answer_is_closed_and_its_message_answered(bot: Bot) -> None:
    """The stream of a process that was killed ends and says so."""
    slack = bot.slack
    bot.openai.slow(between_deltas_seconds=0.5)
    async with bot.running():
        thread = await bot.say("tell me a long story " * 10)
        await slack.until(lambda: any(one.streaming for one in slack.messages(bot.channel, thread)), LONG)
        await slack.until(lambda: not slack.envelopes.unacknowledged, LONG)
    bot.openai.slow(between_deltas_seconds=0)
    async with bot.running():
        await slack.until(lambda: any("long story" in one.text for one in bot.answers(thread)[1:]), LONG)
        half, whole = bot.answers(thread)
        assert not half.streaming
        assert "interrupted" in half.text
        assert "interrupted" not in whole.text


async def test_what_a_client_changes_shows_in_app_home(bot: Bot) -> None:
    """The whole process: a code by `/task connect`, a call to `/mcp`, and the Home that is open shows it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    more = {"MCP_KEYS": "k" * 40, "MCP_URL": address, "PORT": str(port), "HOST": "127.0.0.1"}
    keys = Keys([more["MCP_KEYS"]], address, f"{address}/mcp")

    def home() -> str:
        view = bot.slack.homes.get(bot.ana.id)
        return json.dumps(view.told) if view else ""

    def code() -> str:
        said = " ".join(f"{one.text} {json.dumps(one.blocks)}" for one in bot.slack.whispers)
        found = re.search(r"[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}", said.replace("\\n", " "))
        return found[0] if found else ""

    async with bot.running(**more):
        await bot.slack.slash(bot.ana, bot.channel, "/task", "connect")
        await bot.slack.until(code, LONG)
        of_code = keys.read(Kind.CODE, code())
        assert of_code is not None
        await bot.slack.open_home(bot.ana)
        await bot.slack.until(lambda: "Home" in home() or "task" in home(), LONG)
        token = keys.sign(Kind.ACCESS, Held(of_code.user, name="Claude (claude.ai)"))
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            await client.call_tool("add_task", {"tasks": [{"title": "Pay rent", "due": "today"}]})
            await bot.slack.until(lambda: "Pay rent" in home(), LONG)
