"""What the bot says unasked: found again by its key where it may have been posted already."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

from cachetools import LRUCache
from slack_sdk.errors import SlackApiError

from adapters.slack.api import REVOKED, UNSURE, code, retry_after
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.inbound import Place, text_of
from adapters.slack.post import batches
from adapters.slack.render.blocks import Block, section
from adapters.slack.render.markdown import LIMIT, clean
from adapters.slack.sending import spoken, whole
from adapters.slack.stamps import metadata
from core.chat import PostDelayed, PostRefused, Stamp, StampKind

_KEPT = 10_000
_LOOKED_AT = 100
"""The newest messages among which one is looked for."""
_INSTALLED_AGAIN = 300.0


class Unasked:
    """Posts messages that answer nothing."""

    def __init__(self) -> None:
        self._channels: LRUCache[str, str] = LRUCache(_KEPT)

    async def say(self, desk: Desk, where: Place | None, said: Gathered, key: str, *, again: bool) -> Place:
        """Post it there, or in the direct messages of its owner; returns the thread it is in.

        Raises PostRefused, PostDelayed, and what else the client raises where it may have been posted.
        """
        with _translated(several=desk.several):
            at = where or Place(await self._private(desk, said.owner), "", private=True)
            if again and (ts := await _posted(desk, at, key)):
                return _thread(at, ts)
            if said.owner and not at.private:
                await _is_there(desk, said.owner)
            first, *more = batches(said.cards) or [[]]
            words = clean(said.problem or said.text)[:LIMIT]
            ts = await _post(desk, at, _called(at, said.owner), words, first, said.stamp, key)
        # the rest goes below the first, whose being there says that it was told; the newest stamp says what it is about
        for batch in more:
            await _post(desk, _thread(at, ts), [], "", batch, said.stamp, "")
        return _thread(at, ts)

    async def _private(self, desk: Desk, user: str) -> str:
        """The direct messages with a person; what is posted there begins a thread."""
        if user not in self._channels:
            told = await desk.api.now.conversations_open(users=user)
            self._channels[user] = str(told["channel"]["id"])
        return self._channels[user]


@contextmanager
def _translated(*, several: bool) -> Iterator[None]:
    """Slack's refusals as the core knows them: what is no delay and no doubt means that nothing was posted."""
    try:
        yield
    except SlackApiError as error:
        refused = code(error)
        if refused == "ratelimited":
            # Slack counts the calls in a workspace, and another one has its own
            raise PostDelayed(retry_after(error), alone=several) from error
        if refused in REVOKED:
            # nobody there can be told anything until the app is installed again
            raise PostDelayed(_INSTALLED_AGAIN, alone=several) from error
        if refused and refused not in UNSURE:
            raise PostRefused(refused) from error
        raise


async def _is_there(desk: Desk, user: str) -> None:
    """Raise PostRefused where the person was deactivated: among others nobody would read it whom it is for."""
    told = await desk.api.read.users_info(user=user)
    if told["user"].get("deleted"):
        raise PostRefused("user_disabled")


def _thread(at: Place, ts: str) -> Place:
    return dataclasses.replace(at, ts=at.ts or ts)


def _called(at: Place, owner: str) -> list[Block]:
    """The person's name where others read too: only a block of Slack's own markup notifies them."""
    return [section(f"<@{owner}>")] if owner and not at.private else []


async def _post(
    desk: Desk, at: Place, name: list[Block], words: str, blocks: list[Block], stamp: Stamp | None, key: str
) -> str:
    kept = metadata(stamp or Stamp(kind=StampKind.UNASKED))
    payload = kept["event_payload"]
    if isinstance(payload, dict) and key:
        payload["key"] = key
    told = await desk.api.now.chat_postMessage(
        channel=at.channel,
        thread_ts=at.ts or None,
        text=words or spoken(blocks),
        blocks=[*name, *whole(words, blocks)],
        metadata=kept if payload else None,
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(told["ts"])


async def _posted(desk: Desk, at: Place, key: str) -> str | None:
    """The message that has this key, among the newest: one request."""
    if at.ts:
        told = await desk.api.read.conversations_replies(
            channel=at.channel, ts=at.ts, limit=1000, include_all_metadata=True
        )
    else:
        told = await desk.api.read.conversations_history(
            channel=at.channel, limit=_LOOKED_AT, include_all_metadata=True
        )
    for message in told.get("messages") or ():
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if payload.get("key") == key and desk.threads.mine(message):
            return text_of(message, "ts")
    return None
