"""Slack tried for real, for `bot check --deep`: a connection for events, and a message that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from adapters.slack.api import REFUSED, Api, code, opened
from adapters.slack.settings import SlackSettings
from adapters.slack.stamps import metadata, stamp_of
from core.chat import Stamp

_PATIENCE = 10.0
_GONE = frozenset({"message_not_found", "channel_not_found", "thread_not_found"})
_TEXT = "task-bot check: this message is deleted again at once."
_STAMP = Stamp(conversation="conv_check", answers="check")


async def connected(settings: SlackSettings) -> tuple[bool, str]:
    """Whether Slack hands over events: it says hello on a websocket, which is closed at once.

    What it hands over in that moment isn't confirmed, so that Slack gives it to the bot that runs.
    """
    if settings.app_token is None:
        return True, "over HTTP: Slack's page “Event Subscriptions” tells whether the address is verified"
    async with opened(settings, lambda _: None) as api:
        try:
            address = (await api.now.apps_connections_open(app_token=settings.app_token.get_secret_value()))["url"]
            async with asyncio.timeout(_PATIENCE), api.session.ws_connect(address) as socket:
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
    async with opened(settings, lambda _: None) as api:
        try:
            return await _exchanged(api, channel, posted)
        except REFUSED as error:
            return False, f"in {channel}: {code(error) or type(error).__name__}"


async def _exchanged(api: Api, channel: str, posted: Callable[[str], None]) -> tuple[bool, str]:
    said = await api.write.chat_postMessage(channel=channel, text=_TEXT, metadata=metadata(_STAMP))
    ts = str(said["ts"])
    posted(ts)
    found = await api.read.conversations_history(
        channel=channel, latest=ts, inclusive=True, limit=1, include_all_metadata=True
    )
    kept = [stamp_of(one) for one in found["messages"] if one.get("ts") == ts]
    await api.write.chat_update(channel=channel, ts=ts, text=f"{_TEXT} (changed)")
    await api.write.chat_delete(channel=channel, ts=ts)
    if kept != [_STAMP]:
        return False, f"in {channel}: posted and deleted, but its stamp can't be read; is the history's scope there?"
    return True, f"posted, read back with its stamp, changed and deleted in {channel}"


async def deleted(settings: SlackSettings, channel: str, ts: str) -> bool:
    """Delete what was posted; whether it is gone, then or before."""
    async with opened(settings, lambda _: None) as api:
        try:
            await api.write.chat_delete(channel=channel, ts=ts)
        except REFUSED as error:
            return code(error) in _GONE
    return True
