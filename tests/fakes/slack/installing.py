"""How the app comes into a workspace and leaves it (https://docs.slack.dev/authentication/installing-with-oauth)."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.store import Json, User
from tests.fakes.slack.teams import Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer

CODE_SECONDS = 600.0


@dataclass(slots=True)
class Code:
    """What Slack gives the browser, to be exchanged for a token: once, within ten minutes."""

    team: Team
    installer: str
    redirect: str
    challenge: str
    expires: float
    used: bool = False


def approve(slack: SlackServer, address: str, team: Team, who: User) -> str:
    """Somebody opens Slack's page at the address and allows it; where Slack sends their browser then."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if asked.get("client_id") != slack.client_id:
        raise SlackError("invalid_client_id")
    redirect = asked.get("redirect_uri") or slack.redirect_urls[0]
    if redirect not in slack.redirect_urls:
        raise SlackError("bad_redirect_uri")
    if asked.get("code_challenge") and (not slack.pkce or asked.get("code_challenge_method") != "S256"):
        raise SlackError("invalid_code_challenge")
    team.scopes = asked.get("scope", "")
    code = f"code-{len(slack.codes)}"
    slack.codes[code] = Code(
        team, who.id, asked.get("redirect_uri", ""), asked.get("code_challenge", ""), time.time() + CODE_SECONDS
    )
    return f"{redirect}?{urlencode({'code': code, 'state': asked.get('state', '')})}"


def oauth_access(slack: SlackServer, args: Json) -> Json:
    """Exchange a code, or a refresh token, for a token."""
    if args.get("grant_type") == "refresh_token":
        team, tokens = slack.teams.refreshed(args.get("refresh_token"))
        return _granted(slack, team, tokens)
    code = slack.codes.get(str(args.get("code")))
    if code is None or code.expires <= time.time():
        raise SlackError("invalid_code")
    if code.used:
        raise SlackError("code_already_used")
    if str(args.get("redirect_uri") or "") != code.redirect:
        raise SlackError("bad_redirect_uri")
    if code.challenge:
        digest = hashlib.sha256(str(args.get("code_verifier") or "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            raise SlackError("invalid_code_verifier")
    code.used = True
    told = _granted(slack, code.team, slack.teams.issue(code.team))
    return told | {"authed_user": {"id": code.installer}}


def _granted(slack: SlackServer, team: Team, tokens: Json) -> Json:
    organisation = bool(team.workspaces)
    enterprise = team.id if organisation else team.enterprise
    return {
        "app_id": slack.app_id,
        "token_type": "bot",
        "scope": team.scopes,
        "bot_user_id": team.bot_user,
        "team": None if organisation else {"id": team.id, "name": team.name},
        "enterprise": {"id": enterprise, "name": "The organisation"} if enterprise else None,
        "is_enterprise_install": organisation,
        **tokens,
    }


def apps_uninstall(slack: SlackServer, args: Json) -> Json:
    """Take the app out of the workspace whose token it is."""
    if (args.get("client_id"), args.get("client_secret")) != (slack.client_id, slack.client_secret):
        raise SlackError("invalid_client_id")
    uninstall(slack, slack.caller)
    return {}


def teams_list(slack: SlackServer, args: Json) -> Json:
    """The workspaces for which a token is good."""
    found: Iterable[Team] = slack.caller.workspaces or (slack.caller,)
    return {"teams": [{"id": team.id, "name": team.name} for team in found]}


def uninstall(slack: SlackServer, team: Team) -> None:
    """An admin removes the app: its tokens are dead at once, and the bot is told, in no order that it can rely on."""
    slack.teams.revoke(team)
    team.installed = False
    bots = {"oauth": [], "bot": [team.bot_user]}
    slack.event({"type": "tokens_revoked", "tokens": bots}, team=team)
    slack.event({"type": "app_uninstalled"}, team=team)


INSTALLING = {
    "apps.uninstall": apps_uninstall,
    "auth.teams.list": teams_list,
    "oauth.v2.access": oauth_access,
}
