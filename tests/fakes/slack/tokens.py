"""Whose call it is, and what its token may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.store import Json
from tests.fakes.slack.teams import Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer


def limits_of(slack: SlackServer, request: web.Request) -> Limits:
    """Slack counts the calls in a workspace, whoever makes them."""
    grant = slack.teams.grants.get(_token(request))
    return grant.team.limits if grant else slack.limits


def authorised(slack: SlackServer, request: web.Request, method: str) -> Team:
    """The workspace whose token the call has. Raises SlackError for one that is not good."""
    given = _token(request)
    if method == "oauth.v2.access":
        client = aiohttp.encode_basic_auth(slack.client_id, slack.client_secret)
        if request.headers.get("Authorization") != client:
            raise SlackError("bad_client_secret")
        return slack.teams.home
    if slack.revoked and given in ("", slack.bot_token, slack.app_token):
        raise SlackError("token_revoked")
    if not given:
        raise SlackError("not_authed")
    if method == "apps.connections.open":
        if given != slack.app_token:
            raise SlackError("invalid_auth")
        return slack.teams.home
    return slack.teams.caller(given)


def visible(slack: SlackServer, args: Json) -> None:
    """Raise SlackError for a channel of another workspace's: there is none of that id, as far as one is told."""
    teams = tuple(one.id for one in slack.caller.workspaces) or (slack.caller.id,)
    for name in ("channel", "channel_id"):
        place = str(args.get(name))
        channel, person = slack.store.channels.get(place), slack.store.users.get(place)
        if (channel and not channel.seen_by(*teams)) or (person and not slack.store.met(person, teams)):
            raise SlackError("channel_not_found")


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")
