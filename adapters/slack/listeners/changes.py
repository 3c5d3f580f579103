"""Messages that were changed or deleted: nothing is answered, but their old words leave the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, Place, instant, mentions, readable, text_of
from core.chat import RecallDelayed, Revision

log = structlog.get_logger()

_TOMBSTONE = "tombstone"
"""What is left of a deleted message that begins a thread (https://docs.slack.dev/reference/events/message)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an event tells of a person's message."""

    place: Place
    ts: str
    user: str
    text: str | None
    """What it says now; None: it is deleted."""
    threaded: bool
    """Whether there is a thread that it belongs to."""


def register(app: AsyncApp) -> None:
    """Listen to `message_changed` and `message_deleted`; to be registered before all other messages."""
    for subtype in ("message_changed", "message_deleted"):

        @app.event({"type": "message", "subtype": subtype})
        async def changed(event: Event, request: AsyncBoltRequest, desk: Desk) -> None:
            async with desk.confirming.doing(request.body.get("event_id")):
                if (change := change_of(event, desk.me.user)) is not None:
                    await revise(desk, change, text_of(event, "event_ts") or text_of(event, "ts"))


def change_of(event: Event, bot: str) -> Change | None:
    """What was changed or deleted; None where no person's words were."""
    message, before = _part(event, "message"), _part(event, "previous_message")
    deleted = event.get("subtype") == "message_deleted" or message.get("subtype") == _TOMBSTONE
    said = before if deleted else message
    channel, user = text_of(event, "channel"), text_of(said, "user")
    ts = text_of(event, "deleted_ts") or text_of(said, "ts") or text_of(message, "ts")
    if not (channel and ts and user) or user == bot or said.get("bot_id"):
        return None
    if not deleted and text_of(message) == text_of(before):
        return None  # what its links lead to is shown now, say
    thread = text_of(said, "thread_ts") or text_of(message, "thread_ts")
    private = event.get("channel_type") == "im" or channel.startswith("D")
    text = None if deleted else text_of(message)
    return Change(Place(channel, thread or ts, private), ts, user, text, threaded=bool(thread) or private)


async def revise(desk: Desk, change: Change, at: str) -> None:
    """Have it done, in threads of the bot's, after all that was said there before; `at` is the event's timestamp."""
    place, thread = change.place, change.place.thread(desk.me.team)
    if not change.threaded and (place.channel, change.ts) not in desk.heard:
        return
    async with (
        desk.core.claim(thread, f"{change.ts}/{at}", instant(at).timestamp()) as claim,
        desk.running.in_order(place),
    ):
        if not await claim.granted():
            return
        try:
            if not await desk.threads.ours(place, desk.core.written_elsewhere(thread)):
                return
        except RecallDelayed:
            log.warning("slack.change_lost")
            return
        text = change.text
        if text is not None:
            text = readable(text, await desk.people.names(mentions(text) - {desk.me.user}), desk.me.user)
        author = await desk.people.author(change.user) if text is not None else None
        await desk.core.revise(Revision(thread, change.ts, text, author))
        claim.answered()


def _part(event: Event, name: str) -> Mapping[str, object]:
    part = event.get(name)
    return part if isinstance(part, Mapping) else {}
