"""Ending a thread's conversation, to begin anew or to forget: it is deleted at OpenAI, and the thread told by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog

from core.agent.briefing import one_line
from core.agent.failure import Failure
from core.agent.left import Left
from core.attempt import Online
from core.chat import (
    Command,
    Platform,
    Reply,
    Stamp,
    StampKind,
    Text,
    Thread,
)
from core.chat import RecallDelayed as Unread
from core.errors import TaskBotError
from core.threads import Threads

log = structlog.get_logger()

_SOON = 3.0
"""Seconds without a word, after which the person is told that it takes longer."""
_SIGN = "_I am deleting what was said here at OpenAI. That takes a moment._\n\n"
_STRANGER = "Only people who take part in this thread can end its conversation. You have written nothing here so far."
_NO_KEY = "Without OPENAI_API_KEY I can't delete the old one at OpenAI"


class UnreadError(TaskBotError):
    """The thread can't be read, so that nobody knows which conversations it names."""

    def __init__(self, verb: str) -> None:
        super().__init__(
            f"I can't read this thread right now, so I don't know what is to go. Please say `{verb}` again."
        )


class Endings:
    """Ends conversations, one at a time in a thread."""

    def __init__(self, platforms: Mapping[str, Platform], threads: Threads, online: Online | None) -> None:
        self._platforms = platforms
        self._threads = threads
        self._online = online

    async def begin_anew(self, command: Command, thread: Thread) -> Reply:
        """Let the next message begin another conversation."""
        done = "The next message starts a new conversation."
        if thread.shared:
            done = f"{one_line(command.author.name)} began a new conversation."
        async for part in self._end(command, thread, "new", StampKind.END, done, done):
            yield part

    async def forget(self, command: Command, thread: Thread) -> Reply:
        """Leave nothing of what was said."""
        done, nothing = "This thread's conversation is deleted.", "There is no conversation to forget."
        if thread.shared:
            done = f"{one_line(command.author.name)} had this thread's conversation deleted."
        async for part in self._end(command, thread, "forget", StampKind.FORGOTTEN, done, nothing):
            yield part

    async def _end(
        self, command: Command, thread: Thread, verb: str, kind: StampKind, done: str, nothing: str
    ) -> Reply:
        """Delete all conversations that the thread's stamps name.

        First it is ended, so that nothing before is told again however far the deletion comes. What is left keeps its
        id in the thread, and is tried again by the next such wish.
        """
        async with self._threads.lock(thread):
            known = self._threads.known(thread)
            try:
                past = await self._platforms[thread.platform].past(thread)
            except Unread as error:
                yield Stamp(answers=command.message, kind=StampKind.ASIDE)
                raise UnreadError(verb) from error
            doomed = list(past.conversations)
            if known and known.conversation and known.conversation not in doomed:
                doomed.append(known.conversation)
            if thread.shared and not past.takes_part(command.author.external_id, command.message):
                yield Stamp(answers=command.message, kind=StampKind.ASIDE)
                yield Text(_STRANGER if doomed or kind is StampKind.END else f"{nothing} Your tasks stay.")
                return
            self._threads.conversations.drop(thread)
            yield Stamp(answers=command.message, kind=StampKind.END)
            if not doomed:
                yield Stamp(answers=command.message, kind=kind)
                yield Text(f"{nothing} Your tasks stay.")
                return
            if self._online is None:
                yield Text(f"{_ended(thread, command)} {_NO_KEY}. Set the key, then say `forget`. Your tasks stay.")
                return
            deleting = asyncio.create_task(_delete(self._online, doomed))
            try:
                finished, _ = await asyncio.wait([deleting], timeout=_SOON)
                if not finished:
                    yield Text(_SIGN)
                left = await deleting
            finally:
                deleting.cancel()
                with suppress(asyncio.CancelledError):
                    await deleting
            if left:
                log.warning("conversation.left", reason=left.reason.name if left.reason else "")
                yield Text(f"{_ended(thread, command)} {_told(left)} Your tasks stay.")
                return
            yield Stamp(answers=command.message, kind=kind)
            yield Text(f"{done} Your tasks stay.")


def _ended(thread: Thread, command: Command) -> str:
    who = f"{one_line(command.author.name)} ended this conversation" if thread.shared else "This conversation is over"
    return f"{who}, and nothing said so far is told to a model again."


def _told(left: Left) -> str:
    """What is still there, and what to do about it."""
    reason = left.reason or Failure.DOWN
    one = left.messages + len(left.responses) + left.conversations == 1
    still_there = f"{left} {'remains' if one else 'remain'} at OpenAI ({reason.value})"
    return f"But not all of it is deleted yet: {still_there}. Say `forget` again later."


async def _delete(online: Online, conversations: Sequence[str]) -> Left:
    """Delete them one after the other, and add up what is left of all."""
    left = Left()
    for conversation in conversations:
        left += await online.conversations.forget(conversation)
    return left
