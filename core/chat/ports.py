"""The two sides of the seam."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from core.chat.events import Action, Author, Command, Message, Revision, Thread
from core.chat.memory import Past, Recall
from core.chat.reply import Reply
from core.model import Preferences, Task, TaskPage, TaskQuery


class RefusedError(Exception):
    """What `find`, `draft` and `preferences` raise: `str(error)` is a sentence for the person, with what to do next."""


class Claim(Protocol):
    """One message in hand, for as long as it is: from its arrival until its answer is posted, stamp and all."""

    doubtful: bool
    """Whether another process may have answered it, so that only the thread's stamps can tell."""

    async def granted(self) -> bool:
        """Wait until all that came earlier in the thread is done with, in other processes too.

        False where another process has answered the message meanwhile.
        """
        ...

    def stands(self) -> bool:
        """Whether nobody else has answered the message since it was granted: to be asked after whatever took long."""
        ...

    def answered(self) -> None:
        """Its answer is posted, which the others are told when the claim ends."""
        ...


class Core(Protocol):
    """What an adapter may ask of the core. Pull replies inside `contextlib.aclosing`: closing one stops the turn."""

    def claim(self, thread: Thread, message: str, at: float) -> AbstractAsyncContextManager[Claim]:
        """Have a message, or a press, in hand: enter this first, in the order in which a thread's messages came.

        `message` is its id and `at` the time at which the platform took it, in seconds since 1970.
        """
        ...

    def written_elsewhere(self, thread: Thread) -> float:
        """When another process wrote there last, or may have, as `time.monotonic`: what was read earlier is a hint."""
        ...

    def posted(self, thread: Thread) -> None:
        """Something was said in the thread outside of a turn: what its stamps say has to be read again."""
        ...

    def respond(self, message: Message) -> Reply:
        """Run a turn of the agent. Yields nothing for a duplicate."""
        ...

    async def revise(self, revision: Revision) -> None:
        """Take the old words of a message out of the thread's conversations, and put its new ones in. Answers nothing.

        To be called with the thread's `claim`, like a message.
        """
        ...

    def command(self, command: Command) -> Reply:
        """Run a slash command or console verb; no model is asked."""
        ...

    def act(self, action: Action) -> Reply:
        """Do what a button, a modal or a reaction asks."""
        ...

    async def find(self, who: Author, query: TaskQuery) -> TaskPage:
        """Read one page of a person's tasks: autocomplete, App Home, pages of a list. Raises RefusedError."""
        ...

    async def draft(self, who: Author, text: str) -> Task:
        """What quick add makes of a text, to prefill a form: a task that isn't kept and has number 0.

        Raises RefusedError.
        """
        ...

    async def preferences(self, who: Author) -> Preferences:
        """How the person wants things. Raises RefusedError."""
        ...


class Platform(Protocol):
    """What the core may ask of an adapter."""

    name: str
    unasked_a_second: float
    """How many messages it takes that nobody has asked for."""
    connected: asyncio.Event
    """Set once it takes events and can post."""

    async def listen(self, core: Core) -> None:
        """Take events until cancelled; return when the running turns are drained."""
        ...

    async def recall(self, thread: Thread) -> Recall:
        """Read the thread's newest stamp of the bot's own, and its recent messages, in one request where possible.

        Raises RecallDelayed where the platform doesn't answer in the time that a person waits.
        """
        ...

    async def past(self, thread: Thread) -> Past:
        """Read the whole thread: all conversations that its stamps name, and who wrote there.

        Raises RecallDelayed where the platform doesn't answer in the time that a person waits.
        """
        ...

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Say something unasked, a reminder or a digest, and return the thread in which replies to it will come.

        `key` (at most 25 characters of ASCII) is the same whenever the same message is tried again: a platform that
        can (Discord's nonce; Slack's stamps) posts it once. `again`: it may have been posted already. `mention` is
        whom to call by name in a shared thread: where that person can't be reached there any more, deactivated or no
        member, it is a refusal.

        Raises:
            PostRefused: the platform won't deliver there, and nothing was posted.
            PostDelayed: it will later; nothing was posted.

        Any other exception leaves it open whether the message was posted.
        """
        ...

    def thread_at(self, link: str) -> Thread | None:
        """The thread that a permanent link of this platform's leads into; `None` for any other text."""
        ...
