"""Workspaces of the stand-in: what of the app is installed in each, and which tokens are good there.

https://docs.slack.dev/authentication/using-token-rotation: an access token lasts twelve hours; a refresh token is good
once, and gives both anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.limits import Limits

LASTS = 12 * 3600
"""Seconds."""
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:read,chat:write,commands,files:write,groups:history,"
    "groups:read,im:history,im:read,im:write,mpim:history,mpim:read,reactions:read,users:read"
)


@dataclass(slots=True)
class Grant:
    """One access token."""

    team: Team
    expires: float = float("inf")
    """Seconds since 1970."""
    revoked: bool = False


@dataclass(slots=True)
class Team:
    """A workspace, or an organisation with several."""

    id: str
    name: str
    domain: str
    bot_id: str
    bot_user: str
    enterprise: str | None = None
    """Its organisation's id."""
    workspaces: tuple[Team, ...] = ()
    """Of an organisation: those in it, in all of which an app is that the organisation has installed."""
    installed: bool = False
    refresh: str = ""
    """The refresh token that is good now."""
    limits: Limits = field(default_factory=Limits)
    scopes: str = SCOPES

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.domain}.slack.com/"


class Teams:
    """All workspaces, and whose token is which."""

    def __init__(self, home: Team, token: str) -> None:
        self.home = home
        self.all: dict[str, Team] = {home.id: home}
        self.grants: dict[str, Grant] = {token: Grant(home)}
        self.rotates = False
        """Whether the app has turned on token rotation."""
        self._count = 0

    def new(self, name: str, *, enterprise: str | None = None, workspaces: tuple[Team, ...] = ()) -> Team:
        """Another workspace, in which the app isn't installed yet; with `workspaces` an organisation."""
        number = len(self.all)
        letter = "E" if workspaces else "T"
        team = Team(
            f"{letter}0TEAM{number}",
            name,
            name.lower(),
            f"B0TASKS{number}",
            f"U0TASKBOT{number}",
            enterprise,
            workspaces,
        )
        for one in workspaces:
            one.enterprise, one.bot_id, one.bot_user = team.id, team.bot_id, team.bot_user
        self.all[team.id] = team
        return team

    def of(self, team_id: str) -> Team:
        """A workspace by its id."""
        return self.all[team_id]

    def issue(self, team: Team) -> dict[str, object]:
        """A new access token, and where they rotate, what it is refreshed with; as `oauth.v2.access` gives them."""
        self._count += 1
        token, team.installed = f"xoxb-{team.id}-{self._count}", True
        if not self.rotates:
            self.grants[token] = Grant(team)
            return {"access_token": token}
        token = f"xoxe.{token}"
        self.grants[token] = Grant(team, time.time() + LASTS)
        team.refresh = f"xoxe-1-{team.id}-{self._count}"
        return {"access_token": token, "refresh_token": team.refresh, "expires_in": LASTS}

    def refreshed(self, refresh: object) -> tuple[Team, dict[str, object]]:
        """What a refresh token gives, once. Raises SlackError `invalid_refresh_token`."""
        for team in self.all.values():
            if refresh and team.refresh == refresh and team.installed:
                return team, self.issue(team)
        raise SlackError("invalid_refresh_token")

    def revoke(self, team: Team) -> None:
        """None of its tokens is good any more."""
        team.refresh = ""
        for grant in self.grants.values():
            if grant.team is team:
                grant.revoked = True

    def age(self, team: Team, seconds: float) -> None:
        """As if so many seconds had passed for its tokens."""
        for grant in self.grants.values():
            if grant.team is team:
                grant.expires -= seconds

    def caller(self, token: str) -> Team:
        """Whose token it is. Raises SlackError for one that is not good."""
        grant = self.grants.get(token)
        if grant is None:
            raise SlackError("invalid_auth")
        if grant.revoked:
            raise SlackError("token_revoked" if grant.team.installed else "account_inactive")
        if grant.expires <= time.time():
            raise SlackError("token_expired")
        return grant.team
