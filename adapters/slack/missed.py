"""What was said to the bot while nobody listened, in all channels and talks that it is in."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import structlog

from adapters.slack.api import REFUSED, UNSURE, code, retry_after
from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, Place, mentions, spoken, text_of, where
from adapters.slack.listeners.messages import hear_late
from adapters.slack.stamps import metadata
from core.chat import RecallDelayed, Stamp, StampKind

log = structlog.get_logger()

Answers = Sequence[Callable[[], Awaitable[None]]]
Threads = AsyncIterator[tuple[Place, Answers]]

_TYPES = ("im,mpim,private_channel,public_channel", "im", "mpim", "private_channel", "public_channel")
"""All kinds at once, and one by one where the app lacks the right to one of them."""
_CHANNELS = 200
_PAGE = 200
_PAGES = 5
_PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0)
_FOR_THE_LIVING = 10
"""Of a minute's reads, those that are left to who has just said something."""
_LONGEST = 900.0
"""Seconds for which a read is tried that Slack finds too much, or can't carry out."""
_INTERRUPTED = "\n\n_I was interrupted here._"


async def threads(desk: Desk, since: float) -> Threads:
    """Threads with messages to the bot that nobody has answered; `since` is in seconds since 1970.

    First those that the bot takes part in, as far as their channels tell, then those of others, into which it may have
    been called. Every read stays within the rate of its method. Slack tells of a channel's newest threads by when they
    began: one that is older than the last thousand, and goes on, is found when somebody speaks there again.
    """
    doubtful: list[Place] = []
    async for channel in _channels(desk):
        for root in await _roots(desk, channel, since):
            place = where({**root, "channel": channel})
            if not root.get("reply_count"):
                if said := _alone(desk, {**root, "channel": channel, "edited": None}, since):
                    yield place, [said]
            elif _instant(root, "latest_reply") < since:
                continue
            elif place.private or _takes_part(desk, root):
                yield place, await _unanswered(desk, place, since)
            else:
                doubtful.append(place)
    for place in doubtful:
        yield place, await _unanswered(desk, place, since)


async def _channels(desk: Desk) -> AsyncIterator[str]:
    """Where the bot is: a right that is missing for one kind of channel leaves the others.

    See https://docs.slack.dev/reference/methods/users.conversations.
    """
    every, *kinds = _TYPES
    for team in await _teams(desk):
        pages = [page async for page in _pages(desk, every, team)]
        if not pages[0]:
            pages = [page for kind in kinds async for page in _pages(desk, kind, team)]
        for page in pages:
            for channel in page.get("channels") or ():
                yield text_of(channel, "id")


async def _teams(desk: Desk) -> Sequence[str]:
    """The workspaces to ask for: an organisation's token has to name each, any other none.

    See https://docs.slack.dev/reference/methods/auth.teams.list.
    """
    if not desk.me.wide:
        return ("",)
    told = await _asked(desk, "auth.teams.list", {"limit": _CHANNELS})
    return [text_of(team, "id") for team in told.get("teams") or ()]


async def _pages(desk: Desk, types: str, team: str) -> AsyncIterator[dict[str, Any]]:
    """Slack's list of the channels of some kinds; an empty page where it has none to tell."""
    cursor = ""
    while True:
        page = await _asked(
            desk,
            "users.conversations",
            {
                "types": types,
                "exclude_archived": True,
                "limit": _CHANNELS,
                **({"cursor": cursor} if cursor else {}),
                **({"team_id": team} if team else {}),
            },
        )
        yield page
        cursor = text_of(page.get("response_metadata") or {}, "next_cursor")
        if not cursor:
            return


async def _roots(desk: Desk, channel: str, since: float) -> list[Event]:
    """Messages that stand outside of threads or begin one, oldest first: at least all those since then."""
    found: list[Event] = []
    latest = ""
    for _ in range(_PAGES):
        await desk.pace.history.taken(spare=_FOR_THE_LIVING)
        page = await _asked(
            desk,
            "conversations.history",
            {"channel": channel, "limit": _PAGE, **({"latest": latest} if latest else {})},
        )
        messages = page.get("messages") or ()
        found += messages
        latest = text_of(messages[-1], "ts") if messages else ""
        if not page.get("has_more") or not messages or _instant(messages[-1], "ts") < since:
            break
    return found[::-1]


async def _asked(desk: Desk, method: str, args: dict[str, object]) -> dict[str, Any]:
    """Slack's answer, tried for as long as what was missed is worth an answer; an empty one where it refuses."""
    until = time.monotonic() + _LONGEST
    for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
        if time.monotonic() > until:
            break
        try:
            told: Any = (await desk.api.now.api_call(method, params=args)).data
        except REFUSED as error:
            refused = code(error)
            log.info("slack.not_caught_up", method=method, error=refused or type(error).__name__)
            if refused == "ratelimited":
                if method == "conversations.history":
                    desk.pace.history.refused(retry_after(error))
                await asyncio.sleep(retry_after(error))
            elif refused and refused not in UNSURE:
                break
            else:
                await asyncio.sleep(pause)
        else:
            return told if isinstance(told, dict) else {}
    return {}


def _takes_part(desk: Desk, root: Event) -> bool:
    told = root.get("reply_users")
    users = told if isinstance(told, list) else []
    return desk.me.user in {*users, text_of(root, "user")} | mentions(text_of(root))


def _alone(desk: Desk, event: Event, since: float) -> Callable[[], Awaitable[None]] | None:
    """A message to the bot below which nobody has said anything."""
    to_it = where(event).private or desk.me.user in mentions(text_of(event))
    if _instant(event, "ts") < since or not to_it or not spoken(event):
        return None
    return partial(hear_late, desk, event, called=True)


async def _unanswered(desk: Desk, place: Place, since: float) -> Answers:
    try:
        found, unfinished = await desk.threads.missed(place, since)
    except RecallDelayed:
        log.warning("slack.thread_not_caught_up")
        return ()
    for message in unfinished:
        await _closed(desk, place, text_of(message, "ts"))
    return [
        partial(
            hear_late,
            desk,
            {**said, "channel": place.channel, "edited": None},
            called=place.private or desk.me.user in mentions(text_of(said)),
        )
        for said in found
    ]


async def _closed(desk: Desk, place: Place, ts: str) -> None:
    """End a stream that a process began and left, as it was killed; what is none any more is left as it is.

    Its message is answered anew, or told what was done. A process that lives ends its own streams.
    """
    if (place.channel, ts) in desk.threads.streams:
        return
    try:
        await desk.api.now.chat_stopStream(
            channel=place.channel,
            ts=ts,
            markdown_text=_INTERRUPTED,
            metadata=metadata(Stamp(kind=StampKind.ASIDE)),
        )
    except REFUSED as error:
        log.info("slack.stream_ended_already", error=code(error) or type(error).__name__)


def _instant(event: Event, name: str) -> float:
    try:
        return float(text_of(event, name) or 0)
    except ValueError:
        return 0.0
