"""Whether Slack takes the tokens, for `bot check`."""

from __future__ import annotations

from adapters.slack.api import REFUSED, Api, code, opened
from adapters.slack.me import who_am_i
from adapters.slack.settings import SlackSettings


async def diagnosed(settings: SlackSettings) -> tuple[bool, str]:
    """Whether the bot could connect, and as whom, or what to do about it: one call, and one more for Socket Mode."""
    async with opened(settings, lambda _: None) as api:
        try:
            me = await who_am_i(api.now)
        except REFUSED as error:
            return False, _told("SLACK_BOT_TOKEN", error)
        if settings.app_token is None:
            return True, f"installed at {me.url}, events over HTTP"
        try:
            await _connection(api, settings.app_token.get_secret_value())
        except REFUSED as error:
            return False, _told("SLACK_APP_TOKEN", error)
        return True, f"installed at {me.url}, Socket Mode"


async def _connection(api: Api, token: str) -> None:
    """Ask for an address to connect to, which is then left alone."""
    await api.now.apps_connections_open(app_token=token)


def _told(setting: str, error: BaseException) -> str:
    said = code(error)
    return f"Slack refuses {setting}: {said}" if said else f"Slack can't be reached ({type(error).__name__})"
