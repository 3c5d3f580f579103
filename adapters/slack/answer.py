"""One reply in a thread as it comes: streamed while there is text, its cards and its stamp with the last words."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing, suppress

from adapters.shared.running import Turn
from adapters.shared.segments import Segment
from adapters.slack import files
from adapters.slack.desk import Desk
from adapters.slack.inbound import Place
from adapters.slack.post import Post
from adapters.slack.render import cards
from adapters.slack.render.markdown import segmented
from adapters.slack.status import Status
from core.chat import Choices, Confirm, File, Offer, Part, Problem, Receipt, Reply, Stamp, Step, TaskList, Text

_QUICKEST = 0.4
_SLOWEST = 3.0
_SLOWER = 1.25
"""Seconds between a stream's appends, and by what they grow, so that a long answer stays within the method's tier."""


class Answer:
    """Shows one reply. Pulling and sending go on side by side: neither the model nor Slack waits for the other."""

    def __init__(self, desk: Desk, where: Place, owner: str, status: Status) -> None:
        self._desk = desk
        self._where = where
        self._owner = owner
        self._status = status
        self._segments = segmented()
        self._unsent: deque[Segment] = deque()
        self._cards: list[list[cards.Block]] = []
        self._files: list[File] = []
        self._stamp: Stamp | None = None
        self._post = Post(desk, where, owner)
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._pause = _QUICKEST
        self.changed = False
        """Whether the reply told of changed tasks."""

    async def show(self, reply: Reply, turn: Turn) -> None:
        """Pull the reply to its end, or until the turn is cut short, and show all of it."""
        sending = asyncio.create_task(self._send())
        try:
            async with aclosing(reply) as parts:
                async for part in parts:
                    self._take(part)
        except asyncio.CancelledError:
            cut = turn.ended_early()
            if cut is None:
                raise
            self._take(Text(f"\n\n{cut.value}"))
        finally:
            self._over.set()
            self._news.set()
            await sending
            await self._finish()

    def _take(self, part: Part) -> None:
        self._status.begin()
        match part:
            case Text(markdown) | Problem(markdown):
                self._unsent += self._segments.take(markdown)
            case Receipt():
                self.changed = True
                self._cards.append(cards.receipt(part, self._owner))
            case TaskList():
                self._cards.append(cards.task_list(part, self._owner))
            case Choices():
                self._cards.append(cards.choices(part, self._owner))
            case Confirm():
                self._cards.append(cards.confirm(part, self._owner))
            case Offer():
                self._cards.append(cards.offer(part, self._owner))
            case File():
                self._files.append(part)
            case Stamp():
                self._stamp = part
            case Step():
                pass
        if self._unsent:
            self._news.set()

    async def _send(self) -> None:
        """Send what has come, at the pace that Slack allows; the last words are left to `_finish`."""
        while not self._over.is_set():
            await self._news.wait()
            self._news.clear()
            while any(segment.full for segment in self._unsent):
                await self._post.end(self._next().text, stamp=self._stamp)
            if self._over.is_set() or not self._unsent:
                continue
            await self._status.settled()
            await self._say(self._next())
            await self._breathe()
            if self._unsent and self._post.streaming:
                self._news.set()

    async def _say(self, words: Segment) -> None:
        """Show the words now, or put them back; where a message ends with them, keep that in mind."""
        if not await self._post.say(words.text):
            self._unsent.appendleft(words)
        elif words.full:
            self._unsent.appendleft(Segment("", full=True))

    def _next(self) -> Segment:
        """What is to be sent next: at most up to the end of a full message."""
        words, full = "", False
        while self._unsent and not full:
            segment = self._unsent.popleft()
            words, full = words + segment.text, segment.full
        return Segment(words, full)

    async def _breathe(self) -> None:
        """Wait before the next append, the longer the more streams share the budget; not when the reply is over."""
        pace = self._desk.pace
        pause = max(self._pause, pace.streams * pace.append.apart, pace.append.wait())
        self._pause = min(_SLOWEST, self._pause * _SLOWER)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._over.wait()

    async def _finish(self) -> None:
        if self._stamp is not None and self._stamp.conversation is None and self._stamp.answers is None:
            await self._desk.threads.forget(self._where)
        self._unsent += self._segments.end()
        while any(segment.full for segment in list(self._unsent)[:-1]):
            await self._post.end(self._next().text, stamp=self._stamp)
        words = self._next().text
        if words or self._cards or self._post.streaming:
            await self._status.settled()
            await self._post.end(words, stamp=self._stamp, blocks=self._cards, session=self._status.session)
        await self._status.end(streamed=self._post.streamed)
        if self._files:
            await files.send(self._desk.api, self._owner, self._files)
