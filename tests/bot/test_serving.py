"""The bot's own web server: Slack's events over HTTP, and whether the bot is well."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.settings import SlackSettings
from bot.health import Connection, serving
from bot.web import PortTakenError
from core.database import Database
from tests.conversations.slack import Workspace
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer


class OverHTTP(Workspace):
    """A workspace that hands its events over by HTTP."""

    url = ""

    def settings(self) -> SlackSettings:
        """Without a websocket."""
        return SlackSettings(
            _env_file=None,  # type: ignore[call-arg]
            bot_token=SecretStr(self.slack.bot_token),
            signing_secret=SecretStr(self.slack.signing_secret),
            api_url=self.slack.api_url,
        )


@pytest.fixture
async def there(database: Database, now: dt.datetime) -> AsyncIterator[OverHTTP]:
    """The bot behind its own web server."""
    async with SlackServer() as slack, OpenAIServer() as openai:
        workspace = OverHTTP(slack, openai, database, lambda: None, lambda: now)
        await workspace.start()
        platform = workspace.platform
        connection = Connection(platform, (EVENTS_PATH, platform.events), lambda: platform.trouble)
        async with serving("127.0.0.1", 0, [connection]) as port:
            workspace.url = f"http://127.0.0.1:{port}"
            slack.envelopes.events_url = workspace.url + EVENTS_PATH
            yield workspace
            await workspace.stop()


async def test_the_same_things_over_http(there: OverHTTP) -> None:
    """A mention, a command, a button and a form, without a websocket."""
    thread = await there.mention(there.ana, "add Buy milk")
    assert there.slack.envelopes.connections == 0
    pressed = await there.slack.press(there.ana, there.channel, there.answers(thread)[-1].ts, "task_act:done")
    assert pressed.attempts == 1
    await there.slack.until(lambda: there.slack.asked("chat.update"))
    await there.slack.slash(there.ana, there.channel, "/task", "add Buy bread")
    await there.slack.until(lambda: there.slack.whispers)
    await there.slack.shortcut(there.ana, "new_task")
    await there.slack.until(lambda: there.slack.views)
    await there.slack.submit(there.ana, next(iter(there.slack.views.values())), title="Buy jam")
    await there.platform.idle()
    assert await there.titles(there.ana) == ["Buy milk", "Buy bread", "Buy jam"]
    assert [task.done for task in await there.tasks(there.ana)] == [True, False, False]


async def test_what_is_not_signed_is_refused(there: OverHTTP) -> None:
    """A wrong signature and an old one are nobody's business."""
    body = json.dumps({"type": "event_callback", "event": {"type": "app_mention", "text": "delete all"}})
    old = {"x-slack-request-timestamp": "1600000000", "x-slack-signature": "v0=0"}
    async with aiohttp.ClientSession(headers={"content-type": "application/json"}) as web:
        for headers in ({}, old):
            async with web.post(there.url + EVENTS_PATH, data=body, headers=headers) as answer:
                assert answer.status == 401
        async with web.get(there.url + EVENTS_PATH) as answer:
            assert answer.status == 405


async def test_slacks_challenge_is_answered(there: OverHTTP) -> None:
    """As Slack asks when the address is entered in the app's settings."""
    asked = there.slack.hand_over("events_api", {"type": "url_verification", "challenge": "say this"})
    await asked.done.wait()
    assert asked.response == {"challenge": "say this"}


async def test_health(there: OverHTTP) -> None:
    """200 while all is well, 503 with the reason when it isn't."""
    async with aiohttp.ClientSession() as web:
        async with web.get(f"{there.url}/health") as answer:
            assert (answer.status, await answer.json()) == (200, {"slack": "ok"})
        there.slack.revoked = True
        await there.slack.slash(there.ana, there.channel, "/ask", "hello")
        await there.platform.idle()
        async with web.get(f"{there.url}/health") as answer:
            assert answer.status == 503
            assert "SLACK_BOT_TOKEN" in (await answer.json())["slack"]


async def test_a_bot_that_stops_takes_no_more(there: OverHTTP) -> None:
    """503, so that Slack hands the event over again, to the next process."""
    thread = await there.mention(there.ana, "add milk")
    await there.stop()
    there.slack.envelopes.ack_seconds = 0.5
    await there.slack.say(there.ana, there.channel, "add bread", thread=thread)
    await there.slack.until(lambda: there.slack.envelopes.delivered[-1].attempts > 1)
    assert await there.titles(there.ana) == ["milk"]


async def test_a_port_that_is_taken(there: OverHTTP) -> None:
    """A sentence with the setting to change."""
    port = int(there.url.rpartition(":")[2])
    with pytest.raises(PortTakenError, match="Set HOST or PORT"):
        async with serving("127.0.0.1", port, []):
            pass
