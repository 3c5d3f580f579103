"""How Discord keeps a conversation's id: in the `custom_id` of a button on the bot's own messages.

Only the bot can write it, people don't see it, and it comes back with the thread's history. So only messages that the
bot itself wrote count.
"""

from __future__ import annotations

import asyncio
import base64
import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from cachetools import LRUCache

from adapters.discord.api import PAGE, REFUSED, Api, code
from adapters.discord.inbound import Place, place, readable
from adapters.discord.render.actions import STAMP, STOP
from adapters.discord.render.components import CUSTOM_ID, plain_id
from core.chat import Notes, Recall, Said, Stamp, StampKind, Thread

log = structlog.get_logger()

_RECENT = 20
_PATIENCE = 2.0
"""Seconds that an answer waits for what was said before."""
_PAGES = 20
_KEPT = 50_000
_NEW = 1_000
_PREFIX = "conv_"
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
    since: int = 0
    """The index of the first message after the conversation was last ended."""

    @property
    def ours(self) -> bool:
        """Whether the bot takes part."""
        return self.notes.ours


class Threads:
    """Reads stamps, and knows in which threads the bot takes part."""

    def __init__(self, api: Api, bot: int) -> None:
        self._api = api
        self._bot = bot
        self._ours: LRUCache[int, bool] = LRUCache(_KEPT)
        self._others: LRUCache[int, float] = LRUCache(_KEPT)
        """Threads that were not the bot's, and when that was seen. Called into one, a process hears of it itself."""
        self._known: LRUCache[int, Recall] = LRUCache(_NEW)
        self._begun: LRUCache[int, int] = LRUCache(_NEW)
        """Threads that were just opened, and the channels they were opened in."""
        self._unfinished: LRUCache[str, int] = LRUCache(_NEW)

    def called(self, where: Place, *, parent: int | None = None) -> None:
        """The bot was called into this thread; `parent`: it was just opened below a message of that channel.

        Then there is nothing to read in it, and what was said before it stands in the channel.
        """
        self._ours[where.channel] = True
        self._others.pop(where.channel, None)
        if parent is not None:
            self._begun[where.channel] = parent

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
        if where.channel not in self._known:
            await self.look(where)
        return self._known.pop(where.channel, Recall())

    async def _before(self, channel: int, message: int) -> tuple[Said, ...]:
        """What was said in a channel before a message; nothing where the bot may not read it, or not in time."""
        try:
            async with asyncio.timeout(_PATIENCE):
                page = await self._api.history(channel, before=message, limit=_RECENT)
        except REFUSED as error:
            log.info("discord.context_unread", error=code(error) or type(error).__name__)
            return ()
        recent = [one for one in reversed(page) if one.get("type") in _SPOKEN]
        return tuple(said for said in map(self._said, recent) if said.text.strip())

    async def look(self, where: Place) -> Found | None:
        """Read the thread, by one request, and remember what it tells. None when Discord doesn't answer.

        Where much was said since the bot last spoke, it takes a request more for each hundred messages.
        """
        try:
            found = read(await self._history(where.channel), self._bot)
        except REFUSED as error:
            log.warning("discord.thread_unread", error=code(error) or type(error).__name__)
            return None
        self._known[where.channel] = self._recall(found)
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

    def read(self, messages: Sequence[Raw]) -> Found:
        """What messages tell that were read already, given oldest first."""
        return read(messages, self._bot)

    def mine(self, message: Raw) -> bool:
        """Whether the bot itself wrote it."""
        return _by(message) == self._bot

    def ended(self, where: Place) -> None:
        """The thread's conversation is over: what was read of it before counts no more."""
        self._known.pop(where.channel, None)

    def _recall(self, found: Found) -> Recall:
        after = found.messages[found.since :]
        recent = [message for message in after if message.get("type") in _SPOKEN][-_RECENT:]
        texts = (self._said(message) for message in recent)
        return found.notes.recall([said for said in texts if said.text.strip()])

    def _said(self, message: Raw) -> Said:
        if message.get("type") == 21 and message.get("referenced_message"):
            message = message["referenced_message"]
        people = {int(user["id"]): _name(user) for user in message.get("mentions") or ()}
        return Said(
            name=_name(message["author"]),
            text=readable(_text(message), people, self._bot),
            mine=_by(message) == self._bot,
            id=str(message["id"]),
        )


def stamp_id(stamp: Stamp, part: int = 0) -> str:
    """A stamp as the id of a button; `part` counts the messages of one reply. What doesn't fit is left out."""
    conversation = _packed(stamp.conversation or "")
    head = [STAMP, conversation, stamp.answers or "", str(part), _KINDS[stamp.kind]]
    tail = [".".join(map(str, stamp.about)), stamp.asks]
    for fits in ([*head, *tail], [*head, tail[0], ""], [*head, "", ""], [STAMP, "", *head[2:], "", ""]):
        told = ":".join(fits)
        if len(told) <= CUSTOM_ID - 3:
            return told
        log.warning("discord.stamp_too_long", characters=len(told))
    return told


def stamp_of(custom_id: str) -> Stamp | None:
    """The stamp that an id holds; None for one that holds none."""
    kind, *rest = plain_id(custom_id).split(":", 6)
    if kind != STAMP or len(rest) != 6:
        return None
    conversation, answers, _, letter, about, asks = rest
    return Stamp(
        conversation=_unpacked(conversation) or None,
        answers=answers or None,
        about=tuple(int(number) for number in about.split(".") if number.isdecimal()),
        asks=asks,
        kind=next((kind for kind, one in _KINDS.items() if one == letter), StampKind.ANSWER),
    )


def stamp_part(custom_id: str) -> int:
    """Which message of its reply the stamp with this id stands on."""
    part = (custom_id.split(":") + [""] * 4)[3]
    return int(part) if part.isdecimal() else 0


_KINDS = {
    StampKind.ANSWER: "",
    StampKind.UNASKED: "u",
    StampKind.END: "e",
    StampKind.FORGOTTEN: "f",
    StampKind.ASIDE: "a",
}
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}")


def _packed(conversation: str) -> str:
    """An id without its prefix; OpenAI's 48 hexadecimal digits in 32 characters, as a button's id has little room."""
    bare = conversation.removeprefix(_PREFIX)
    if not _HEX.fullmatch(bare):
        return "" if ":" in bare or bare.startswith("=") else bare
    return "=" + base64.urlsafe_b64encode(bytes.fromhex(bare)).decode().rstrip("=")


def _unpacked(text: str) -> str:
    if not text.startswith("="):
        return f"{_PREFIX}{text}" if text else ""
    packed = text[1:]
    try:
        return _PREFIX + base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).hex()
    except ValueError:
        return ""


def stop_id(owner: str, answers: str | None, conversation: str | None = None) -> str:
    """The id of the button that stops a reply: a stamp as well, which is there with the first words.

    What is left of it after a crash says which message it was to answer, and which conversation was opened for it.
    """
    told = f"{STOP}:{owner}:{answers or ''}:{_packed(conversation or '')}"
    return told if len(told) <= CUSTOM_ID - 3 else f"{STOP}:{owner}:{answers or ''}"


def begun_of(custom_id: str) -> Stamp | None:
    """What the button that stops a reply tells of it; None for any other id."""
    kind, *rest = plain_id(custom_id).split(":")
    if kind != STOP or len(rest) not in (2, 3):
        return None
    return Stamp(_unpacked("".join(rest[2:])) or None, answers=rest[1] or None, kind=StampKind.BEGUN)


def without_conversation(custom_id: str) -> str | None:
    """The id that says the same but for the conversation; None for one that names none."""
    stamp = stamp_of(custom_id) or begun_of(custom_id)
    if stamp is None or not stamp.conversation:
        return None
    if stamp.kind is StampKind.BEGUN:
        return stop_id(plain_id(custom_id).split(":")[1], stamp.answers)
    return stamp_id(replace(stamp, conversation=None), stamp_part(plain_id(custom_id)))


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
        if found.notes.take(stamp):
            found.since = index + 1
        if stamp.kind is StampKind.BEGUN:
            found.unfinished[stamp.answers or ""] = message
        found.stamped = found.stamped or stamp.kind not in (StampKind.UNASKED, StampKind.BEGUN)


def custom_ids(message: Raw) -> list[str]:
    """The ids of what can be pressed in a message."""
    return [str(part["custom_id"]) for part in _parts(message.get("components") or ()) if part.get("custom_id")]


def _parts(components: Sequence[Raw]) -> list[Raw]:
    parts = []
    for component in components:
        inner = [component["accessory"]] if component.get("accessory") else []
        parts += [component, *_parts([*(component.get("components") or ()), *inner])]
    return parts


def _text(message: Raw) -> str:
    shown = [str(part["content"]) for part in _parts(message.get("components") or ()) if part.get("type") == 10]
    return "\n".join([one for one in (str(message.get("content") or ""), *shown) if one])


def _name(user: Raw) -> str:
    return str(user.get("global_name") or user.get("username") or "Someone")


def _by(message: Raw) -> int:
    """Who wrote it; a webhook's messages are nobody's."""
    return 0 if message.get("webhook_id") and not message.get("interaction_metadata") else int(message["author"]["id"])
