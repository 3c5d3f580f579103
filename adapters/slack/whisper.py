"""What only one person sees: answers to what they typed or pressed, by the `response_url` that Slack gave with it.

See https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five answers in half an hour.
"""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp
import structlog

from adapters.slack import files
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.post import batches, whole
from adapters.slack.render.blocks import Block
from adapters.slack.render.markdown import clean, split

log = structlog.get_logger()

_MOST = 5
_TAKEN = 200


async def say(desk: Desk, url: str, sentence: str) -> None:
    """One sentence, beside what is there."""
    await _send(desk, url, {"text": clean(sentence), "response_type": "ephemeral", "replace_original": False})


async def replace(desk: Desk, url: str, text: str, blocks: Sequence[Sequence[Block]] = ()) -> None:
    """In place of what was pressed. What is too long goes on below."""
    await _all(desk, url, text, blocks, instead=True)


async def tell(desk: Desk, url: str, said: Gathered) -> None:
    """A whole reply, with its files sent to the person's direct messages."""
    text = said.problem or said.text
    if said.files:
        refused = await files.send(desk.api, said.owner, said.files)
        text += refused or "You find the files in your direct messages with me."
    await _all(desk, url, text or ("" if said.cards else "There is nothing to say to that."), said.cards, instead=False)


async def _all(desk: Desk, url: str, text: str, blocks: Sequence[Sequence[Block]], *, instead: bool) -> None:
    first, *more = batches(blocks) or [[]]
    *texts, last = split(text)
    bodies = [*(whole(part, []) for part in texts), whole(last, first), *more]
    for number, body in enumerate(bodies[:_MOST]):
        told = {
            "response_type": "ephemeral",
            "replace_original": instead and number == 0,
            "text": text[:300] or "Tasks",
        }
        await _send(desk, url, {**told, "blocks": body})


async def _send(desk: Desk, url: str, body: dict[str, object]) -> None:
    if not url:
        return
    try:
        async with desk.api.session.post(url, json=body) as answer:
            if answer.status != _TAKEN:
                log.warning("slack.whisper_refused", status=answer.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("slack.whisper_lost", error=type(error).__name__)
