"""What the bot says unasked: one message, found again by its key where it may have been posted already."""

from __future__ import annotations

from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.inbound import Place
from adapters.slack.post import batches, spoken, whole
from adapters.slack.threads import metadata
from core.chat import Stamp


async def unasked(desk: Desk, where: Place, text: str, said: Gathered, key: str, *, again: bool) -> str:
    """Post it and return its timestamp. Raises what the client raises: nothing is tried in another way here."""
    if again and (ts := await _posted(desk, where, key)):
        return ts
    first, *more = batches(said.cards) or [[]]
    kept = metadata(said.stamp or Stamp(None))
    payload = kept["event_payload"]
    if isinstance(payload, dict) and key:
        payload["key"] = key
    told = await desk.api.write.chat_postMessage(
        channel=where.channel,
        thread_ts=where.ts or None,
        text=text or spoken(first),
        blocks=whole(text, first),
        metadata=kept,
        unfurl_links=False,
        unfurl_media=False,
    )
    ts = str(told["ts"])
    for batch in more:
        await desk.api.write.chat_postMessage(
            channel=where.channel, thread_ts=where.ts or ts, text=spoken(batch), blocks=whole("", batch)
        )
    return ts


async def _posted(desk: Desk, where: Place, key: str) -> str | None:
    """The message that has this key, among the last hundred."""
    if where.ts:
        told = await desk.api.read.conversations_replies(
            channel=where.channel, ts=where.ts, limit=1000, include_all_metadata=True
        )
    else:
        told = await desk.api.read.conversations_history(channel=where.channel, limit=100, include_all_metadata=True)
    for message in told.get("messages") or ():
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if payload.get("key") == key and message.get("bot_id") == desk.me.bot:
            return str(message["ts"])
    return None
