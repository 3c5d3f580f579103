"""Messages that were changed or deleted in the chat: their old words leave the thread's conversations as well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from core.agent.briefing import by_author
from core.agent.left import Left
from core.attempt import Online
from core.chat import Platform, RecallDelayed, Revision
from core.text import clean
from core.threads import Threads
from core.turns import LONGEST_MESSAGE

log = structlog.get_logger()

_NOW = (0.0, 0.3, 1.0)
_LATER = (5.0, 30.0, 120.0, 600.0)
"""Seconds before each try: the first ones while the thread waits, the others behind its back."""


class Revisions:
    """Revises conversations, after all that was said in their thread before."""

    def __init__(self, platforms: Mapping[str, Platform], threads: Threads, online: Online | None) -> None:
        self._platforms = platforms
        self._threads = threads
        self._online = online
        self._late: set[asyncio.Task[None]] = set()

    async def revise(self, revision: Revision) -> None:
        """Do it now, or, where OpenAI or the platform is away, as soon as it can be done. Raises nothing of theirs."""
        if self._online is None:
            return
        if not await self._tried(self._online, revision, _NOW):
            task = asyncio.create_task(self._until_done(self._online, revision), name="revision")
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def close(self) -> None:
        """Give up what could not be done so far."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _until_done(self, online: Online, revision: Revision) -> None:
        if not await self._tried(online, revision, _LATER):
            log.error("revision.given_up", platform=revision.thread.platform, deleted=revision.text is None)

    async def _tried(self, online: Online, revision: Revision, pauses: Sequence[float]) -> bool:
        from core.agent import failures  # with a key the SDK is there already; without one nobody needs it

        for pause in pauses:
            await asyncio.sleep(pause)
            try:
                async with self._threads.lock(revision.thread):
                    left = await self._revised(online, revision)
            except RecallDelayed:
                log.warning("revision.thread_unread", platform=revision.thread.platform)
            except failures.ANY as error:
                log.warning("revision.failed", error=type(error).__name__)
            else:
                if not left:
                    return True
                log.warning("revision.undone", reason=left.reason.name if left.reason else "")
        return False

    async def _revised(self, online: Online, revision: Revision) -> Left:
        """In every conversation that the thread names: forks hold the message too."""
        past = await self._platforms[revision.thread.platform].past(revision.thread)
        known = self._threads.known(revision.thread)
        named = dict.fromkeys([*past.conversations, *([known.conversation] if known and known.conversation else [])])
        left = Left()
        for conversation in named:
            left += await online.conversations.revise(
                conversation,
                online.conversations.mark(revision.thread, revision.message),
                _said(revision),
                answered=revision.message in past.answered,
            )
        return left


def _said(revision: Revision) -> str | None:
    """What the message says now, as the model reads it."""
    text = clean(revision.text or "").strip()[:LONGEST_MESSAGE]
    if not text:
        return None
    shows_author = revision.thread.shared and revision.author
    return by_author(revision.author.name, text) if shows_author and revision.author else text
