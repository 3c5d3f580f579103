"""How Slack keeps a conversation's id: in the metadata of the bot's own messages.

See https://docs.slack.dev/messaging/message-metadata. Anyone in the workspace can read it, only the app that posted a
message can write it, and so only messages of the bot's own count.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import structlog
from cachetools import LRUCache
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import REFUSED, code
from adapters.slack.inbound import Event, Place, mentions, place, readable, text_of
from adapters.slack.me import Me
from adapters.slack.pace import Budget
from adapters.slack.people import People
from core.chat import Notes, Recall, Said, Stamp, StampKind, Thread

log = structlog.get_logger()

EVENT_TYPE = "task_bot_reply"
_PAGE = 1000
"""The most that one `conversations.replies` gives."""
_RECENT = 20
_KEPT = 50_000
_SURE = 10.0
"""Seconds for which a thread is known not to be the bot's: another process may be called into it meanwhile."""
_NEW = 1_000


@dataclass(slots=True)
class _Found:
    """What a thread's messages tell, read oldest first."""

    notes: Notes = field(default_factory=Notes)
    last: deque[Event] = field(default_factory=lambda: deque(maxlen=_RECENT))
    """Since the conversation was last ended."""

    def take(self, message: Event, stamp: Stamp | None) -> None:
        """Read the next message, and the bot's stamp on it."""
        self.last.append(message)
        if stamp is not None and self.notes.take(stamp):
            self.last.clear()


class Threads:
    """Reads and keeps stamps, and knows in which threads the bot takes part."""

    def __init__(self, read: AsyncWebClient, me: Me, people: People, look: Budget) -> None:
        self._read = read
        self._me = me
        self._people = people
        self._look = look
        self._ours: LRUCache[tuple[str, str], bool] = LRUCache(_KEPT)
        self._others: LRUCache[tuple[str, str], float] = LRUCache(_KEPT)
        self._known: LRUCache[tuple[str, str], Recall] = LRUCache(_NEW)

    def called(self, where: Place, *, begun: bool = False) -> None:
        """The bot was called into this thread; `begun`: by its first message, so that there is nothing to read."""
        self._ours[where.channel, where.ts] = True
        self._others.pop((where.channel, where.ts), None)
        if begun:
            self._known[where.channel, where.ts] = Recall()

    def begun_by_others(self, where: Place) -> None:
        """Somebody wrote a message outside of threads, not to the bot: what may follow below it is not the bot's."""
        self._others[where.channel, where.ts] = time.monotonic()

    async def ours(self, where: Place) -> bool:
        """Whether the bot takes part in the thread: by memory, else by one read, within the method's rate tier."""
        key = where.channel, where.ts
        if self._ours.get(key):
            return True
        checked = self._others.get(key)
        if checked is not None and (time.monotonic() - checked < _SURE or not self._look.take()):
            return False
        found = await self._find(where)
        if found is None:
            return False
        if not found.notes.ours:
            self._others[key] = time.monotonic()
            return False
        self._ours[key] = True
        self._known[key] = await self._recall(found)
        return True

    async def recall(self, thread: Thread) -> Recall:
        """The newest stamp of the bot's own and the thread's last messages; nothing when Slack doesn't answer."""
        where = place(thread)
        known = self._known.pop((where.channel, where.ts), None)
        if known is not None:
            return known
        found = await self._find(where)
        return await self._recall(found) if found else Recall()

    async def answered(self, where: Place, message: str, part: int) -> bool:
        """Whether the thread has that part of the reply to that message. Raises what the client raises."""
        async for said in self._messages(where):
            stamp = self._stamp(said)
            if stamp is not None and stamp.answers == message and _payload(said).get("part", 0) == part:
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
        return found[0] if found and self._mine(found[0]) else None

    def ended(self, where: Place) -> None:
        """The thread's conversation is over: what was read of it before counts no more."""
        self._known.pop((where.channel, where.ts), None)

    async def _find(self, where: Place) -> _Found | None:
        """Read the whole thread: its newest stamp may be anywhere. `None` when Slack doesn't answer."""
        found = _Found()
        try:
            async for said in self._messages(where):
                found.take(said, self._stamp(said))
        except REFUSED as error:
            log.warning("slack.thread_unread", error=code(error) or type(error).__name__)
            return None
        return found

    async def _recall(self, found: _Found) -> Recall:
        return found.notes.recall(await self._said(found.last))

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

    def _stamp(self, said: Event) -> Stamp | None:
        """What the bot itself noted on the message; a stamp on anybody else's message is none."""
        kept = said.get("metadata")
        if not isinstance(kept, Mapping) or kept.get("event_type") != EVENT_TYPE or not self._mine(said):
            return None
        payload = _payload(said)
        kind, about = payload.get("kind"), payload.get("about")
        return Stamp(
            conversation=_text(payload.get("conversation")),
            answers=_text(payload.get("answers")),
            about=tuple(number for number in about if isinstance(number, int)) if isinstance(about, list) else (),
            asks=_text(payload.get("asks")) or "",
            kind=next((one for one in StampKind if one == kind), StampKind.ANSWER),
        )

    def _mine(self, said: Event) -> bool:
        return said.get("bot_id") == self._me.bot and said.get("user", self._me.user) == self._me.user

    async def _said(self, messages: deque[Event]) -> tuple[Said, ...]:
        texts = [text_of(said) for said in messages]
        users = {text_of(said, "user") for said in messages if not self._mine(said)} - {""}
        names = await self._people.names(users | {user for text in texts for user in mentions(text)} - {self._me.user})
        return tuple(
            Said(
                name=names.get(text_of(said, "user"), text_of(said, "username") or "Someone"),
                text=readable(text, names, self._me.user),
                mine=self._mine(said),
                id=text_of(said, "ts"),
            )
            for said, text in zip(messages, texts, strict=True)
            if text.strip()
        )


def metadata(stamp: Stamp, part: int = 0) -> dict[str, object]:
    """A stamp as message metadata; what is not known is left out. `part` counts the messages of one reply."""
    kept = {
        "conversation": stamp.conversation,
        "answers": stamp.answers,
        "about": list(stamp.about),
        "asks": stamp.asks,
        "kind": None if stamp.kind is StampKind.ANSWER else str(stamp.kind),
        "part": part,
    }
    return {"event_type": EVENT_TYPE, "event_payload": {name: value for name, value in kept.items() if value}}


def _payload(said: Event) -> Mapping[str, object]:
    kept = said.get("metadata")
    payload = kept.get("event_payload") if isinstance(kept, Mapping) else None
    return payload if isinstance(payload, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
