"""The bot's own web server: Slack's events over HTTP, and whether the bot is well."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from urllib.parse import quote_plus

import aiohttp
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

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
        connection = Connection(platform, (EVENTS_PATH, platform.events), trouble=lambda: platform.trouble)
        async with serving("127.0.0.1", 0, [connection]) as port:
            workspace.url = f"http://127.0.0.1:{port}"
            slack.envelopes.events_urls = [workspace.url + EVENTS_PATH]
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


async def test_a_revoked_token_is_not_ready_and_yet_alive(there: OverHTTP) -> None:
    """`/ready`: 200 while work is taken, 503 with the reason when not; `/health` knows, and is 200 all the while."""
    async with aiohttp.ClientSession() as web:
        for page in ("ready", "health"):
            async with web.get(f"{there.url}/{page}") as answer:
                assert (answer.status, await answer.json()) == (200, {"slack": "ok"})
        there.slack.revoked = True
        await there.slack.slash(there.ana, there.channel, "/ask", "hello")
        await there.platform.idle()
        for page, status in (("ready", 503), ("health", 200)):
            async with web.get(f"{there.url}/{page}") as answer:
                assert answer.status == status
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


def signed(there: OverHTTP, body: bytes, content: str, stamp: str | None = None) -> dict[str, str]:
    """Headers as Slack would send with these bytes."""
    at = stamp or str(int(time.time()))
    digest = hmac.new(there.slack.signing_secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"content-type": content, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
EVENT = {"type": "event_callback", "event": {"type": "app_mention"}}
MALFORMED: list[tuple[str, bytes]] = [
    (JSON, b""),
    (JSON, b"{"),
    (JSON, b"[]"),
    (JSON, b"null"),
    (JSON, b"5"),
    (JSON, b"\xff\xfe"),
    (JSON, b"[" * 100_000),
    (JSON, b"{}"),
    (JSON, b'{"type": "event_callback"}'),
    (JSON, b'{"type": "event_callback", "event": 5}'),
    (JSON, b'{"type": "event_callback", "event": {"type": 5}}'),
    (JSON, b'{"type": {}, "event": {}}'),
    (JSON, json.dumps({**EVENT, "authorizations": 5}).encode()),
    (JSON, json.dumps({**EVENT, "authorizations": [5]}).encode()),
    (JSON, json.dumps({**EVENT, "event_id": []}).encode()),
    (JSON, json.dumps({**EVENT, "team_id": {}}).encode()),
    (JSON, json.dumps({"type": "event_callback", "event": {"type": "message", "user": 5}}).encode()),
    (JSON, json.dumps({"type": "event_callback", "event": {"type": "message", "channel": [1]}}).encode()),
    (JSON, json.dumps({"type": "event_callback", "event": {"type": "reaction_added", "item": 7}}).encode()),
    (FORM, b""),
    (FORM, b"payload="),
    (FORM, b"payload=%7B"),
    (FORM, b"payload=%5B%5D"),
    (FORM, b"payload=%ff"),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "block_actions", "user": 5})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "block_actions", "actions": [5]})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "block_actions", "actions": []})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "block_actions", "actions": [{}]})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "block_actions", "actions": [{"action_id": []}]})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "block_suggestion", "action_id": []})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "view_submission", "view": "x"})).encode()),
    (FORM, b"payload=" + quote_plus(json.dumps({"type": "message_action", "channel": 1, "message": []})).encode()),
    (FORM, b"&".join(b"a=1" for _ in range(1_000))),
]


@pytest.mark.parametrize(("content", "body"), MALFORMED)
async def test_what_makes_no_sense_is_refused(there: OverHTTP, content: str, body: bytes) -> None:
    """400 when it is signed and 401 when it isn't, never a traceback; and the next request is answered."""
    address = there.url + EVENTS_PATH
    with capture_logs() as logs:
        async with aiohttp.ClientSession() as web:
            async with web.post(address, data=body, headers=signed(there, body, content)) as answer:
                assert answer.status == 400, await answer.text()
                assert "Traceback" not in await answer.text()
            bad = {**signed(there, body, content), "x-slack-signature": "v0=\u00e9"}
            for headers in ({"content-type": content}, bad, signed(there, body, content, "1600000000")):
                async with web.post(address, data=body, headers=headers) as answer:
                    assert answer.status == 401
            junk = {**signed(there, body, content), "x-slack-request-timestamp": "9" * 5_000}
            async with web.post(address, data=body, headers=junk) as answer:
                assert answer.status == 401
    assert not [line for line in logs if line["log_level"] == "error"]


@pytest.mark.parametrize("kind", ["app_home_opened", "app_context_changed", "assistant_thread_started", "message"])
async def test_an_event_that_tells_nothing_does_nothing(there: OverHTTP, kind: str) -> None:
    """Of a shape that may be Slack's, and empty: acknowledged, so that it doesn't come again."""
    with capture_logs() as logs:
        told = there.slack.event({"type": kind, "assistant_thread": [], "context": 5, "tab": "messages"})
        await told.done.wait()
        await there.platform.idle()
    assert not [line for line in logs if line["log_level"] == "error"]
