"""One installation of the app, as it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from slack_sdk.oauth.installation_store import Bot

_ID = re.compile(r"[A-Z][A-Z0-9]{1,31}")


@dataclass(frozen=True, slots=True)
class Key:
    """What names an installation: a workspace, which may be an organisation's, or all of an organisation."""

    enterprise: str = ""
    team: str = ""
    """Empty for a whole organisation."""

    @property
    def workspace(self) -> str:
        """What its people's tasks are kept under."""
        return self.team or self.enterprise

    @property
    def valid(self) -> bool:
        """Whether Slack gives such ids; what it doesn't give names no file."""
        parts = [one for one in (self.enterprise, self.team) if one]
        return bool(parts) and all(_ID.fullmatch(one) for one in parts)


@dataclass(frozen=True, slots=True)
class Installation:
    """What `oauth.v2.access` gave (https://docs.slack.dev/reference/methods/oauth.v2.access)."""

    key: Key
    token: str = field(repr=False)
    bot: str
    """The bot's id, `B…`."""
    user: str
    """The bot's user id, `U…`."""
    name: str = ""
    """The workspace's, or the organisation's."""
    app: str = ""
    url: str = ""
    """The workspace's address, ends with a slash."""
    handle: str = ""
    """The bot's own name there, without @."""
    scopes: tuple[str, ...] = ()
    since: float = 0.0
    """Seconds since 1970."""
    refresh: str = field(default="", repr=False)
    """What the token is refreshed with, once; empty where tokens don't rotate."""
    expires: float = 0.0
    """Seconds since 1970; 0 for never."""

    @property
    def workspace(self) -> str:
        """What its people's tasks are kept under."""
        return self.key.workspace

    @property
    def wide(self) -> bool:
        """Whether it is a whole organisation's."""
        return not self.key.team

    def as_bot(self) -> Bot:
        """As Bolt's stores take it."""
        return Bot(
            app_id=self.app,
            enterprise_id=self.key.enterprise or None,
            enterprise_name=self.name if self.wide else None,
            team_id=self.key.team or None,
            team_name=None if self.wide else self.name,
            bot_token=self.token,
            bot_id=self.bot,
            bot_user_id=self.user,
            bot_scopes=list(self.scopes),
            bot_refresh_token=self.refresh or None,
            bot_token_expires_at=int(self.expires) if self.expires else None,
            is_enterprise_install=self.wide,
            installed_at=self.since,
            custom_values={"url": self.url, "handle": self.handle},
        )

    @classmethod
    def read(cls, bot: Bot) -> Installation:
        """From what Bolt's stores give."""
        return cls(
            key=Key(bot.enterprise_id or "", bot.team_id or ""),
            token=bot.bot_token,
            bot=bot.bot_id,
            user=bot.bot_user_id,
            name=bot.team_name or bot.enterprise_name or "",
            app=bot.app_id or "",
            url=str(bot.custom_values.get("url") or ""),
            handle=str(bot.custom_values.get("handle") or ""),
            scopes=tuple(bot.bot_scopes),
            since=float(bot.installed_at),
            refresh=bot.bot_refresh_token or "",
            expires=float(bot.bot_token_expires_at or 0),
        )
