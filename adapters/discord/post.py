"""The messages of one reply: shown as they grow, and each ended with its stamp."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from adapters.discord.api import CLOSED, GONE_MESSAGE, REFUSED, body, code
from adapters.discord.desk import Desk
from adapters.discord.inbound import Place
from adapters.discord.render import cards
from adapters.discord.render.components import DANGER, Component, button, row
from adapters.discord.stamps import stamp_id, stop_id
from core.chat import Stamp

log = structlog.get_logger()

_LONGEST_NONCE = 25
_IN_RESERVE = 2
"""Edits that have to be left for more words to be shown: theirs, and that of the end. The first are no edit."""


class Post:
    """Writes one message after another: `say` what can be seen at once, `end` each."""

    def __init__(self, desk: Desk, where: Place, owner: str, key: str) -> None:
        """`key` names the reply: what it answers, or what it is about. Said twice, it is posted once."""
        self._desk = desk
        self._where = where
        self._owner = owner
        self._key = key
        self._message = desk.threads.unfinished(key)
        self._text = ""
        self._part = 0
        self._lost = False

    @property
    def streaming(self) -> bool:
        """Whether a message is there that grows."""
        return bool(self._text)

    async def say(self, words: str, *, stamp: Stamp | None = None) -> bool:
        """Show the words now; False when they have to wait, so that the last ones never do.

        The conversation of the stamp is kept from the first words on.
        """
        if self._desk.edits.left(self._where.channel) < (1 if self._message is None else _IN_RESERVE):
            return False
        stop = row([button("Stop", stop_id(self._owner, self._key, stamp.conversation if stamp else None), DANGER)])
        told = body(self._text + words, [stop])
        try:
            if self._message is None:
                self._message = await self._desk.api.send(self._where.channel, told, self._nonce())
            else:
                self._desk.edits.made(self._where.channel)
                await self._desk.api.edit(self._where.channel, self._message, told)
        except REFUSED as error:
            log.info("discord.words_wait", error=code(error) or type(error).__name__)
            return False
        self._text += words
        return True

    async def end(self, words: str, *, stamp: Stamp | None, groups: Sequence[Sequence[Component]] = ()) -> None:
        """Send the last words of the message with its cards and its stamp, and begin anew."""
        text = self._text + words
        first, *more = cards.batches(groups, text)
        await self._put(body(text, [*first, *stamped(stamp, self._part)]), text, first)
        for batch in more:
            self._message, self._part = None, self._part + 1
            await self._put(body("", [*batch, *stamped(stamp, self._part)]), "", batch)
        self._message, self._text, self._part = None, "", self._part + 1

    async def _put(self, told: dict[str, object], text: str, held: Sequence[Component]) -> None:
        """Post or change one message; what Discord refuses is said in the way it will take."""
        if self._lost:
            return
        try:
            if self._message is not None and await self._changed(told):
                return
            await self._desk.api.send(self._where.channel, told, self._nonce())
        except REFUSED as error:
            log.warning("discord.post_refused", error=code(error) or type(error).__name__)
            await self._elsewhere(error, text, held)

    async def _changed(self, told: dict[str, object]) -> bool:
        """Whether the message could be changed; one that somebody deleted is posted anew."""
        assert self._message is not None
        self._desk.edits.made(self._where.channel)
        try:
            await self._desk.api.edit(self._where.channel, self._message, told)
        except REFUSED as error:
            if code(error) != GONE_MESSAGE:
                raise
            self._part += 1  # under the old nonce Discord would give the deleted one
            return False
        return True

    async def _elsewhere(self, error: BaseException, text: str, held: Sequence[Component]) -> None:
        """To the person alone, when the place is closed; the whole reply is, after that."""
        if code(error) not in CLOSED or self._where.private or not self._owner:
            log.error("discord.reply_lost", error=code(error) or type(error).__name__)
            return
        self._lost = True
        aside = f"I couldn't answer in <#{self._where.channel}>, so I answer here.\n\n{text}"
        try:
            channel = await self._desk.api.private(int(self._owner))
            await self._desk.api.send(channel, body(aside[:2_000], held), self._nonce())
        except REFUSED as again:
            log.error("discord.reply_lost", error=code(again) or type(again).__name__)

    def _nonce(self) -> str:
        return f"{self._key}-{self._part}"[-_LONGEST_NONCE:]


async def aside(desk: Desk, where: Place, owner: str, groups: Sequence[Sequence[Component]]) -> None:
    """Cards that others in the thread are not to see, in direct messages; where these are closed that is said."""
    try:
        channel = await desk.api.private(int(owner))
        for batch in cards.batches(groups, ""):
            if batch:
                await desk.api.post(channel, body("", batch))
    except REFUSED as error:
        log.info("discord.aside_refused", error=code(error) or type(error).__name__)
        await desk.api.say(where.channel, "I can't reach you alone: allow direct messages from this server.")


def stamped(stamp: Stamp | None, part: int = 0) -> list[Component]:
    """The button that keeps the stamp. Pressed, it begins a new conversation, where there is one to leave."""
    if stamp is None:
        return []
    return [row([button("New conversation", stamp_id(stamp, part), disabled=stamp.kind.ends)])]
