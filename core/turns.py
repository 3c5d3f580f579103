"""One turn: drop duplicates, lock the thread, recall or open its conversation, run the assistant, heal."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.agent import failures
from core.agent.assistant import Assistant, offline_assistant
from core.agent.context import TurnContext
from core.agent.conversations import Conversations
from core.agent.failures import Failure
from core.chat import Message, Part, Platform, Recall, RecallDelayed, Reply, Said, Stamp, StampKind, Step, Text
from core.database import Database
from core.direct import Direct, Scene, as_told, looks_back, offline, without_asking
from core.errors import TaskBotError
from core.limits import Allowances, Rate, Room, person
from core.preferences import acting
from core.receipts import receipt
from core.reminders.kept import kept
from core.tasks import done_by, relevant
from core.text import clean
from core.threads import Known, Threads

log = structlog.get_logger()

LONGEST_MESSAGE = 32_000
"""Characters; a longer message gets a sentence: no task needs it, and every later turn would pay for it."""
LOCK_WAITS = 2
"""Extra tries at a locked conversation, each some seconds long inside the SDK, with a sign for the person between."""
OPENING_SHARE = 0.4
"""Part of the patience that opening or mending a conversation may take, so that nobody waits 30 s without a sign."""
DONE_BEFORE = (
    "I was interrupted while I answered this. What I had done is below; if something is missing, please say it again."
)
READS = 4
"""Tries to read the thread of a message that may have been answered already."""
ASIDE = "_I can't read what was said in this thread right now, so I answer this message alone._\n\n"
AT_ONCE = 200
"""Turns that begin, or ask the model, at the same time; more wait, so that none of them is starved to death."""
SHARE = 20
"""How many of these may be one person's."""
OVER = (
    "_That is more messages than I take to OpenAI at once, so until you have waited a little I answer offline: I "
    "understand dates and commands only._\n\n"
)


@dataclass(frozen=True, slots=True)
class Online:
    """OpenAI's side of a turn; a process without a key has none."""

    assistant: Assistant
    conversations: Conversations
    patience: float
    """Seconds without a sign of OpenAI after which a turn goes on without it."""


@dataclass(slots=True)
class _Attempt:
    """How far one turn has come with OpenAI."""

    conversation: str | None
    recall: Recall | None
    about: tuple[int, ...] = ()
    """The tasks that the thread is about."""
    asks: str = ""
    """What a mere `yes` stands for."""
    failure: Failure | None = None
    spoke: bool = False
    healed: set[Failure] = field(default_factory=set)
    waits: int = 0
    aside: bool = False
    """Whether the thread can't be read for now: the answer does without its memory, and leaves that as it is."""


class UnreadError(TaskBotError):
    """A message came that may have been answered before, and the thread that would tell can't be read."""

    def __init__(self) -> None:
        super().__init__("I can't read this thread right now, so I can't tell what I answered. Please say that again.")


class Turns:
    """Runs turns of the agent, one at a time in a thread and threads in parallel."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        threads: Threads,
        online: Online | None,
        *,
        clock: Callable[[], dt.datetime],
        default_zone: str,
        context_messages: int,
        rate: Rate | None = None,
    ) -> None:
        """`rate` limits each person's turns with the model; beyond it the offline assistant answers."""
        self._database = database
        self._platforms = platforms
        self._threads = threads
        self._online = online
        self._offline = offline_assistant()
        self._clock = clock
        self._default_zone = default_zone
        self._context_messages = context_messages
        self._allowances = Allowances(rate) if rate else None
        # two, so that what hangs with the model keeps nobody from beginning: commands need no model
        self._beginning, self._asking = Room(AT_ONCE, SHARE), Room(AT_ONCE, SHARE)

    async def respond(self, message: Message) -> Reply:
        """Answer a message, unless it was answered already. Raises TaskBotError with a sentence for the person."""
        if not self._threads.first_sight(message):
            log.info("turn.duplicate", platform=message.thread.platform)
            return
        begun = time.monotonic()
        async with self._threads.lock(message.thread), aclosing(self._turn(message)) as parts:
            async for part in parts:
                yield part
        log.info(
            "turn.answered", platform=message.thread.platform, milliseconds=round((time.monotonic() - begun) * 1000)
        )

    async def _turn(self, message: Message) -> Reply:
        text = clean(message.text).strip()
        if sentence := _unreadable(text, message):
            yield Text(sentence)
            return
        async with self._beginning.place(person(message.author)):
            attempt = await self._remembered(message)
            if attempt is None:
                return
            turn = await self._begin(message, text, attempt.about[0] if len(attempt.about) == 1 else None)
        if message.redelivered and (done := await self._done_before(turn)):
            yield self._stamp(message, attempt)
            for part in done:
                yield part
            return
        scene = Scene(turn, message, text, attempt.about, attempt.asks)
        attempt.asks = ""  # another message lets the question go
        async with aclosing(self._reply(scene, attempt)) as parts:
            async for part in parts:
                yield part
        if attempt.about and turn.touched and not turn.touched.intersection(attempt.about):
            # the talk has moved on to something else
            attempt.about = ()
            yield self._stamp(message, attempt)
        async for part in kept(self._database, turn.actor, turn.now, shared=turn.shared):
            yield part

    async def _reply(self, scene: Scene, attempt: _Attempt) -> Reply:
        message, turn = scene.message, scene.turn
        needs = scene.asks or not self._online
        recall = await self._recalled(message, attempt) if needs and looks_back(scene) else attempt.recall
        if direct := await without_asking(scene, recall):
            async for part in self._directly(direct, message, attempt):
                yield part
            return
        who = person(message.author)
        if self._online and (self._allowances is None or self._allowances.take(who)):
            answer = self._answer(self._online, turn, message, as_told(scene), attempt)
            async with self._asking.place(who), aclosing(answer) as parts:
                async for part in parts:
                    yield part
            if not attempt.failure or attempt.spoke or turn.acted:
                return
            yield Text(f"_{attempt.failure.value}, so I answer offline: I understand dates and commands only._\n\n")
        elif self._online and self._allowances and self._allowances.to_tell(who):
            yield Text(OVER)
        async with self._beginning.place(who), aclosing(self._answer_offline(scene, recall, attempt)) as parts:
            async for part in parts:
                yield part

    async def _answer_offline(self, scene: Scene, recall: Recall | None, attempt: _Attempt) -> Reply:
        """What needs no model, else what the grammar makes of it."""
        if direct := await offline(scene, recall):
            async for part in self._directly(direct, scene.message, attempt):
                yield part
            return
        # without a conversation the stamp still says which message was answered
        yield self._stamp(scene.message, attempt)
        async with aclosing(self._offline.run(scene.turn, scene.text, None)) as parts:
            async for part in parts:
                yield part

    async def _directly(self, direct: Direct, message: Message, attempt: _Attempt) -> Reply:
        """A reply that no model has a part in, with the stamp that keeps what it asks."""
        attempt.asks = "" if message.thread.shared else direct.asks
        yield self._stamp(message, attempt)
        for part in direct.parts:
            yield part

    async def _recalled(self, message: Message, attempt: _Attempt) -> Recall:
        """What was said before, read once a turn."""
        if attempt.recall is None:
            try:
                attempt.recall = await self._platforms[message.thread.platform].recall(message.thread)
            except RecallDelayed:
                return Recall()
        return attempt.recall

    async def _remembered(self, message: Message) -> _Attempt | None:
        """The thread's conversation, from memory or from the platform; `None` when the message was answered already."""
        known = self._threads.known(message.thread)
        if known is not None and not message.redelivered:
            return _Attempt(known.conversation, None, known.about, known.asks)
        recall = await self._read(message)
        if recall is None:
            log.info("turn.aside", platform=message.thread.platform)
            return _Attempt(None, Recall(), aside=True)
        if message.id in recall.answered:
            log.info("turn.answered_before", platform=message.thread.platform)
            return None
        found = known or Known(recall.conversation, recall.about, recall.asks)
        # numbers are each person's own: where several talk, another one's `done` or `yes` must not mean theirs
        if message.thread.shared:
            return _Attempt(found.conversation, recall)
        return _Attempt(found.conversation, recall, found.about, found.asks)

    async def _read(self, message: Message) -> Recall | None:
        """What the thread tells; None where that can't be had now, and isn't needed to know whether it was answered.

        Raises UnreadError.
        """
        for _ in range(READS if message.redelivered else 1):
            try:
                return await self._platforms[message.thread.platform].recall(message.thread)
            except RecallDelayed:
                continue
        if message.redelivered:
            raise UnreadError
        return None

    def _stamp(self, message: Message, attempt: _Attempt) -> Stamp:
        """What the reply is to keep, and this process remembers."""
        if attempt.aside:
            return Stamp(answers=message.id, kind=StampKind.ASIDE)
        self._threads.conversations.put(message.thread, Known(attempt.conversation, attempt.about, attempt.asks))
        return Stamp(attempt.conversation, answers=message.id, about=attempt.about, asks=attempt.asks)

    async def _begin(self, message: Message, text: str, about: int | None) -> TurnContext:
        """Who acts, and which open tasks the message may be about: two statements, in one transaction."""

        async def read(session: AsyncSession) -> TurnContext:
            instant = self._clock()
            known = await acting(session, message.author, self._default_zone, now=instant)
            actor = replace(known, by=_digest(message))
            now = instant.astimezone(actor.timezone)
            tasks = await relevant(session, actor, text, now=now, about=about)
            shared = message.thread.shared
            return TurnContext(self._database, actor, now, message.link, shared, tasks, about, message.author)

        return await self._database.read(read)

    async def _done_before(self, turn: TurnContext) -> Sequence[Part]:
        """What a message that comes again has done already, in a turn that was cut off: it isn't carried out again."""
        changes = await self._database.read(lambda session: done_by(session, turn.actor, now=turn.now))
        if not changes:
            return ()
        log.info("turn.done_before", changes=len(changes))
        return [Text(DONE_BEFORE), *map(receipt, changes)]

    async def _answer(self, online: Online, turn: TurnContext, message: Message, said: str, attempt: _Attempt) -> Reply:
        """Run the agent in the thread's conversation, mending what can be mended; leaves the failure in `attempt`."""
        if attempt.aside:
            yield Text(ASIDE)
        while True:
            try:
                if attempt.conversation is None and not attempt.aside:
                    attempt.conversation = await self._open(online, message, attempt)
                yield self._stamp(message, attempt)
                async with aclosing(online.assistant.run(turn, said, attempt.conversation)) as parts:
                    async for part in parts:
                        attempt.spoke = attempt.spoke or isinstance(part, Text)
                        yield part
                attempt.failure = None
                return
            except failures.ANY as error:
                attempt.failure = failures.classify(error)
                log.warning("turn.model_failed", failure=attempt.failure.name, error=type(error).__name__)
            if attempt.spoke or turn.acted:
                yield Text(await self._cut_short(online, attempt))
                return
            async with aclosing(self._mended(online, message, attempt)) as signs:
                async for part in signs:
                    yield part
            if attempt.failure:
                return

    async def _mended(self, online: Online, message: Message, attempt: _Attempt) -> Reply:
        """Mend what made the attempt fail and clear its failure, once for each kind; otherwise leave it."""
        failure = attempt.failure
        if failure is Failure.LOCKED and attempt.waits < LOCK_WAITS:
            attempt.waits += 1
            attempt.failure = None
            yield Step(f"locked-{attempt.waits}", "Waiting for the other reply in this thread", "running")
        elif failure in (Failure.ORPHANED, Failure.GONE) and failure not in attempt.healed:
            attempt.healed.add(failure)
            attempt.failure = None
            if failure is Failure.GONE:
                attempt.conversation = None
                attempt.recall = None
                yield Text("_The memory of this thread was gone, so I started afresh from its last messages._\n\n")
            else:
                attempt.failure = await self._repair(online, attempt.conversation)

    async def _open(self, online: Online, message: Message, attempt: _Attempt) -> str:
        """Open a conversation seeded with the thread's last messages."""
        recent = _earlier(await self._recalled(message, attempt), message, self._context_messages)
        async with asyncio.timeout(online.patience * OPENING_SHARE):
            return await online.conversations.open(recent)

    async def _repair(self, online: Online, conversation: str | None) -> Failure | None:
        """Answer what was left unanswered; returns the failure when that fails too."""
        if conversation is None:
            return Failure.BROKEN
        try:
            async with asyncio.timeout(online.patience * OPENING_SHARE):
                repaired = await online.conversations.repair(conversation)
        except failures.ANY as error:
            return failures.classify(error)
        log.info("turn.repaired", calls=repaired)
        return None

    async def _cut_short(self, online: Online, attempt: _Attempt) -> str:
        """What to say when a reply ends early, after something was shown; what tools did stays."""
        if attempt.failure is Failure.LOOPING:
            await self._repair(online, attempt.conversation)
            return (
                "\n\nI stopped, as I was going in circles. What is shown above is done. Please say it in other words."
            )
        reason = attempt.failure.value if attempt.failure else "OpenAI stopped"
        return f"\n\n_{reason}, so this reply ends early. What is shown as done above is done; ask again for the rest._"


def _digest(message: Message) -> str:
    """The message as the database knows it: nothing of it can be read there, and the same one is recognised."""
    thread = message.thread
    words = "\0".join((thread.platform, thread.workspace, thread.id, message.id))
    return hashlib.blake2b(words.encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _unreadable(text: str, message: Message) -> str | None:
    """The sentence for a message that can't be answered, if it can't."""
    if not text and not message.attachments:
        return (
            "That message was empty. Tell me what to remember, for example `add Call Ana tomorrow 5pm`, or say `list`."
        )
    if len(text) > LONGEST_MESSAGE:
        return (
            f"That message has {len(text):,} characters; I read up to {LONGEST_MESSAGE:,}. "
            "Please send the part that matters, or several shorter messages."
        )
    return None


def _earlier(recall: Recall, message: Message, most: int) -> Sequence[Said]:
    """The newest messages before this one, oldest first."""
    if not most:
        return ()
    return [said for said in recall.recent if said.id != message.id][-most:]
