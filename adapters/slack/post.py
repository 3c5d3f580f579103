"""The messages of one reply: begun as a stream when that is possible, and each ended with its stamp."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from adapters.shared.wording import short
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.inbound import Place
from adapters.slack.render.blocks import Block
from adapters.slack.render.identity import unique
from adapters.slack.sending import Words, send, spoken, whole
from adapters.slack.stamps import metadata
from core.chat import Stamp

log = structlog.get_logger()

_MOST_BLOCKS = 48
"""Of the 50 that a message takes; the text needs one too."""
_UPDATED = 4_000
"""Characters of text that `chat.update` takes, though a stream may have brought more into the message."""
_STILL_STREAMING = frozenset({"", "streaming_state_conflict", "internal_error", "fatal_error", "service_unavailable"})
"""What Slack says where ending a stream has not come through; nothing at all is one of them."""
_PAUSES = (0.3, 1.5)
_ROOM = 500


class Post:
    """Writes one message after another: `say` what can be seen at once, `end` each."""

    def __init__(self, desk: Desk, where: Place, owner: str) -> None:
        self._desk = desk
        self._where = where
        self._owner = owner
        self._ts: str | None = None
        self._text = ""
        self._held = False
        self._part = 0
        self.streamed = False
        """Whether the last message was ended as a stream, which also ends its session's work."""
        self.posted = False
        """Whether anything was said in the thread."""
        self.lost = False
        """Whether something could be said nowhere."""

    @property
    def streaming(self) -> bool:
        """Whether a stream is open, so that more words can be seen at once."""
        return self._ts is not None and not self._held

    async def say(self, words: str) -> bool:
        """Show the words now; False when they have to wait for the message's end."""
        if self._held:
            return False
        return await (self._start(words) if self._ts is None else self._append(words))

    async def end(
        self,
        words: str,
        *,
        stamp: Stamp | None,
        blocks: Sequence[Sequence[Block]] = (),
        session: str | None = None,
    ) -> None:
        """Send the last words of the message with its cards and its stamp, and begin anew."""
        first, *more = batches(blocks) or [[]]
        if first and len(self._text) + len(words) > _UPDATED - _ROOM:
            # cards are told anew when pressed, which Slack doesn't let happen in a message of so many words
            first, more = [], [first, *more]
        kept = metadata(stamp, self._part) if stamp else None
        if self._ts is not None:
            self._desk.pace.streams -= 1
            self._desk.threads.streams.discard((self._where.channel, self._ts))
        if await self._stop(words, first, kept, session) or await self._update(words, first, kept):
            self.posted = True
            self._part += 1
        else:
            await self._send(self._text + words if not self._ts else words, first, stamp)
        for batch in more:
            await self._send("", batch, stamp)
        self._ts, self._text, self._held = None, "", False

    async def _send(self, text: str, blocks: list[Block], stamp: Stamp | None) -> None:
        said = await send(self._desk, self._where, self._owner, Words(text, blocks, stamp, self._part))
        self.posted = self.posted or said
        self.lost = self.lost or not said
        self._part += 1

    async def _start(self, words: str) -> bool:
        if not self._desk.pace.start.take():
            self._held = True
            return False
        try:
            told = await self._desk.api.now.chat_startStream(
                channel=self._where.channel,
                thread_ts=self._where.ts,
                recipient_team_id=self._desk.people.team(self._owner),
                recipient_user_id=self._owner,
                markdown_text=words,
            )
        except REFUSED as error:
            if code(error) == "ratelimited":
                self._desk.pace.start.refused()
            log.info("slack.stream_refused", error=code(error) or type(error).__name__)
            self._held = True
            return False
        self._ts, self._text = told["ts"], words
        self._desk.pace.streams += 1
        self._desk.threads.streams.add((self._where.channel, told["ts"]))
        return True

    async def _append(self, words: str) -> bool:
        if not self._desk.pace.append.take():
            return False
        try:
            await self._desk.api.now.chat_appendStream(
                channel=self._where.channel, ts=self._ts or "", markdown_text=words
            )
        except REFUSED as error:
            if code(error) == "ratelimited":
                self._desk.pace.append.refused()
            else:
                # five minutes have passed, or the person pressed Stop: the message's end will bring the rest
                self._held = True
            log.info("slack.append_refused", error=code(error) or type(error).__name__)
            return False
        self._text += words
        return True

    async def _stop(self, words: str, blocks: list[Block], kept: dict[str, object] | None, session: str | None) -> bool:
        """End the stream; False when there is none, or no longer."""
        if self._ts is None or self._held:
            return False
        try:
            await self._desk.api.write.chat_stopStream(
                channel=self._where.channel,
                ts=self._ts,
                markdown_text=words or None,
                blocks=blocks or None,
                metadata=kept,
                session_status=session,
            )
        except REFUSED as error:
            log.info("slack.stop_refused", error=code(error) or type(error).__name__)
            return False
        self.streamed = session is not None
        return True

    async def _leave_stream(self) -> None:
        """End the stream as it is, if it still is one: one that streams can't be updated and looks unfinished."""
        try:
            await self._desk.api.read.chat_stopStream(channel=self._where.channel, ts=self._ts or "")
        except REFUSED as error:
            log.debug("slack.stream_ended_already", error=code(error) or type(error).__name__)

    async def _update(self, words: str, blocks: list[Block], kept: dict[str, object] | None) -> bool:
        """Put the whole text where the stream was cut off; False when there was none or Slack refuses that too."""
        if self._ts is None:
            return False
        text = self._text + words
        for pause in (*_PAUSES, None):
            await self._leave_stream()
            try:
                await self._desk.api.write.chat_update(
                    channel=self._where.channel,
                    ts=self._ts,
                    text=fallback(text) or spoken(blocks),
                    blocks=whole(text, blocks),
                    metadata=kept,
                )
            except REFUSED as error:
                log.warning("slack.update_refused", error=code(error) or type(error).__name__)
                if pause is None or code(error) not in _STILL_STREAMING:
                    break
                await asyncio.sleep(pause)
            else:
                return True
        return await self._ended_all_the_same(kept)

    async def _ended_all_the_same(self, kept: dict[str, object] | None) -> bool:
        """Whether the stream's end had arrived, of which only the answer was lost: then its stamp is there."""
        if kept is None or self._ts is None:
            return False
        there = await self._desk.threads.message(self._where.channel, self._ts)
        return there is not None and there.get("metadata") == kept


def fallback(text: str) -> str:
    """The text of a message that is shown by its blocks, as an update takes it."""
    return short(text, _UPDATED)


def batches(groups: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Cards as they fit into messages; what belongs together stays together."""
    batches: list[list[Block]] = []
    for group in groups:
        if not batches or len(batches[-1]) + len(group) > _MOST_BLOCKS:
            batches.append([])
        batches[-1] += group
    return [unique(batch) for batch in batches]
