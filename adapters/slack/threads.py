"""The bot's threads: in which it takes part, and what they tell of their conversation."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence

import structlog
from cachetools import LRUCache
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import REFUSED, code, retry_after
from adapters.slack.earlier import Earlier
from adapters.slack.ended import Ended
from adapters.slack.found import Found
from adapters.slack.inbound import Event, Place, instant, place, spoken, text_of
from adapters.slack.pace import Budget
from adapters.slack.roots import Roots
from adapters.slack.stamps import payload, stamp_of
from core.chat import Heard, Past, Recall, RecallDelayed, Said, Stamp, Thread, missed

log = structlog.get_logger()

_PAGE = 1000
"""The most that one `conversations.replies` gives."""
_KEPT = 50_000
_PATIENCE = 8.0
"""Seconds that a person waits for what a thread tells."""
_GLANCE = 1.5
"""The same, for what another thread tells."""
_FRESH = 30.0
"""Seconds for which what was read of a thread holds, where nobody writes there."""
_UNTIL_SURE = 900.0
"""Seconds for which it is tried to find out whether a thread is the bot's."""
_PAUSES = (0.3, 1.0, 2.0, 5.0, 15.0, 30.0)
_NEW = 1_000
_FOR_THE_LIVING = 15
"""Of a minute's reads, those that catching up doesn't take."""


class Threads:
    """Reads and keeps stamps, and knows in which threads the bot takes part."""

    def __init__(
        self,
        now: AsyncWebClient,
        earlier: Earlier,
        roots: Roots,
        reads: Budget,
        bot: str,
        written: Callable[[Place], float],
    ) -> None:
        """`now` is a client that never waits: how long a thread is tried for is decided here.

        `written`: when another process wrote in a thread last, by the monotonic clock.
        """
        self._read = now
        self._earlier = earlier
        self._roots = roots
        self._reads = reads
        self._ours: LRUCache[tuple[str, str], bool] = LRUCache(_KEPT)
        self._others: LRUCache[tuple[str, str], float] = LRUCache(_KEPT)
        self._known: LRUCache[tuple[str, str], tuple[float, Recall]] = LRUCache(_NEW)
        """What was read of threads, and when."""
        self._begun: LRUCache[tuple[str, str], bool] = LRUCache(_NEW)
        self._written = written
        self._ended = Ended(bot, written)
        self.streams: set[tuple[str, str]] = set()
        """Messages of this process that grow."""
        self.remains: LRUCache[Place, bool] = LRUCache(_NEW)
        """Threads that were read and have messages naming a conversation that was forgotten after them."""

    def called(self, where: Place, *, begun: bool = False) -> None:
        """The bot was called into this thread; `begun`: by its first message, so that there is nothing to read."""
        self._ours[where.channel, where.ts] = True
        self._others.pop((where.channel, where.ts), None)
        if begun:
            self._begun[where.channel, where.ts] = True
            self._ended.goes_on(where, time.monotonic())

    def takes_part(self, where: Place) -> bool:
        """Whether this process knows the thread for one of the bot's; asks nobody."""
        return bool(self._ours.get((where.channel, where.ts)))

    def begun_by_others(self, where: Place) -> None:
        """Somebody wrote a message outside of threads, not to the bot: what may follow below it is not the bot's."""
        self._others[where.channel, where.ts] = time.monotonic()

    async def ours(self, where: Place, written: float = -math.inf) -> bool:
        """Whether the bot takes part in the thread: by memory, by its channel, else by one read of it.

        `written`: when another process wrote there last, by the monotonic clock: a no from before counts no more.
        Slack's silence is no answer: it is asked until it gives one. Raises RecallDelayed after very long.
        """
        key = where.channel, where.ts
        if self._ours.get(key):
            return True
        checked, now = self._others.get(key), time.monotonic()
        if checked is not None and checked > written:
            return False
        if checked is None and (told := await self._roots.ours(where)) is not None:
            self._note(key, told, now)
            return told
        found = await self._find(where, _UNTIL_SURE)
        # one that was called into a thread and has not come to answer takes part all the same
        ours = found.notes.ours or any(self._earlier.called(one) for one in found.messages)
        self._note(key, ours, now)
        if ours:
            self._known[key] = found.at, await self._recall(found)
        return ours

    def _note(self, key: tuple[str, str], ours: bool, at: float) -> None:
        if ours:
            self._ours[key] = True
        else:
            self._others[key] = at

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own and the thread's last messages. Raises RecallDelayed."""
        where = place(thread)
        key = where.channel, where.ts
        if self._begun.pop(key, False):
            return Recall(recent=await self._before(where))
        at, known = self._known.pop(key, (-math.inf, Recall()))
        if at > max(self._written(where), time.monotonic() - _FRESH):
            return known
        found = await self._find(where, _PATIENCE)
        recall = await self._recall(found)
        if found.notes.ours or len(found.last) > 1:
            return recall
        # a message that was handed over again, and nothing else yet
        return dataclasses.replace(recall, recent=(*await self._before(where), *recall.recent))

    async def past(self, thread: Thread) -> Past:
        """All conversations that the thread's stamps name, and who wrote there. Raises RecallDelayed."""
        found = await self._find(place(thread), _PATIENCE)
        authors = {text_of(one, "ts"): text_of(one, "user") for one in found.messages}
        return found.notes.past(authors)

    async def _before(self, where: Place) -> tuple[Said, ...]:
        """What was said in the channel before the thread was begun, without what was to be forgotten."""

        async def forgotten(channel: str, messages: Sequence[Event]) -> frozenset[str]:
            return await self._ended.among(channel, messages, self._is_over)

        return await self._earlier.before(where, forgotten)

    async def _is_over(self, where: Place) -> bool | None:
        """Whether a conversation was ever ended in the thread, by one read, if there is one to spend."""
        if self._reads.wait() > 0:
            return None
        try:
            return (await self._find(where, _GLANCE)).over
        except RecallDelayed:
            return None

    async def missed(self, where: Place, since: float) -> tuple[list[Event], list[Event]]:
        """Messages to the bot since then (seconds since 1970) that nobody has answered, oldest first.

        And the bot's own that were never finished: their stamp comes with their last words. Raises RecallDelayed.
        """
        found = await self._find(where, _UNTIL_SURE, spare=_FOR_THE_LIVING)
        key = where.channel, where.ts
        self._known[key] = found.at, await self._recall(found)
        if found.notes.ours:
            self._ours[key] = True
        heard = [self._heard(message) for message in found.messages]
        ids = frozenset(missed(heard, found.notes.answered, since=since, meant=where.private))
        return (
            [message for message in found.messages if text_of(message, "ts") in ids],
            [
                one
                for one in found.messages
                if self._is_unfinished(one) and instant(text_of(one, "ts")).timestamp() >= since
            ],
        )

    def _is_unfinished(self, message: Event) -> bool:
        return self.mine(message) and not message.get("metadata") and not message.get("files")

    def _heard(self, message: Event) -> Heard:
        ts = text_of(message, "ts")
        return Heard(
            id=ts,
            at=instant(ts).timestamp(),
            mine=self.mine(message),
            # one that was changed since is what the person says now
            spoken=spoken({**message, "channel": "-", "edited": None}),
            calls=self._earlier.called(message),
        )

    async def forgotten(self, where: Place, *, so_far: bool) -> list[Event]:
        """The bot's messages that name a conversation: before the last time that one was forgotten, or all `so_far`.

        Raises what the client raises.
        """
        found = Found()
        async for said in self._messages(where):
            found.take(said, self._stamp(said))
        return found.named if so_far else found.forgotten

    async def answered(self, where: Place, message: str, part: int) -> bool:
        """Whether the thread has that part of the reply to that message. Raises what the client raises."""
        async for said in self._messages(where):
            stamp = self._stamp(said)
            if stamp is not None and stamp.answers == message and payload(said).get("part", 0) == part:
                return True
        return False

    async def message(self, channel: str, ts: str) -> Event | None:
        """One message of the bot's own, wherever it stands; `None` for anybody else's, or when Slack doesn't answer.

        `conversations.replies` finds a message within a thread and one that begins none alike.
        """
        try:
            page = await self._read.conversations_replies(
                channel=channel, ts=ts, latest=ts, oldest=ts, inclusive=True, limit=1, include_all_metadata=True
            )
        except REFUSED as error:
            log.warning("slack.message_unread", error=code(error) or type(error).__name__)
            return None
        found = [said for said in page.get("messages") or () if text_of(said, "ts") == ts]
        return found[0] if found and self.mine(found[0]) else None

    def ended(self, where: Place) -> None:
        """The thread's conversation is over: what was read of it before counts no more."""
        self._known.pop((where.channel, where.ts), None)
        self._begun.pop((where.channel, where.ts), None)
        self._ended.is_over(where)

    async def _find(self, where: Place, patience: float, *, spare: int = 0) -> Found:
        """Read the whole thread, as its newest stamp may be anywhere, trying for so many seconds.

        `spare`: reads that are left to who has just said something.

        Raises RecallDelayed.
        """
        until = time.monotonic() + patience
        for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
            if time.monotonic() + self._reads.wait() > until:
                break
            await self._reads.taken(spare=spare)
            found = Found()
            try:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + max(1.0, until - time.monotonic())):
                    async for said in self._messages(where):
                        found.take(said, self._stamp(said))
            except REFUSED as error:
                log.warning("slack.thread_unread", error=code(error) or type(error).__name__)
                if code(error) == "ratelimited":
                    self._reads.refused(retry_after(error))
                elif time.monotonic() + pause > until:
                    break
                else:
                    await asyncio.sleep(pause)
                continue
            if found.forgotten:
                self.remains[where] = True
            if found.over:
                self._ended.is_over(where)
            else:
                self._ended.goes_on(where, found.at)
            return found
        raise RecallDelayed

    async def _recall(self, found: Found) -> Recall:
        return found.notes.recall(await self._earlier.told(list(found.last)))

    async def _messages(self, where: Place) -> AsyncIterator[Event]:
        """The thread's messages, oldest first: one request for the first thousand.

        See https://docs.slack.dev/reference/methods/conversations.replies.
        """
        cursor: str | None = None
        while True:
            page = await self._read.conversations_replies(
                channel=where.channel, ts=where.ts, limit=_PAGE, include_all_metadata=True, cursor=cursor
            )
            for said in page.get("messages") or ():
                if cursor is None or text_of(said, "ts") != where.ts:
                    yield said
            cursor = (page.get("response_metadata") or {}).get("next_cursor") if page.get("has_more") else None
            if not cursor:
                return

    def mine(self, said: Event) -> bool:
        """Whether the bot itself posted it."""
        return self._earlier.mine(said)

    def _stamp(self, said: Event) -> Stamp | None:
        """What the bot itself noted on the message; a stamp on anybody else's message is none."""
        return stamp_of(said) if self.mine(said) else None
