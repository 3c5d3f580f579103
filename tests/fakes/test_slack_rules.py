"""The stand-in Slack refuses what Slack refuses, in Slack's words, as the real SDK hears them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import Channel, Fault, SlackServer, User
from tests.fakes.slack.manifests import SCHEMA

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """The stand-in."""
    async with SlackServer() as running:
        yield running


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    """The real SDK, pointed at it, which tries nothing again."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: SlackServer) -> User:
    """A person."""
    return slack.user("Ana")


@pytest.fixture
def channel(slack: SlackServer, ana: User) -> Channel:
    """A channel she is in."""
    return slack.channel("general", members=[ana])


async def refusal(call: Awaitable[object]) -> str:
    """Slack's word for why not."""
    with pytest.raises(SlackApiError) as refused:
        await call
    word: str = refused.value.response["error"]
    return word


async def test_channels_are_left_gone_or_archived(slack: SlackServer, client: AsyncWebClient, channel: Channel) -> None:
    """Each has its own word."""
    assert await refusal(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    channel.archived = True
    assert await refusal(client.chat_postMessage(channel=channel.id, text="x")) == "is_archived"
    channel.archived, channel.bot = False, False
    assert await refusal(client.chat_postMessage(channel=channel.id, text="x")) == "not_in_channel"
    channel.bot = True
    assert await refusal(client.chat_postMessage(channel=channel.id, thread_ts="1.0", text="x")) == "thread_not_found"
    assert (await client.chat_postMessage(channel=channel.id, text="x"))["ok"]


async def test_messages_have_limits(client: AsyncWebClient, channel: Channel) -> None:
    """Length, blocks, and their contents."""
    post = client.chat_postMessage
    assert await refusal(post(channel=channel.id, text="x" * 40_001)) == "msg_too_long"
    assert await refusal(post(channel=channel.id, markdown_text="x" * 12_001)) == "msg_too_long"
    assert await refusal(post(channel=channel.id)) == "no_text"
    assert await refusal(post(channel=channel.id, text="x", blocks=[SECTION] * 51)) == "invalid_blocks"
    assert await refusal(post(channel=channel.id, text="x", blocks=[{"type": "sectoin"}])) == "invalid_blocks"
    twice = [{**SECTION, "block_id": "a"}, {**SECTION, "block_id": "a"}]
    assert await refusal(post(channel=channel.id, text="x", blocks=twice)) == "invalid_blocks"
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}, "value": "v" * 2_001}
    assert (
        await refusal(post(channel=channel.id, blocks=[{"type": "actions", "elements": [button]}])) == "invalid_blocks"
    )
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}
    assert await refusal(post(channel=channel.id, text="x", blocks=[long])) == "invalid_blocks"


async def test_a_text_without_blocks_takes_the_blocks_away(
    slack: SlackServer, client: AsyncWebClient, channel: Channel
) -> None:
    """As `chat.update` does."""
    ts = (await client.chat_postMessage(channel=channel.id, text="x", blocks=[SECTION]))["ts"]
    await client.chat_update(channel=channel.id, ts=ts, text="y")
    assert not slack.store.message(channel.id, ts).blocks


async def test_only_ones_own_messages_can_be_changed(
    slack: SlackServer, client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    """Neither a person's nor another app's, metadata included."""
    theirs = [await slack.say(ana, channel, "hi"), await slack.other_app.post(channel, None, "hi")]
    for ts in theirs:
        assert await refusal(client.chat_update(channel=channel.id, ts=ts, text="x")) == "cant_update_message"
        assert await refusal(client.chat_delete(channel=channel.id, ts=ts)) == "cant_update_message"


async def test_a_stream_has_its_rules(slack: SlackServer, client: AsyncWebClient, ana: User, channel: Channel) -> None:
    """A recipient in channels, a thread, metadata at the end alone, no update meanwhile, and an end of its own."""
    root = await slack.say(ana, channel, "hi")
    there: dict[str, Any] = {"channel": channel.id, "thread_ts": root, "markdown_text": "a"}
    assert await refusal(client.chat_startStream(**there)) == "missing_recipient_user_id"
    whom: dict[str, Any] = {"recipient_user_id": ana.id, "recipient_team_id": slack.team}
    assert (
        await refusal(client.api_call("chat.startStream", json={**there, **whom, "metadata": {}}))
        == "invalid_arguments"
    )
    ts = (await client.chat_startStream(**there, **whom))["ts"]
    assert await refusal(client.chat_update(channel=channel.id, ts=ts, text="x")) == "streaming_state_conflict"
    too_much = client.chat_appendStream(channel=channel.id, ts=ts, markdown_text="x" * 12_000)
    assert await refusal(too_much) == "msg_too_long"
    await client.chat_stopStream(channel=channel.id, ts=ts)
    again = client.chat_appendStream(channel=channel.id, ts=ts, markdown_text="x")
    assert await refusal(again) == "message_not_in_streaming_state"
    slack.stream_seconds = 0
    old = (await client.chat_startStream(**there, **whom))["ts"]
    assert await refusal(client.chat_stopStream(channel=channel.id, ts=old)) == "message_not_in_streaming_state"


async def test_stop_ends_the_streams_of_the_thread(
    slack: SlackServer, client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    """Slack ends them before the bot is told."""
    root = await slack.say(ana, channel, "hi")
    whom: dict[str, Any] = {"recipient_user_id": ana.id, "recipient_team_id": slack.team}
    ts = (await client.chat_startStream(channel=channel.id, thread_ts=root, markdown_text="a", **whom))["ts"]
    await slack.stop(ana, channel, root)
    assert slack.envelopes.delivered[-1].payload["event"]["streaming_message_ts"] == [ts]  # type: ignore[index]
    stopped = client.chat_stopStream(channel=channel.id, ts=ts)
    assert await refusal(stopped) == "message_not_in_streaming_state"


async def test_metadata_is_told_to_whom_asks(
    slack: SlackServer, client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    """And to nobody else; a thread has pages."""
    root = await slack.say(ana, channel, "hi")
    kept = {"event_type": "x", "event_payload": {"a": 1}}
    await client.chat_postMessage(channel=channel.id, thread_ts=root, text="a", metadata=kept)
    plain = await client.conversations_replies(channel=channel.id, ts=root)
    assert "metadata" not in plain["messages"][1]
    first = await client.conversations_replies(channel=channel.id, ts=root, include_all_metadata=True, limit=1)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel=channel.id, ts=root, include_all_metadata=True, cursor=cursor)
    assert rest["messages"][0]["metadata"] == kept
    assert await refusal(client.conversations_replies(channel=channel.id, ts=root, limit=1_001)) == "invalid_limit"


async def test_a_trigger_is_good_once_and_not_for_long(slack: SlackServer, client: AsyncWebClient, ana: User) -> None:
    """Three seconds, as Slack has it."""
    view = {"type": "modal", "title": {"type": "plain_text", "text": "A form"}, "blocks": [SECTION]}
    trigger = slack.new_trigger(ana.id)
    await client.views_open(trigger_id=trigger, view=view)
    assert await refusal(client.views_open(trigger_id=trigger, view=view)) == "invalid_trigger_id"
    old = slack.new_trigger(ana.id)
    slack.expire_triggers()
    assert await refusal(client.views_open(trigger_id=old, view=view)) == "expired_trigger_id"
    long = {**view, "title": {"type": "plain_text", "text": "x" * 25}}
    assert await refusal(client.views_open(trigger_id=slack.new_trigger(ana.id), view=long)) == "invalid_arguments"


async def test_a_token_can_be_wrong_missing_or_revoked(slack: SlackServer, client: AsyncWebClient) -> None:
    """Each has its own word; the app's token opens connections and nothing else."""
    other = AsyncWebClient(token="xoxb-other", base_url=slack.api_url)
    assert await refusal(other.auth_test()) == "invalid_auth"
    assert await refusal(AsyncWebClient(base_url=slack.api_url).auth_test()) == "not_authed"
    assert await refusal(client.apps_connections_open(app_token=slack.bot_token)) == "invalid_auth"
    assert (await client.apps_connections_open(app_token=slack.app_token))["url"].startswith("ws://127.0.0.1")
    slack.revoked = True
    assert await refusal(client.auth_test()) == "token_revoked"
    assert await refusal(client.api_call("odd.method")) == "token_revoked"
    slack.revoked = False
    assert await refusal(client.api_call("odd.method")) == "unknown_method"


async def test_more_than_a_tier_allows_is_refused(client: AsyncWebClient, slack: SlackServer, ana: User) -> None:
    """With 429, and the seconds to wait."""
    view = {"type": "home", "blocks": [SECTION]}
    calls = [client.views_publish(user_id=ana.id, view=view) for _ in range(120)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, SlackApiError)]
    assert 0 < len(refused) <= 20
    assert all(one.response.status_code == 429 for one in refused)
    assert all(int(one.response.headers["Retry-After"]) >= 1 for one in refused)
    assert slack.limits.most_in_a_minute("views.publish") == 120 - len(refused)


async def test_faults_befall_the_next_calls(slack: SlackServer, client: AsyncWebClient, channel: Channel) -> None:
    """Before a call is carried out or after it; then all is well again."""
    slack.fail("chat.postMessage", Fault(cut=True))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=channel.id, text="a")
    slack.fail("chat.postMessage", Fault(cut=True, after=True))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=channel.id, text="b")
    slack.fail("chat.postMessage", Fault(error="fatal_error"))
    assert await refusal(client.chat_postMessage(channel=channel.id, text="c")) == "fatal_error"
    await client.chat_postMessage(channel=channel.id, text="d")
    assert [message.text for message in slack.messages(channel)] == ["b", "d"]


async def test_what_nobody_acknowledges_is_handed_over_again(slack: SlackServer, ana: User, channel: Channel) -> None:
    """With its number, over and over, then no more; and at once to the next who connects when a connection is lost."""
    slack.envelopes.ack_seconds = 0.05
    async with aiohttp.ClientSession() as web, web.ws_connect(f"{slack.base_url}/socket") as socket:
        assert (await socket.receive_json())["type"] == "hello"
        await slack.say(ana, channel, "hi")
        told = [await asyncio.wait_for(socket.receive_json(), 5) for _ in range(4)]
        assert [one.get("retry_attempt", 0) for one in told] == [0, 1, 2, 3]
        assert len({one["envelope_id"] for one in told}) == 1
        await socket.send_json({"envelope_id": told[0]["envelope_id"]})
        slack.envelopes.ack_seconds = 60
        await slack.say(ana, channel, "hello")
        taken = await socket.receive_json()
    async with aiohttp.ClientSession() as web, web.ws_connect(f"{slack.base_url}/socket") as socket:
        await socket.receive_json()
        again = await asyncio.wait_for(socket.receive_json(), 5)
        assert again["payload"]["event_id"] == taken["payload"]["event_id"]
        await socket.send_json({"envelope_id": again["envelope_id"]})
        await slack.until(lambda: slack.envelopes.unacknowledged == 0)


async def test_slack_asks_for_a_new_connection(slack: SlackServer) -> None:
    """As it does every few hours."""
    async with aiohttp.ClientSession() as web, web.ws_connect(f"{slack.base_url}/socket") as socket:
        await socket.receive_json()
        await slack.envelopes.refresh()
        assert (await socket.receive_json())["type"] == "disconnect"


async def test_manifests_of_yesterday_are_refused(client: AsyncWebClient) -> None:
    """What is closed to new apps: the pane, its events, steps from apps, scopes of classic apps."""

    def validated(**parts: Any) -> Awaitable[object]:
        manifest = {"display_information": {"name": "Bot"}, **parts}
        return client.api_call("apps.manifest.validate", json={"manifest": json.dumps(manifest)})

    def heard(*events: str) -> dict[str, Any]:
        return {"event_subscriptions": {"bot_events": list(events)}}

    talk: dict[str, Any] = {"bot_user": {"display_name": "Bot"}, "agent_view": {"agent_description": "A bot."}}
    await validated(features=talk, settings=heard("app_context_changed"))
    for refused in (
        {"features": {**talk, "assistant_view": {"assistant_description": "A bot."}}},
        {"features": talk, "settings": heard("assistant_thread_started")},
        {"features": {"bot_user": {"display_name": "Bot"}}, "settings": heard("app_context_changed")},
        {"oauth_config": {"scopes": {"bot": ["bot"]}}},
        *([{"features": {**talk, "agent_view": {"assistant_description": "A bot."}}}] if SCHEMA.exists() else []),
    ):
        assert await refusal(validated(**refused)) == "invalid_manifest", refused


async def test_prompts_name_no_thread_in_the_messages_tab(
    slack: SlackServer, client: AsyncWebClient, ana: User
) -> None:
    """There, prompts for a thread are taken and shown nowhere; in the pane of older apps they need one."""
    dm = slack.dm(ana).id
    prompts = [{"title": "A", "message": "a"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=dm, thread_ts="1.0", prompts=prompts)
    assert not slack.prompts
    await client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": dm, "prompts": prompts})
    assert slack.prompts[dm] == prompts
    slack.agent_view = False
    without = client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": dm, "prompts": prompts})
    assert await refusal(without) == "invalid_arguments"


async def test_an_update_takes_less_text_than_a_stream_brought(
    slack: SlackServer, client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    """Four thousand characters."""
    root = await slack.say(ana, channel, "hi")
    whom: dict[str, Any] = {"recipient_user_id": ana.id, "recipient_team_id": slack.team}
    begun = await client.chat_startStream(channel=channel.id, thread_ts=root, markdown_text="x" * 5_000, **whom)
    await client.chat_stopStream(channel=channel.id, ts=begun["ts"])
    assert await refusal(client.chat_update(channel=channel.id, ts=begun["ts"], text="x" * 5_000)) == "msg_too_long"
    assert await refusal(client.chat_update(channel=channel.id, ts=begun["ts"], metadata={})) == "no_text"
    await client.chat_update(channel=channel.id, ts=begun["ts"], text="x" * 4_000, blocks=[SECTION])
