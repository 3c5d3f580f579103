"""One reply in a thread as it comes: shown while it grows, its cards and its stamp with the last words."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

import structlog

from adapters.discord import files, zones
from adapters.discord.api import REFUSED, code
from adapters.discord.desk import Desk
from adapters.discord.erasing import begin
from adapters.discord.gather import Gathered
from adapters.discord.inbound import Place
from adapters.discord.post import Post, aside
from adapters.discord.render import cards
from adapters.discord.render.components import Component
from adapters.discord.render.markdown import segmented
from adapters.shared.running import Turn
from adapters.shared.segments import Segment
from adapters.shared.unsent import MOST_MESSAGES, Unsent
from core.chat import Author, Part, Problem, Reply, Stamp, StampKind, TaskList, Text

log = structlog.get_logger()

_QUICKEST = 1.3
_SLOWEST = 2.5
_SLOWER = 1.15
"""Seconds between edits, and by what they grow."""
_SOON = 0.3
_TYPING = 8.0
"""Seconds before the bot is seen typing, and after which it has to be said again."""


class Answer:
    """Shows one reply. Pulling and sending go on side by side: neither the model nor Discord waits for the other."""

    def __init__(self, desk: Desk, where: Place, who: Author, key: str) -> None:
        self._desk = desk
        self._where = where
        self._who = who
        self._said = Gathered(who.external_id)
        self._aside: list[list[Component]] = []
        """Cards for the person's eyes alone."""
        self._unsent = Unsent(segmented(MOST_MESSAGES))
        self._post = Post(desk, where, who.external_id, key)
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._pause = _QUICKEST
        self._typing: asyncio.Task[None] | None = None

    @property
    def settled(self) -> bool:
        """Whether the question that it answers needs its buttons no more."""
        return self._said.settled

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
            if self._typing:
                self._typing.cancel()
            await self._finish()

    def _take(self, part: Part) -> None:
        if self._typing is None:
            self._typing = asyncio.create_task(self._type())
        match part:
            case Text(markdown) | Problem(markdown):
                self._unsent.take(markdown)
                self._news.set()
            case Stamp():
                self._said.stamp = part
            case TaskList(private=True):
                self._aside.append(cards.task_list(part, self._said.owner))
            case _:
                self._said.take(part)

    async def _type(self) -> None:
        """Be seen typing until the first words are there."""
        await asyncio.sleep(_SOON)
        while not self._post.streaming:
            try:
                await self._desk.api.typing(self._where.channel)
            except REFUSED as error:
                log.info("discord.typing_refused", error=code(error) or type(error).__name__)
            await asyncio.sleep(_TYPING)

    async def _send(self) -> None:
        """Send what has come, at the pace that Discord allows; the last words are left to `_finish`."""
        while not self._over.is_set():
            await self._news.wait()
            self._news.clear()
            while self._unsent.fills:
                await self._post.end(self._unsent.next().text, stamp=self._said.stamp)
            if self._over.is_set() or not self._unsent:
                continue
            words = self._unsent.next()
            if not words.text.strip() and not self._post.streaming:
                self._unsent.put_back(words)
                continue
            await self._say(words)
            await self._breathe()
            if self._unsent:
                self._news.set()

    async def _say(self, words: Segment) -> None:
        """Show the words now, or put them back; where a message ends with them, keep that in mind."""
        if not await self._post.say(words.text, stamp=self._said.stamp):
            self._unsent.put_back(words)
        elif words.full:
            self._unsent.put_back(Segment("", full=True))

    async def _breathe(self) -> None:
        """Wait before the next edit; not when the reply is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause):
                await self._over.wait()
        self._pause = min(_SLOWEST, self._pause * _SLOWER)

    async def _finish(self) -> None:
        said = self._said
        if said.stamp is not None and said.stamp.kind.ends:
            self._desk.threads.ended(self._where)
            if said.stamp.kind is StampKind.FORGOTTEN:
                await begin(self._desk, self._where)
        if rest := self._unsent.end():
            self._said.files.append(rest)
        while self._unsent.goes_on:
            await self._post.end(self._unsent.next().text, stamp=said.stamp)
        words = self._unsent.next().text
        if said.timed:
            said.cards += await zones.question(self._desk, self._who)
        if words.strip() or said.cards or self._post.streaming:
            await self._post.end(words, stamp=said.stamp, groups=said.cards)
        if self._aside:
            await aside(self._desk, self._where, said.owner, self._aside)
        if said.files:
            await files.send(self._desk, self._where, said.owner, said.files)
