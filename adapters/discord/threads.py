"""The bot's threads: in which it takes part, and what they tell of their conversation."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from cachetools import LRUCache

from adapters.discord.api import PAGE, REFUSED, Api, code
from adapters.discord.inbound import Place, place, readable
from adapters.discord.render.components import plain_id
from adapters.discord.stamps import begun_of, custom_ids, parts, stamp_of
from core.chat import Notes, Past, Recall, RecallDelayed, Said, StampKind, Thread

log = structlog.get_logger()

_RECENT = 20
_PATIENCE = 2.0
"""Seconds that an answer waits for what was said before."""
_PAGES = 20
_ALL_PAGES = 200
"""For what only the whole thread tells: 20,000 messages."""
_READ = 3
"""Threads that are read for one that begins: "that one too" means one of the last."""
_FRESH = 30.0
"""Seconds for which what was read of a thread holds, where nobody writes there."""
_KEPT = 50_000
_NEW = 1_000
_SPOKEN = (0, 19, 21)
"""Types of message with people's words: ordinary, replies, the first one of a thread."""

Raw = Mapping[str, Any]


@dataclass(slots=True)
class Found:
    """What a thread's messages tell."""

    notes: Notes = field(default_factory=Notes)
    stamped: bool = False
    """Whether one of them says which conversation it is."""
    unfinished: dict[str, int] = field(default_factory=dict)
    """Replies that were cut off in the middle: which message they answer, and the message they begin in."""
    messages: list[Raw] = field(default_factory=list)
    """Oldest first."""
    named: list[int] = field(default_factory=list)
    """The indices of the bot's messages that name a conversation."""
    forgotten: list[int] = field(default_factory=list)
    """Those of them that were to name none any more: the conversation was forgotten after them."""
    since: int = 0
    """The index of the first message after the conversation was last ended."""

    @property
    def ours(self) -> bool:
        """Whether the bot takes part."""
        return self.notes.ours


class Threads:
    """Reads stamps, and knows in which threads the bot takes part."""

    def __init__(self, api: Api, bot: int, written: Callable[[Place], float]) -> None:
        """`written`: when another process wrote in a thread last, by the monotonic clock."""
        self._api = api
        self._written = written
        self._bot = bot
        self._ours: LRUCache[int, bool] = LRUCache(_KEPT)
        self._others: LRUCache[int, float] = LRUCache(_KEPT)
        """Threads that were not the bot's, and when that was seen. Called into one, a process hears of it itself."""
        self._known: LRUCache[int, tuple[float, Recall]] = LRUCache(_NEW)
        """What was read of threads, and when."""
        self._over: LRUCache[int, bool] = LRUCache(_KEPT)
        """Threads in which a conversation was ended."""
        self._goes_on: LRUCache[int, float] = LRUCache(_KEPT)
        """Threads in which none was, and when that was so."""
        self._begun: LRUCache[int, int] = LRUCache(_NEW)
        """Threads that were just opened, and the channels they were opened in."""
        self._unfinished: LRUCache[str, int] = LRUCache(_NEW)
        self.remains: LRUCache[int, bool] = LRUCache(_NEW)
        """Threads that were read and have messages naming a conversation that was forgotten after them."""

    def called(self, where: Place, *, parent: int | None = None) -> None:
        """The bot was called into this thread; `parent`: it was just opened below a message of that channel.

        Then there is nothing to read in it, and what was said before it stands in the channel.
        """
        self._ours[where.channel] = True
        self._others.pop(where.channel, None)
        if parent is not None:
            self._begun[where.channel] = parent
            self._goes_on[where.channel] = time.monotonic()

    def knows(self, where: Place) -> bool:
        """Whether it is known without a look that the bot takes part there."""
        return self._ours.get(where.channel) is True

    def unfinished(self, message: str) -> int | None:
        """The message in which a reply to this one was begun and cut off by a crash."""
        return self._unfinished.pop(message, None)

    async def ours(self, where: Place, written: float = -math.inf) -> bool:
        """Whether the bot takes part in the thread: by memory, else by one read.

        `written`: when another process wrote there last, by the monotonic clock: a no from before counts no more.
        """
        if self._ours.get(where.channel):
            return True
        if self._others.get(where.channel, -math.inf) > written:
            return False
        found = await self.look(where)
        if found is None:
            return False
        if found.ours:
            self._ours[where.channel] = True
        else:
            self._others[where.channel] = time.monotonic()
        return found.ours

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own and the thread's last messages; nothing when Discord doesn't answer."""
        where = place(thread)
        parent = self._begun.pop(where.channel, None)
        if parent is not None:
            return Recall(recent=await self._before(parent, where.channel))
        at, known = self._known.pop(where.channel, (-math.inf, Recall()))
        if at > max(self._written(where), time.monotonic() - _FRESH):
            return known
        await self.look(where)
        return self._known.pop(where.channel, (0.0, Recall()))[1]

    async def _before(self, channel: int, message: int) -> tuple[Said, ...]:
        """What was said in a channel before a message; nothing where the bot may not read it, or not in time."""
        try:
            async with asyncio.timeout(_PATIENCE):
                page = await self._api.history(channel, before=message, limit=_RECENT)
                over = await self._forgotten(page)
        except REFUSED as error:
            log.info("discord.context_unread", error=code(error) or type(error).__name__)
            return ()
        found = read(page[::-1], self._bot)
        after = found.messages[found.since :]
        recent = [one for one in after if one.get("type") in _SPOKEN and int(one["id"]) not in over]
        return tuple(said for said in map(self._said, recent) if said.text.strip())

    async def _forgotten(self, page: Sequence[Raw]) -> set[int]:
        """Of a channel's messages, newest first, those that began a thread in which a conversation was ended.

        Of threads that this process knows nothing of the newest few are read; where it isn't sure, it is so.
        """
        begun = [Place(int(one["id"])) for one in page if one.get("thread")]
        over = {place.channel for place in begun if place.channel in self._over}
        doubtful = [
            place
            for place in begun
            if place.channel not in over and self._goes_on.get(place.channel, -math.inf) <= self._written(place)
        ]
        found = await asyncio.gather(*(self.look(place) for place in doubtful[:_READ]))
        sure = [
            place
            for place, one in zip(doubtful, found, strict=False)
            if one and not one.since and len(one.messages) < PAGE
        ]
        return over | {place.channel for place in doubtful if place not in sure}

    async def look(self, where: Place) -> Found | None:
        """Read the thread, by one request, and remember what it tells. None when Discord doesn't answer.

        Where much was said since the bot last spoke, it takes a request more for each hundred messages.
        """
        at = time.monotonic()
        try:
            found = read(await self._history(where.channel), self._bot)
        except REFUSED as error:
            log.warning("discord.thread_unread", error=code(error) or type(error).__name__)
            return None
        self._known[where.channel] = at, self._recall(found)
        if found.since:
            self._over[where.channel] = True
        if found.forgotten:
            self.remains[where.channel] = True
        for answers, message in found.unfinished.items():
            self._unfinished[answers] = message
        return found

    async def _history(self, channel: int) -> list[Raw]:
        """The channel's last messages, oldest first, back to a stamp if there is one not too far away."""
        told: list[Raw] = []
        for _ in range(_PAGES):
            page = await self._api.history(channel, before=int(told[0]["id"]) if told else None)
            told = [*reversed(page), *told]
            if len(page) < PAGE or read(page, self._bot).stamped:
                break
        return told

    async def whole(self, where: Place) -> Found:
        """Read all of the thread: a request for each hundred messages. Raises one of REFUSED."""
        told: list[Raw] = []
        for _ in range(_ALL_PAGES):
            page = await self._api.history(where.channel, before=int(told[-1]["id"]) if told else None)
            told += page
            if len(page) < PAGE:
                break
        return read(told[::-1], self._bot)

    async def past(self, thread: Thread) -> Past:
        """All conversations that the thread's stamps name, and who wrote there. Raises RecallDelayed."""
        try:
            found = await self.whole(place(thread))
        except REFUSED as error:
            log.warning("discord.thread_unread", error=code(error) or type(error).__name__)
            raise RecallDelayed from error
        authors = {str(message["id"]): str(_by(_spoken(message))) for message in found.messages}
        return found.notes.past(authors)

    def read(self, messages: Sequence[Raw]) -> Found:
        """What messages tell that were read already, given oldest first."""
        return read(messages, self._bot)

    def mine(self, message: Raw) -> bool:
        """Whether the bot itself wrote it."""
        return _by(message) == self._bot

    def ended(self, where: Place) -> None:
        """The thread's conversation is over: what was read of it before counts no more."""
        self._known.pop(where.channel, None)
        self._over[where.channel] = True

    def _recall(self, found: Found) -> Recall:
        after = found.messages[found.since :]
        recent = [message for message in after if message.get("type") in _SPOKEN][-_RECENT:]
        texts = (self._said(message) for message in recent)
        return found.notes.recall([said for said in texts if said.text.strip()])

    def _said(self, message: Raw) -> Said:
        message = _spoken(message)
        people = {int(user["id"]): _name(user) for user in message.get("mentions") or ()}
        return Said(
            name=_name(message["author"]),
            text=readable(_text(message), people, self._bot),
            mine=_by(message) == self._bot,
            id=str(message["id"]),
        )


def read(messages: Sequence[Raw], bot: int) -> Found:
    """What the messages tell, given oldest first. Nobody's buttons count but the bot's own."""
    found = Found(messages=list(messages))
    for index, message in enumerate(messages):
        if _by(message) != bot:
            continue
        for custom_id in custom_ids(message):
            _take(found, plain_id(custom_id), int(message["id"]), index)
    for answers in found.notes.answered:
        found.unfinished.pop(answers, None)
    return found


def _take(found: Found, custom_id: str, message: int, index: int) -> None:
    if (stamp := stamp_of(custom_id) or begun_of(custom_id)) is not None:
        if stamp.conversation and index not in found.named:
            found.named.append(index)
        if stamp.kind is StampKind.FORGOTTEN:
            found.forgotten = list(found.named)
        if found.notes.take(stamp):
            found.since = index + 1
        if stamp.kind is StampKind.BEGUN:
            found.unfinished[stamp.answers or ""] = message
        found.stamped = found.stamped or stamp.kind not in (StampKind.UNASKED, StampKind.BEGUN)


def _text(message: Raw) -> str:
    shown = [str(part["content"]) for part in parts(message.get("components") or ()) if part.get("type") == 10]
    return "\n".join([one for one in (str(message.get("content") or ""), *shown) if one])


def _spoken(message: Raw) -> Raw:
    """The message itself, of one that stands for it: a thread begins with a note of what it was opened from."""
    opened_from: Raw | None = message.get("referenced_message") if message.get("type") == 21 else None
    return opened_from or message


def _name(user: Raw) -> str:
    return str(user.get("global_name") or user.get("username") or "Someone")


def _by(message: Raw) -> int:
    """Who wrote it; a webhook's messages are nobody's."""
    return 0 if message.get("webhook_id") and not message.get("interaction_metadata") else int(message["author"]["id"])
