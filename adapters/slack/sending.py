"""Posting one message of a reply: again until it is there once, in the way that Slack takes it, or elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack.api import CLOSED, REFUSED, REVOKED, UNSURE, answer, code, retry_after
from adapters.slack.desk import Desk
from adapters.slack.inbound import Place
from adapters.slack.render.blocks import Block
from adapters.slack.stamps import metadata
from core.chat import Stamp, StampKind

log = structlog.get_logger()

_PAUSES = (0.5, 2.0, 5.0, 15.0, 30.0)
"""Seconds before each further try. Whoever speaks next in the thread waits as long."""
_PREVIEW = 300
"""Characters of the cards in a notification."""
_MOST_TEXT = 40_000
_REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"})


@dataclass(frozen=True, slots=True)
class Words:
    """One message."""

    text: str
    blocks: list[Block]
    stamp: Stamp | None
    part: int
    """Which message of its reply it is."""
    plain: bool = False
    """Whether it is text alone, as Slack has refused the blocks."""

    @property
    def metadata(self) -> dict[str, object] | None:
        """The stamp as Slack keeps it."""
        return metadata(self.stamp, self.part) if self.stamp else None


async def send(desk: Desk, where: Place, owner: str, words: Words) -> bool:
    """Post the message in the thread, once; tells whether it is said, be it elsewhere.

    What Slack may have taken is looked for before it is tried again.
    """
    unsure = False
    for pause in (*_PAUSES, None):
        try:
            if unsure and await _arrived(desk, where, words):
                return True
            unsure = False
            await _post(desk, where.channel, where.ts or None, words)
        except REFUSED as error:
            refused = code(error)
            log.warning("slack.post_refused", error=refused or type(error).__name__, told=_told(error))
            if refused in _REFUSED_BLOCKS and not words.plain:
                words = _plain(words)
                continue
            if refused in REVOKED:
                break  # once the app is installed again, catching up finds what was not answered
            if refused and refused not in UNSURE:
                return await _aside(desk, where, owner, words, refused)
            unsure = unsure or refused != "ratelimited"
            if pause is not None:
                await asyncio.sleep(retry_after(error) if refused == "ratelimited" else pause)
        else:
            return True
    log.error("slack.reply_lost")
    return False


def whole(text: str, blocks: Sequence[Block]) -> list[Block]:
    """A message's blocks: its Markdown, if there is any, and its cards below."""
    words: list[Block] = [{"type": "markdown", "text": text}] if text.strip() else []
    return [*words, *blocks]


def spoken(blocks: Sequence[Block]) -> str:
    """The cards' text for notifications and for readers that show no blocks."""
    texts = (text for block in blocks if isinstance(block.get("text"), dict) for text in [block["text"]])
    said = " · ".join(str(text["text"]) for text in texts if isinstance(text, dict) and "text" in text)
    return said[:_PREVIEW] or "Task bot"


async def _post(desk: Desk, channel: str, thread: str | None, words: Words) -> None:
    await desk.api.write.chat_postMessage(
        channel=channel,
        thread_ts=thread,
        text=words.text or spoken(words.blocks),
        blocks=None if words.plain else whole(words.text, words.blocks),
        metadata=words.metadata,
        unfurl_links=False,
        unfurl_media=False,
    )


def _plain(words: Words) -> Words:
    """The same without what Slack refuses."""
    text = f"{words.text}\n\n{spoken(words.blocks)}".strip()[:_MOST_TEXT]
    return Words(text, [], words.stamp, words.part, plain=True)


async def _arrived(desk: Desk, where: Place, words: Words) -> bool:
    """Whether an earlier try came through. Raises what the client raises, where that can't be known either."""
    if words.stamp is None or not words.stamp.answers:
        return False
    return await desk.threads.answered(where, words.stamp.answers, words.part)


async def _aside(desk: Desk, where: Place, owner: str, words: Words, refused: str) -> bool:
    """In the person's direct messages, when Slack takes nothing in the thread; says so, and for what it was."""
    if where.private or not owner:
        log.error("slack.reply_lost", error=refused)
        return False
    reason = "I couldn't answer in" if refused in CLOSED else "Slack doesn't let me answer in"
    text = f"{reason} <#{where.channel}>, so I answer here.\n\n{words.text}"
    answers = words.stamp.answers if words.stamp else None
    stamp = Stamp(answers=answers, kind=StampKind.ASIDE)
    try:
        await _post(desk, owner, None, Words(text, words.blocks, stamp, words.part))
    except REFUSED as error:
        log.error("slack.reply_lost", error=code(error) or type(error).__name__)
        return False
    return True


def _told(error: BaseException) -> object:
    """Slack's own explanation of what is wrong with the blocks; it names paths in them, never what people wrote."""
    told = answer(error).get("response_metadata") if isinstance(error, SlackApiError) else None
    return told.get("messages") if isinstance(told, dict) else None
