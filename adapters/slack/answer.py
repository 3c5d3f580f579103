"""One reply in a thread as it comes: streamed while there is text, its cards and its stamp with the last words."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

from adapters.shared.running import Turn
from adapters.shared.segments import Segment
from adapters.shared.unsent import MOST_MESSAGES, Unsent
from adapters.slack import files, whisper
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.inbound import Place
from adapters.slack.post import Post
from adapters.slack.render import cards
from adapters.slack.render.blocks import Block
from adapters.slack.render.markdown import segmented
from adapters.slack.status import Status
from core.chat import Part, Problem, Reply, StampKind, TaskList, Text

_ENDING = 1.0
"""Seconds that the next turn waits for the end of this one's status."""
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
        self._unsent = Unsent(segmented(MOST_MESSAGES))
        self._said = Gathered(owner)
        self._aside: list[list[Block]] = []
        """Cards for the person's eyes alone."""
        self._post = Post(desk, where, owner)
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._pause = _QUICKEST

    @property
    def changed(self) -> bool:
        """Whether the reply told of changed tasks."""
        return bool(self._said.receipts)

    @property
    def settled(self) -> bool:
        """Whether the question that it answers needs its buttons no more."""
        return self._said.settled

    @property
    def lost(self) -> bool:
        """Whether some of it could be said nowhere."""
        return self._post.lost

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
                self._unsent.take(markdown)
            case TaskList(private=True):
                self._aside.append(cards.task_list(part, self._owner))
            case _:
                self._said.take(part)
        if self._unsent:
            self._news.set()

    async def _send(self) -> None:
        """Send what has come, at the pace that Slack allows; the last words are left to `_finish`."""
        while not self._over.is_set():
            await self._news.wait()
            self._news.clear()
            while self._unsent.fills:
                await self._post.end(self._unsent.next().text, stamp=self._said.stamp)
            if self._over.is_set() or not self._unsent:
                continue
            await self._status.settled()
            await self._say(self._unsent.next())
            await self._breathe()
            if self._unsent and self._post.streaming:
                self._news.set()

    async def _say(self, words: Segment) -> None:
        """Show the words now, or put them back; where a message ends with them, keep that in mind."""
        if not await self._post.say(words.text):
            self._unsent.put_back(words)
        elif words.full:
            self._unsent.put_back(Segment("", full=True))

    async def _breathe(self) -> None:
        """Wait before the next append, the longer the more streams share the budget; not when the reply is over."""
        pace = self._desk.pace
        pause = max(self._pause, pace.streams * pace.append.apart, pace.append.wait())
        self._pause = min(_SLOWEST, self._pause * _SLOWER)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._over.wait()

    async def _finish(self) -> None:
        if self._said.stamp is not None and self._said.stamp.kind.ends:
            self._desk.threads.ended(self._where)
        if self._said.stamp is not None and self._said.stamp.kind is StampKind.FORGOTTEN:
            await self._desk.erasing.begin(self._desk, self._where)
        if rest := self._unsent.end():
            self._said.files.append(rest)
        while self._unsent.goes_on:
            await self._post.end(self._unsent.next().text, stamp=self._said.stamp)
        words = self._unsent.next().text
        if words or self._said.cards or self._post.streaming:
            await self._status.settled()
            await self._post.end(words, stamp=self._said.stamp, blocks=self._said.cards, session=self._status.session)
        ending = asyncio.create_task(self._end_status())
        await asyncio.wait([ending], timeout=_ENDING)
        if self._aside:
            await whisper.aside(self._desk, self._owner, self._where, self._aside)
        if self._said.files:
            refused = await files.send(self._desk.api, self._owner, self._said.files)
            if refused:
                await self._post.end(refused, stamp=None)

    async def _end_status(self) -> None:
        """However long Slack takes for it, nobody in the thread waits longer than for an answer."""
        async with self._desk.running.counted():
            await self._status.end(streamed=self._post.streamed, answered=self._post.posted)
