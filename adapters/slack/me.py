"""Who the bot is in its workspace."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient


@dataclass(frozen=True, slots=True)
class Me:
    """What `auth.test` or an installation tells of the bot's token (https://docs.slack.dev/reference/methods/auth.test)."""

    team: str
    """The workspace's id; an organisation's where the bot is in all of it."""
    url: str
    """The workspace's address, ends with a slash."""
    user: str
    bot: str
    name: str = ""
    """The bot's own, without @."""
    team_name: str = ""
    """The workspace's."""
    app: str = ""
    """The app's id, where it is known: the same in all workspaces, and that of no other app."""
    enterprise: str = ""
    """The organisation that the workspace is one of, if it is."""
    wide: bool = False
    """Whether `team` is an organisation, in all of whose workspaces the bot is."""

    def channel_link(self, channel: str) -> str:
        """The permanent link of a channel."""
        return f"{self.url}archives/{channel}"

    def permalink(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """The permanent link of a message, as `chat.getPermalink` would give it, without asking."""
        link = f"{self.channel_link(channel)}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else link


async def who_am_i(web: AsyncWebClient) -> Me:
    """Ask Slack. Raises SlackApiError when it refuses the token."""
    told = await web.auth_test()
    return Me(
        team=told["team_id"],
        url=told.get("url") or "https://slack.com/",
        user=told["user_id"],
        bot=told["bot_id"],
        name=told.get("user") or told["user_id"],
        team_name=told.get("team") or told["team_id"],
        enterprise=told.get("enterprise_id") or "",
    )
