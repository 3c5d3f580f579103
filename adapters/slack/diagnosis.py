"""Whether Slack takes the tokens, for `bot check`."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from adapters.slack.access import Fixed
from adapters.slack.api import REFUSED, Api, api, code, connected
from adapters.slack.installed.bucket import NoS3Error
from adapters.slack.installed.storage import installations
from adapters.slack.installed.store import StoreError
from adapters.slack.me import who_am_i
from adapters.slack.settings import SlackSettings


async def diagnosed(settings: SlackSettings, data_dir: Path) -> tuple[bool, str]:
    """Whether the bot could connect, and as whom, or what to do about it: at most one call for each token."""
    async with connected() as session:
        bot = settings.bot_token.get_secret_value() if settings.bot_token else ""
        own = api(session, settings.api_url, Fixed(bot, lambda _: None))
        if settings.bot_token is not None:
            try:
                where = f"installed at {(await who_am_i(own.now)).url}"
            except REFUSED as error:
                return False, _told("SLACK_BOT_TOKEN", error)
        else:
            fine, where = await _installed(settings, data_dir, session)
            if not fine:
                return False, where
        if settings.app_token is None:
            return True, f"{where}, events over HTTP"
        try:
            await _connection(own, settings.app_token.get_secret_value())
        except REFUSED as error:
            return False, _told("SLACK_APP_TOKEN", error)
        return True, f"{where}, Socket Mode"


async def _installed(settings: SlackSettings, data_dir: Path, session: aiohttp.ClientSession) -> tuple[bool, str]:
    """How many workspaces have installed the app; what is wrong with any of them."""
    try:
        kept = installations(settings, data_dir)
        found = [await kept.find(key) for key in await kept.all()]
    except (StoreError, NoS3Error) as error:
        return False, str(error)
    for one in found:
        # a token that is about to be refreshed is left to the process that runs
        if one is not None and not one.refresh:
            try:
                await who_am_i(api(session, settings.api_url, Fixed(one.token, lambda _: None)).now)
            except REFUSED as error:
                return False, _told(f"the installation of {one.workspace}", error)
    return True, f"installed in {len(found)} workspace{'' if len(found) == 1 else 's'}"


async def _connection(own: Api, token: str) -> None:
    """Ask for an address to connect to, which is then left alone."""
    await own.now.apps_connections_open(app_token=token)


def _told(what: str, error: BaseException) -> str:
    refused = code(error)
    return f"Slack refuses {what}: {refused}" if refused else f"Slack can't be reached ({type(error).__name__})"
