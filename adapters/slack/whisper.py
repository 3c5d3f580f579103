"""What only one person sees: answers to what they typed or pressed, by the `response_url` that Slack gave with it.

See https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five answers in half an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import structlog

from adapters.slack import files
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.inbound import Place
from adapters.slack.post import batches, fallback
from adapters.slack.render.blocks import Block
from adapters.slack.render.markdown import LIMIT, clean, split
from adapters.slack.sending import spoken, whole

log = structlog.get_logger()

_MOST = 5
_TAKEN = 200
_TOO_MANY = 429
_SERVER_ERROR = 500
_PAUSES = (0.2, 1.0, 3.0)
"""Seconds before an answer that failed is sent again."""
_PATIENCE = aiohttp.ClientTimeout(total=8, connect=3)


async def say(desk: Desk, url: str, sentence: str, *, user: str = "", channel: str = "", thread: str = "") -> bool:
    """One sentence, beside what is there; tells whether Slack took it.

    Where it doesn't take it by the address, `user` gets it in the channel, for their eyes, or in their direct messages.
    """
    text = clean(sentence)
    body: dict[str, object] = {"text": text, "response_type": "ephemeral", "replace_original": False}
    return await _send(desk, url, body) or await _otherwise(desk, user, channel, thread, text, [])


async def replace(desk: Desk, url: str, text: str, blocks: Sequence[Sequence[Block]] = ()) -> bool:
    """In place of what was pressed. What is too long goes on below."""
    return await _all(desk, url, text, blocks, instead=True)


async def beside(desk: Desk, url: str, text: str, blocks: Sequence[Sequence[Block]]) -> bool:
    """Words with cards, beside what was pressed."""
    return await _all(desk, url, text, blocks, instead=False)


async def tell(desk: Desk, url: str, said: Gathered, *, channel: str = "", text: str = "") -> bool:
    """A whole reply, with its files sent to the person's direct messages; tells whether Slack took all of it.

    `text` is said in place of the reply's own; `channel` is where the person is, should the address not take it.
    """
    text = text or said.problem or said.text
    if said.files:
        refused = await files.send(desk.api, said.owner, said.files)
        text += refused or "You find the files in your direct messages with me."
    text = text or ("" if said.cards else "There is nothing to say to that.")
    if await _all(desk, url, text, said.cards, instead=False):
        return True
    first, *more = batches(said.cards) or [[]]
    taken = await _otherwise(desk, said.owner, channel, "", text, whole(clean(text)[:LIMIT], first))
    for batch in more:
        taken = await _otherwise(desk, said.owner, channel, "", "", batch) and taken
    return taken


async def aside(desk: Desk, owner: str, where: Place, groups: Sequence[Sequence[Block]]) -> None:
    """Cards that others in the thread are not to see: there for the person's eyes, else in their direct messages."""
    for batch in batches(groups):
        await _otherwise(desk, owner, where.channel, where.ts or "", "", batch)


async def _otherwise(desk: Desk, user: str, channel: str, thread: str, text: str, blocks: Sequence[Block]) -> bool:
    """What the address of an answer didn't take: in the channel for the person's eyes, else in their messages."""
    if not user:
        return False
    told: dict[str, object] = {"text": fallback(text) or spoken(list(blocks)), "blocks": list(blocks) or None}
    if channel and not channel.startswith("D"):
        try:
            await desk.api.write.api_call(
                "chat.postEphemeral", json={**told, "channel": channel, "user": user, "thread_ts": thread or None}
            )
        except REFUSED as error:
            log.info("slack.whisper_not_here", error=code(error) or type(error).__name__)
        else:
            return True
    try:
        await desk.api.write.api_call("chat.postMessage", json={**told, "channel": user})
    except REFUSED as error:
        log.error("slack.person_untold", error=code(error) or type(error).__name__)
        return False
    return True


async def _all(desk: Desk, url: str, text: str, blocks: Sequence[Sequence[Block]], *, instead: bool) -> bool:
    first, *more = batches(blocks) or [[]]
    *texts, last = split(text)
    bodies = [*(whole(part, []) for part in texts), whole(last, first), *more]
    taken = True
    for number, body in enumerate(bodies[:_MOST]):
        told = {
            "response_type": "ephemeral",
            "replace_original": instead and number == 0,
            "text": text[:300] or "Tasks",
        }
        taken = await _send(desk, url, {**told, "blocks": body}) and taken
    return taken


async def _send(desk: Desk, url: str, body: dict[str, object]) -> bool:
    """Send it, and again where nobody knows whether it was taken: an answer twice is better than none."""
    if not url:
        return False
    for pause in (*_PAUSES, None):
        refused = await _refusal(desk, url, body)
        if refused is None:
            return True
        final = refused < _SERVER_ERROR and refused not in (0, _TOO_MANY)
        if final or pause is None:
            log.warning("slack.whisper_refused", status=refused)
            return False
        await asyncio.sleep(pause)
    return False


async def _refusal(desk: Desk, url: str, body: dict[str, object]) -> int | None:
    """The status with which Slack refuses an answer, 0 where there was none at all, and nothing where it took it."""
    try:
        async with desk.api.session.post(url, json=body, timeout=_PATIENCE) as answer:
            return None if answer.status == _TAKEN else answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        log.info("slack.whisper_lost", error=type(error).__name__)
        return 0
