"""Taking a forgotten conversation's id off the messages of its thread, one by one, as fast as Slack takes updates.

What was answered stays answered: only the id goes. It goes on in the background where a thread is long, and another
process goes on with it when this one ends: the stamp that says "forgotten" tells which messages come before it.
"""

from __future__ import annotations

import asyncio

import structlog
from cachetools import LRUCache

from adapters.shared.erasing import LONG, begun, ended
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.earlier import words
from adapters.slack.inbound import Event, Place, text_of
from adapters.slack.post import fallback
from adapters.slack.render.markdown import LIMIT
from adapters.slack.sending import whole
from adapters.slack.stamps import metadata, without_conversation
from core.chat import Stamp, StampKind

log = structlog.get_logger()

AT_ONCE = 2.0
"""Seconds that a reply waits for it: a thread of usual length is done by then."""
_TRIED = 10_000


class Erasing:
    """The threads from which this process takes ids."""

    def __init__(self) -> None:
        self._running: dict[Place, asyncio.Task[None]] = {}
        self._tried: LRUCache[Place, bool] = LRUCache(_TRIED)

    async def begin(self, desk: Desk, where: Place) -> None:
        """Take the ids off all that the bot has said in the thread so far; returns soon, done or not."""
        task = self._start(desk, where, so_far=True)
        await asyncio.wait([task], timeout=AT_ONCE)

    def go_on(self, desk: Desk, where: Place) -> None:
        """Take up what another process left undone, once."""
        if where not in self._tried and where not in self._running:
            self._start(desk, where, so_far=False)

    def _start(self, desk: Desk, where: Place, *, so_far: bool) -> asyncio.Task[None]:
        self._tried[where] = True
        task = self._running[where] = asyncio.create_task(_erase(desk, where, so_far=so_far))
        task.add_done_callback(lambda done: self._over(where, done))
        return task

    def _over(self, where: Place, done: asyncio.Task[None]) -> None:
        if self._running.get(where) is done:
            del self._running[where]


async def _erase(desk: Desk, where: Place, *, so_far: bool) -> None:
    async with desk.running.counted():
        try:
            left = await desk.threads.forgotten(where, so_far=so_far)
        except REFUSED as error:
            # the stamp stays, so that a later process goes on
            log.warning("slack.not_erased", error=code(error) or type(error).__name__)
            return
        # whoever goes on with it after a restart says nothing that was said before
        progress = _Progress(desk, where, len(left), silent=not so_far)
        stubborn = 0
        for number, message in enumerate(left):
            await progress.at(number)
            stubborn += not await _erased(desk, where.channel, message)
        await progress.end(stubborn)


class _Progress:
    """What the thread is told of work that takes long."""

    def __init__(self, desk: Desk, where: Place, total: int, *, silent: bool) -> None:
        self._desk = desk
        self._silent = silent
        self._where = where
        self._total = total
        self._ts = ""

    async def at(self, number: int) -> None:
        """So many are done; waits until the next may be."""
        budget = self._desk.pace.update
        left = (self._total - number) * budget.apart
        if not (self._ts or self._silent) and budget.wait() > 0 and left > LONG:
            await self._say(begun("Slack", self._total, left))
        await budget.taken()

    async def end(self, stubborn: int) -> None:
        """All are done, but for so many that Slack doesn't let be changed."""
        log.info("slack.erased", messages=self._total - stubborn, kept=stubborn)
        if self._ts or (stubborn and not self._silent):
            await self._say(ended("Slack", self._total - stubborn, stubborn))

    async def _say(self, text: str) -> None:
        api = self._desk.api
        try:
            if self._ts:
                await api.read.chat_update(channel=self._where.channel, ts=self._ts, text=text)
                return
            said = await api.write.chat_postMessage(
                channel=self._where.channel,
                thread_ts=self._where.ts,
                text=text,
                metadata=metadata(Stamp(kind=StampKind.UNASKED)),
            )
            self._ts = str(said["ts"])
        except REFUSED as error:
            log.info("slack.progress_untold", error=code(error) or type(error).__name__)


async def _erased(desk: Desk, channel: str, message: Event) -> bool:
    """Write the message as it is, without the id: with its text, and where that is too long for Slack, without."""
    blocks, text = message.get("blocks"), text_of(message)
    shown = list(blocks) if isinstance(blocks, list) else []
    if not shown and len(text) > len(fallback(text)):
        shown = whole(words(message)[:LIMIT], [])
    for told in ({"text": fallback(text)}, {}) if shown else ({"text": text},):
        change = {"channel": channel, "ts": text_of(message, "ts"), "metadata": without_conversation(message), **told}
        try:
            await desk.api.read.api_call("chat.update", json={**change, **({"blocks": shown} if shown else {})})
        except REFUSED as error:
            log.info("slack.stamp_kept", error=code(error) or type(error).__name__)
        else:
            return True
    return False
