"""The stand-in Slack keeps workspaces apart, and gives, rotates and takes back tokens by Slack's rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import SlackServer
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.installing import approve, uninstall
from tests.fakes.slack.teams import Team
from tests.fakes.test_slack_rules import refusal


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """The stand-in."""
    async with SlackServer() as running:
        yield running


def web(slack: SlackServer, token: object = None) -> AsyncWebClient:
    """The real SDK, which tries nothing again."""
    return AsyncWebClient(token=str(token) if token else None, base_url=slack.api_url, retry_handlers=[])


def token_of(slack: SlackServer, team: Team) -> str:
    """A new token for a workspace."""
    return str(slack.teams.issue(team)["access_token"])


def page(slack: SlackServer, **more: str) -> str:
    """The address of Slack's page for an installation."""
    asked = {"client_id": slack.client_id, "scope": "chat:write", "state": "s", **more}
    return f"{slack.base_url}/oauth/v2/authorize?{urlencode(asked)}"


def code_of(address: str) -> str:
    """The code that Slack sends a browser back with."""
    return parse_qs(urlsplit(address).query)["code"][0]


async def test_a_token_is_good_in_its_own_workspace_alone(slack: SlackServer) -> None:
    """Another one's channels and people are not there, as far as it is told."""
    alpha, beta = slack.teams.new("Alpha"), slack.teams.new("Beta")
    ana, ben = slack.user("Ana", team=alpha), slack.user("Ben", team=beta)
    channel = slack.channel("general", members=[ben], team=beta)
    client = web(slack, token_of(slack, alpha))
    assert (await client.auth_test())["team_id"] == alpha.id
    assert await refusal(client.chat_postMessage(channel=channel.id, text="x")) == "channel_not_found"
    assert await refusal(client.conversations_history(channel=channel.id)) == "channel_not_found"
    assert await refusal(client.chat_postMessage(channel=ben.id, text="x")) == "channel_not_found"
    assert await refusal(client.users_info(user=ben.id)) == "user_not_found"
    assert await refusal(client.views_publish(user_id=ben.id, view={"type": "home", "blocks": []})) == "user_not_found"
    assert [one["id"] for one in (await client.users_list())["members"]] == [ana.id]
    assert not (await client.users_conversations())["channels"]


async def test_a_shared_channel_is_both_workspaces(slack: SlackServer) -> None:
    """Its people are known to both, as of their own team."""
    alpha, beta = slack.teams.new("Alpha"), slack.teams.new("Beta")
    ben = slack.user("Ben", team=beta)
    channel = slack.channel("both", members=[ben], team=alpha, shared=[beta])
    for team in (alpha, beta):
        client = web(slack, token_of(slack, team))
        assert (await client.chat_postMessage(channel=channel.id, text="x"))["ok"]
        assert (await client.users_info(user=ben.id))["user"]["team_id"] == beta.id


async def test_limits_are_counted_in_each_workspace(slack: SlackServer) -> None:
    """What one has used up another one still has."""
    alpha, beta = (web(slack, token_of(slack, slack.teams.new(name))) for name in ("Alpha", "Beta"))
    for _ in range(25):
        await alpha.users_conversations()
    assert await refusal(alpha.users_conversations()) == "ratelimited"
    assert (await beta.users_conversations())["ok"]


async def test_a_code_is_good_once_for_ten_minutes_and_for_its_address(slack: SlackServer) -> None:
    """With the app's own id and secret."""
    alpha = slack.teams.new("Alpha")
    ana = slack.user("Ana", team=alpha)
    code = code_of(approve(slack, page(slack), alpha, ana))
    id_, secret = slack.client_id, slack.client_secret
    access = web(slack).oauth_v2_access
    assert await refusal(access(client_id=id_, client_secret="x", code=code)) == "bad_client_secret"
    assert await refusal(access(client_id=id_, client_secret=secret, code="c")) == "invalid_code"
    wrong = access(client_id=id_, client_secret=secret, code=code, redirect_uri="https://other.example")
    assert await refusal(wrong) == "bad_redirect_uri"
    told = await access(client_id=id_, client_secret=secret, code=code)
    assert told["team"]["id"] == alpha.id
    assert "refresh_token" not in told
    assert await refusal(access(client_id=id_, client_secret=secret, code=code)) == "code_already_used"
    late = code_of(approve(slack, page(slack), alpha, ana))
    slack.codes[late].expires = 0
    assert await refusal(access(client_id=id_, client_secret=secret, code=late)) == "invalid_code"
    with pytest.raises(SlackError, match="bad_redirect_uri"):
        approve(slack, page(slack, redirect_uri="https://other.example"), alpha, ana)


async def test_pkce_wants_its_verifier(slack: SlackServer) -> None:
    """And is refused where the app has not turned it on."""
    alpha = slack.teams.new("Alpha")
    ana = slack.user("Ana", team=alpha)
    challenged = page(slack, code_challenge="c", code_challenge_method="S256")
    with pytest.raises(SlackError, match="invalid_code_challenge"):
        approve(slack, challenged, alpha, ana)
    slack.pkce = True
    code = code_of(approve(slack, challenged, alpha, ana))
    access = web(slack).oauth_v2_access
    for given in ({}, {"code_verifier": "x" * 43}):
        call = access(client_id=slack.client_id, client_secret=slack.client_secret, code=code, **given)
        assert await refusal(call) == "invalid_code_verifier"


async def test_a_refresh_token_is_good_once(slack: SlackServer) -> None:
    """What it gives is another pair; the old access token lasts until its end."""
    slack.teams.rotates = True
    alpha = slack.teams.new("Alpha")
    first = slack.teams.issue(alpha)
    refresh = {
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": str(first["refresh_token"]),
    }
    second = await web(slack).oauth_v2_access(**refresh)
    assert second["access_token"] != first["access_token"]
    assert await refusal(web(slack).oauth_v2_access(**refresh)) == "invalid_refresh_token"
    assert (await web(slack, first["access_token"]).auth_test())["ok"]
    slack.teams.age(alpha, 13 * 3600)
    assert await refusal(web(slack, first["access_token"]).auth_test()) == "token_expired"


async def test_what_is_taken_out_has_no_token(slack: SlackServer) -> None:
    """Nor does a refresh token bring one back; tokens that are merely revoked have another word."""
    slack.teams.rotates = True
    alpha = slack.teams.new("Alpha")
    told = slack.teams.issue(alpha)
    slack.teams.revoke(alpha)
    assert await refusal(web(slack, told["access_token"]).auth_test()) == "token_revoked"
    uninstall(slack, alpha)
    assert await refusal(web(slack, told["access_token"]).auth_test()) == "account_inactive"
    assert await refusal(web(slack, "xoxb-nobody").auth_test()) == "invalid_auth"
    refresh = web(slack).oauth_v2_access(
        client_id=slack.client_id, client_secret=slack.client_secret, grant_type="refresh_token",
        refresh_token=str(told["refresh_token"]),
    )  # fmt: skip
    assert await refusal(refresh) == "invalid_refresh_token"
    events = [one.payload["event"]["type"] for one in slack.envelopes.delivered]  # type: ignore[index]
    assert events == ["tokens_revoked", "app_uninstalled"]


async def test_an_organisations_token_names_a_workspace_where_it_lists(slack: SlackServer) -> None:
    """People and channels are listed by workspace; messages need none."""
    east, west = slack.teams.new("East"), slack.teams.new("West")
    corp = slack.teams.new("Corp", workspaces=(east, west))
    ana = slack.user("Ana", team=west)
    channel = slack.channel("general", members=[ana], team=west)
    client = web(slack, token_of(slack, corp))
    assert await refusal(client.users_conversations()) == "missing_argument"
    assert [one["id"] for one in (await client.users_conversations(team_id=west.id))["channels"]] == [channel.id]
    assert [one["id"] for one in (await client.auth_teams_list())["teams"]] == [east.id, west.id]
    assert (await client.chat_postMessage(channel=channel.id, text="x"))["ok"]
