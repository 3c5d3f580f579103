"""Slack tried for real, for `bot check --deep`: a connection for events, and a message that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp

from adapters.slack.access import Fixed
from adapters.slack.api import REFUSED, Api, api, code
from adapters.slack.api import connected as sharing
from adapters.slack.settings import SlackSettings
from adapters.slack.stamps import metadata, stamp_of
from core.chat import Stamp

_PATIENCE = 10.0
_GONE = frozenset({"message_not_found", "channel_not_found", "thread_not_found"})
_TEXT = "task-bot check: this message is deleted again at once."
_STAMP = Stamp(conversation="conv_check", answers="check")


@asynccontextmanager
async def _opened(settings: SlackSettings) -> AsyncIterator[Api]:
    """The clients of the workspace whose token stands in the settings; without one only what takes the app's token."""
    async with sharing() as session:
        token = settings.bot_token.get_secret_value() if settings.bot_token else ""
        yield api(session, settings.api_url, Fixed(token, lambda _: None))


async def connected(settings: SlackSettings) -> tuple[bool, str]:
    """Whether Slack hands over events: it says hello on a websocket, which is closed at once.

    What it hands over in that moment isn't confirmed, so that Slack gives it to the bot that runs.
    """
    if settings.app_token is None:
        return True, "over HTTP: Slack's page “Event Subscriptions” tells whether the address is verified"
    async with _opened(settings) as slack:
        try:
            address = (await slack.now.apps_connections_open(app_token=settings.app_token.get_secret_value()))["url"]
            async with asyncio.timeout(_PATIENCE), slack.session.ws_connect(address) as socket:
                hello = await socket.receive_json()
        except REFUSED as error:
            return False, f"no websocket: {code(error) or type(error).__name__}"
        except (TypeError, ValueError, aiohttp.WSMessageTypeError):
            return False, "the websocket was closed before it said hello"
    if hello.get("type") != "hello":
        return False, "the websocket didn't say hello"
    return True, "the websocket says hello"


async def exchanged(settings: SlackSettings, channel: str, posted: Callable[[str], None]) -> tuple[bool, str]:
    """Post a message with a stamp, find both again, change it, and delete it; `posted` hears of it before anything."""
    async with _opened(settings) as slack:
        try:
            return await _exchanged(slack, channel, posted)
        except REFUSED as error:
            return False, f"in {channel}: {code(error) or type(error).__name__}"


async def _exchanged(slack: Api, channel: str, posted: Callable[[str], None]) -> tuple[bool, str]:
    said = await slack.write.chat_postMessage(channel=channel, text=_TEXT, metadata=metadata(_STAMP))
    ts = str(said["ts"])
    posted(ts)
    found = await slack.read.conversations_history(
        channel=channel, latest=ts, inclusive=True, limit=1, include_all_metadata=True
    )
    kept = [stamp_of(one) for one in found["messages"] if one.get("ts") == ts]
    await slack.write.chat_update(channel=channel, ts=ts, text=f"{_TEXT} (changed)")
    await slack.write.chat_delete(channel=channel, ts=ts)
    if kept != [_STAMP]:
        return False, f"in {channel}: posted and deleted, but its stamp can't be read; is the history's scope there?"
    return True, f"posted, read back with its stamp, changed and deleted in {channel}"


async def deleted(settings: SlackSettings, channel: str, ts: str) -> bool:
    """Delete what was posted; whether it is gone, then or before."""
    async with _opened(settings) as slack:
        try:
            await slack.write.chat_delete(channel=channel, ts=ts)
        except REFUSED as error:
            return code(error) in _GONE
    return True
