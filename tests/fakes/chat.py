"""A stand-in chat platform: threads with messages and stamps, kept as any real platform keeps them."""

from __future__ import annotations

import datetime as dt
import itertools
from contextlib import aclosing
from dataclasses import dataclass, field

from core.chat import (
    Author,
    Choices,
    Command,
    Core,
    Message,
    Part,
    Problem,
    Recall,
    Receipt,
    Reply,
    Said,
    Stamp,
    Step,
    Task,
    TaskList,
    Text,
    Thread,
)

ANA = Author("chat", "acme", "U1", "Ana", timezone="Europe/Berlin", locale="en-GB")
BEN = Author("chat", "acme", "U2", "Ben", timezone="America/New_York", locale="en-US")


@dataclass(slots=True)
class Answer:
    """One whole reply, as a person sees it."""

    parts: list[Part] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was said."""
        told = {Text: "markdown", Problem: "sentence"}
        return "".join(getattr(part, told[type(part)]) for part in self.parts if isinstance(part, Text | Problem))

    @property
    def receipts(self) -> list[Receipt]:
        """What was done."""
        return [part for part in self.parts if isinstance(part, Receipt)]

    @property
    def listed(self) -> list[Task]:
        """The tasks of the lists shown, and of questions."""
        shown: list[Task] = []
        for part in self.parts:
            match part:
                case TaskList(page):
                    shown += page.tasks
                case Choices(_, tasks):
                    shown += tasks
                case _:
                    pass
        return shown

    @property
    def stamps(self) -> list[Stamp]:
        """The stamps to keep."""
        return [part for part in self.parts if isinstance(part, Stamp)]

    @property
    def steps(self) -> list[Step]:
        """What went on meanwhile."""
        return [part for part in self.parts if isinstance(part, Step)]


class Chat:
    """A platform in memory. It outlives the process that answers in it, as a real one does."""

    name = "chat"

    def __init__(self) -> None:
        self.said: dict[Thread, list[Said]] = {}
        self.stamps: dict[Thread, list[Stamp]] = {}
        self.recalls = 0
        self._ids = itertools.count(1)

    def thread(self, name: str = "T1", *, shared: bool = True) -> Thread:
        """A thread of this platform."""
        return Thread(self.name, "acme", name, shared=shared)

    def message(self, text: str, *, author: Author = ANA, thread: Thread | None = None) -> Message:
        """A message as the platform would deliver it, kept in its thread."""
        where = thread or self.thread()
        message = Message(f"m{next(self._ids)}", where, author, text, dt.datetime.now(dt.UTC), link="https://chat/m")
        self.said.setdefault(where, []).append(Said(author.name, text, mine=False, id=message.id))
        return message

    async def say(self, core: Core, text: str, *, author: Author = ANA, thread: Thread | None = None) -> Answer:
        """Write a message and wait for the whole answer."""
        return await self.deliver(core, self.message(text, author=author, thread=thread))

    async def deliver(self, core: Core, message: Message) -> Answer:
        """Deliver a message, maybe once more, and keep what is answered."""
        return await self.collect(core.respond(message), message.thread)

    async def command(self, core: Core, text: str, *, author: Author = ANA, thread: Thread | None = None) -> Answer:
        """A slash command in the thread."""
        where = thread or self.thread()
        return await self.collect(core.command(Command(author, text, where)), where)

    async def collect(self, reply: Reply, thread: Thread) -> Answer:
        """Pull a reply to its end, keep its stamps and what it said."""
        answer = Answer()
        async with aclosing(reply) as parts:
            async for part in parts:
                answer.parts.append(part)
        for stamp in answer.stamps:
            if stamp.conversation is None and stamp.answers is None:
                self.stamps.pop(thread, None)
            else:
                self.stamps.setdefault(thread, []).append(stamp)
        if answer.text:
            self.said.setdefault(thread, []).append(Said("Task bot", answer.text, mine=True))
        return answer

    async def listen(self, core: Core) -> None:
        """Nothing arrives by itself."""

    async def recall(self, thread: Thread) -> Recall:
        """The thread's newest stamp and its last messages."""
        self.recalls += 1
        stamps = self.stamps.get(thread, [])
        return Recall(
            conversation=stamps[-1].conversation if stamps else None,
            answered=frozenset(stamp.answers for stamp in stamps if stamp.answers),
            recent=tuple(self.said.get(thread, [])),
        )

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Pull it to its end."""
        await self.collect(reply, to if isinstance(to, Thread) else self.thread(to.external_id))
