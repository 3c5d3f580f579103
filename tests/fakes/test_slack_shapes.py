"""What the stand-in Slack answers and tells has the published shapes, as the real SDK sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import Channel, SlackServer, User
from tests.fakes.slack.limits import tier_of
from tests.fakes.slack_shapes import tiers, unknown

VIEW: dict[str, Any] = {
    "type": "modal", "callback_id": "x", "title": {"type": "plain_text", "text": "A form"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}],
}  # fmt: skip
HOME = {"type": "home", "blocks": VIEW["blocks"]}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """The stand-in."""
    async with SlackServer() as running:
        yield running


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    """The real SDK, pointed at it."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def ana(slack: SlackServer) -> User:
    """A person."""
    return slack.user("Ana")


@pytest.fixture
def channel(slack: SlackServer, ana: User) -> Channel:
    """A channel she is in."""
    return slack.channel("general", members=[ana])


async def test_answers_have_the_published_shape(
    slack: SlackServer, client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    """Every method that the bot uses and that is published: no field is invented, none has another type."""
    root = await slack.say(ana, channel, "hello")
    metadata = {"event_type": "x", "event_payload": {"a": 1}}
    posted = await client.chat_postMessage(channel=channel.id, thread_ts=root, text="Hi", metadata=metadata)
    stream = await client.chat_startStream(
        channel=channel.id, thread_ts=root, markdown_text="a", recipient_user_id=ana.id, recipient_team_id=slack.team
    )
    answers = {
        "auth.test": await client.auth_test(),
        "users.info": await client.users_info(user=ana.id),
        "chat.postMessage": posted,
        "chat.update": await client.chat_update(channel=channel.id, ts=posted["ts"], text="Ho"),
        "chat.startStream": stream,
        "chat.appendStream": await client.chat_appendStream(channel=channel.id, ts=stream["ts"], markdown_text="b"),
        "chat.postEphemeral": await client.chat_postEphemeral(channel=channel.id, user=ana.id, text="psst"),
        "conversations.replies": await client.conversations_replies(
            channel=channel.id, ts=root, include_all_metadata=True
        ),
        "conversations.history": await client.conversations_history(channel=channel.id),
        "conversations.open": await client.conversations_open(users=ana.id),
        "views.open": await client.views_open(trigger_id=slack.new_trigger(ana.id), view=VIEW),
        "views.publish": await client.views_publish(user_id=ana.id, view=HOME),
    }
    # of chat.stopStream no more than a refusal is published
    await client.chat_stopStream(channel=channel.id, ts=stream["ts"], metadata=metadata)
    for method, answer in answers.items():
        assert answer["ok"] is True, method
        assert unknown(f"api/{method}", answer.data) == [], method
    assert {"team_id", "user_id", "bot_id", "url"} <= set(answers["auth.test"].data)
    assert answers["users.info"]["user"]["tz"] == "Europe/Berlin"
    replies = await client.conversations_replies(channel=channel.id, ts=root, include_all_metadata=True)
    told = replies["messages"]
    assert [message["text"] for message in told] == ["hello", "Ho", "ab"]
    assert told[2]["metadata"] == metadata


async def test_events_have_the_published_shape(slack: SlackServer, ana: User, channel: Channel) -> None:
    """What people do, as it is handed over."""
    ts = await slack.say(ana, channel, f"<@{slack.bot_user}> hello")
    await slack.say(ana, channel, "more", thread=ts)
    await slack.say(ana, channel, "to all", thread=ts, subtype="thread_broadcast")
    await slack.edit(ana, channel, ts, "hello there")
    await slack.react(ana, channel, ts, "white_check_mark")
    await slack.open_home(ana)
    published = {
        "message": "MessagePayload", "thread_broadcast": "MessageThreadBroadcastPayload",
        "app_mention": "AppMentionPayload",
        "message_changed": "MessageChangedPayload", "reaction_added": "ReactionAddedPayload",
        "app_home_opened": "AppHomeOpenedPayload",
    }  # fmt: skip
    seen = set()
    for delivery in slack.envelopes.delivered:
        event: Any = delivery.payload["event"]
        kind = event.get("subtype") or event["type"]
        seen.add(kind)
        assert unknown(f"events/{published[kind]}", delivery.payload) == [], kind
        assert delivery.payload["event_id"]
    assert seen == set(published)


def test_tiers_are_the_published_ones() -> None:
    """How often each method may be called, of those that have a number."""
    published = tiers()
    assert tier_of("chat.appendStream") == 4
    assert {method: tier for method, tier in published.items() if tier_of(method) not in (None, tier)} == {}
