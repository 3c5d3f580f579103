"""A stand-in chat platform: threads with messages and stamps, kept as any real platform keeps them."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from core.chat import (
    Author,
    Choices,
    Command,
    Core,
    Message,
    Notes,
    Part,
    Past,
    PostDelayed,
    PostRefused,
    Problem,
    Recall,
    RecallDelayed,
    Receipt,
    Reply,
    Said,
    Stamp,
    StampKind,
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
                case TaskList(page, private=False):
                    shown += page.tasks
                case Choices(_, tasks):
                    shown += tasks
                case _:
                    pass
        return shown

    @property
    def lists(self) -> list[TaskList]:
        """The lists shown."""
        return [part for part in self.parts if isinstance(part, TaskList)]

    @property
    def whispered(self) -> list[Task]:
        """The tasks of the lists that only their owner sees."""
        lists = (part.page.tasks for part in self.parts if isinstance(part, TaskList) and part.private)
        return [task for tasks in lists for task in tasks]

    @property
    def stamps(self) -> list[Stamp]:
        """The stamps to keep."""
        return [part for part in self.parts if isinstance(part, Stamp)]

    @property
    def steps(self) -> list[Step]:
        """What went on meanwhile."""
        return [part for part in self.parts if isinstance(part, Step)]


@dataclass(frozen=True, slots=True)
class Post:
    """Something that was said unasked."""

    to: Thread | Author
    answer: Answer
    key: str
    mention: Author | None


class Chat:
    """A platform in memory. It outlives the process that answers in it, as a real one does."""

    name = "chat"
    unasked_a_second = 1000.0

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self.closed: set[Author | Thread] = set()
        """Who and what takes nothing unasked."""
        self.delays: list[float] = []
        """How long it asks to wait, each time something is posted, until there is no more."""
        self.broken = False
        """Whether nobody can say if what is posted arrives: it doesn't."""
        self.posts: list[Post] = []
        self.told = asyncio.Condition()
        """Notified at each post."""
        self.said: dict[Thread, list[Said]] = {}
        self.authors: dict[Thread, dict[str, str]] = {}
        self.unread = False
        """Whether the platform doesn't let whole threads be read."""
        self.stamps: dict[Thread, list[Stamp]] = {}
        self.ended: dict[Thread, int] = {}
        """How many of a thread's messages are from before its conversation was last ended."""
        self.recalls = 0
        self.tries = 0
        """How often something was posted while it is broken."""
        self._ids = itertools.count(1)

    def thread(self, name: str = "T1", *, shared: bool = True) -> Thread:
        """A thread of this platform."""
        return Thread(self.name, "acme", name, shared=shared)

    def message(self, text: str, *, author: Author = ANA, thread: Thread | None = None) -> Message:
        """A message as the platform would deliver it, kept in its thread."""
        where = thread or self.thread()
        message = Message(
            f"m{next(self._ids)}", where, author, text, dt.datetime.now(dt.UTC), link=f"https://chat/{where.id}/m"
        )
        self.said.setdefault(where, []).append(Said(author.name, text, mine=False, id=message.id))
        self.authors.setdefault(where, {})[message.id] = author.external_id
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
        if answer.text:
            self.said.setdefault(thread, []).append(Said("Task bot", answer.text, mine=True))
        for stamp in answer.stamps:
            kept = self.stamps.setdefault(thread, [])
            if stamp.kind is StampKind.FORGOTTEN:
                kept[:] = [replace(one, conversation=None) for one in kept]
            kept.append(stamp)
            if stamp.kind.ends:
                self.ended[thread] = len(self.said.get(thread, []))
        return answer

    async def listen(self, core: Core) -> None:
        """Nothing arrives by itself."""

    async def recall(self, thread: Thread) -> Recall:
        """The thread's newest stamp and its last messages."""
        self.recalls += 1
        notes = Notes()
        for stamp in self.stamps.get(thread, []):
            notes.take(stamp)
        return notes.recall(self.said.get(thread, [])[self.ended.get(thread, 0) :])

    async def past(self, thread: Thread) -> Past:
        """All that the thread has ever told, and who wrote what."""
        if self.unread:
            raise RecallDelayed
        notes = Notes()
        for stamp in self.stamps.get(thread, []):
            notes.take(stamp)
        return notes.past(self.authors.get(thread, {}))

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Keep it in the thread, or in the direct messages; under a known key only once."""
        if self.broken:
            self.tries += 1
            await reply.aclose()
            raise ConnectionError("who knows")
        if self.delays:
            raise PostDelayed(self.delays.pop())
        if to in self.closed:
            await reply.aclose()
            raise PostRefused("closed")
        thread = to if isinstance(to, Thread) else self.private(to)
        if again and key in {post.key for post in self.posts}:
            await reply.aclose()
            return thread
        answer = await self.collect(reply, thread)
        self.posts.append(Post(to, answer, key, mention))
        async with self.told:
            self.told.notify_all()
        return thread

    async def posted(self, count: int) -> list[Post]:
        """Wait for so many posts in all."""
        async with asyncio.timeout(20), self.told:
            await self.told.wait_for(lambda: len(self.posts) >= count)
        return self.posts

    def private(self, who: Author) -> Thread:
        """Somebody's direct messages."""
        return self.thread(f"with {who.external_id}", shared=False)

    def thread_at(self, link: str) -> Thread | None:
        """`chat:T1` is a link into the thread T1, and so is `https://chat/T1/m3`, the link of its message m3."""
        if link.startswith("https://chat/"):
            return self.thread(link.split("/")[3])
        return self.thread(link.removeprefix("chat:")) if link.startswith("chat:") else None
