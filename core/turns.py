"""One turn: drop duplicates, lock the thread, recall or open its conversation, run the assistant, heal."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from core.agent.failure import Failure
from core.allowance import Allowance
from core.attempt import Attempt, Online
from core.beginning import begin
from core.chat import (
    Message,
    Part,
    Platform,
    Recall,
    RecallDelayed,
    Reply,
    Stamp,
    StampKind,
    Text,
    Thread,
)
from core.chat.metrics import WAITS, Queue, TurnOutcome
from core.database import Database, Session
from core.direct import Direct, Scene, as_told, looks_back, offline, without_asking
from core.errors import TaskBotError
from core.intents.receipts import receipt
from core.observation import note
from core.reminders.kept import kept
from core.room import Room, person
from core.tasks import done_by
from core.text import clean
from core.threads import Known, Threads
from core.tools.context import TurnContext

if TYPE_CHECKING:
    from core.agent.answering import Answering

log = structlog.get_logger()

LONGEST_MESSAGE = 32_000
"""Characters; a longer message gets a sentence: no task needs it, and every later turn would pay for it."""
DONE_BEFORE = (
    "I was interrupted while I answered this. What I had done is below; if something is missing, please say it again."
)
WITHOUT = "_{}, so I answer offline: I understand dates and commands only._\n\n"
OVER = "_You have said a lot in a short time, so for a moment I understand dates and commands only._\n\n"
MOST_ANSWERED = 300
"""Messages of a thread that are kept in mind as answered; of longer ones a message that comes again is looked up."""
_PAUSES = (0.0, 2.0, 10.0, 30.0, 60.0, 60.0, 60.0)
"""Seconds before each try to read the thread of a message that may have been answered already: a platform's limits hold
for a minute, and several processes share them."""
AT_ONCE = 200
"""Turns that begin, or ask the model, at the same time; more wait, so that none of them is starved to death."""
SHARE = 20
"""How many of these may be one person's."""


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
        allowance: Allowance | None = None,
    ) -> None:
        """`allowance`: how many turns with a model a person gets; as many as they like without one."""
        self._database = database
        self._platforms = platforms
        self._threads = threads
        self._answering = self._model(online, context_messages) if online else None
        self._allowance = allowance
        self._clock = clock
        self._default_zone = default_zone
        # two, so that what hangs with the model keeps nobody from beginning: commands need no model
        self._beginning = Room(AT_ONCE, SHARE, Queue.BEGIN)
        self._asking = Room(AT_ONCE, SHARE, Queue.MODEL)

    def _model(self, online: Online, context_messages: int) -> Answering:
        # the Agents SDK takes seconds to import, and who has no key does without it
        from core.agent.answering import Answering

        return Answering(online, self._stamp, self._recalled, context_messages=context_messages)

    async def respond(self, message: Message) -> Reply:
        """Answer a message, unless it was answered already. Raises TaskBotError with a sentence for the person."""
        if not self._threads.first_sight(message):
            note(TurnOutcome.DUPLICATE)
            return
        lock = self._threads.lock(message.thread)
        with WAITS.timed(queue=Queue.THREAD):
            await lock.acquire()
        try:
            async with aclosing(self._turn(message)) as parts:
                async for part in parts:
                    yield part
        finally:
            lock.release()

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
        if turn.asks and not turn.shared:
            attempt.asks = turn.asks
            yield self._stamp(message, attempt)
        if attempt.about and turn.touched and not turn.touched.intersection(attempt.about):
            # the talk has moved on to something else
            attempt.about = ()
            yield self._stamp(message, attempt)
        async for part in kept(self._database, turn.actor, turn.now, shared=turn.shared):
            yield part

    async def _reply(self, scene: Scene, attempt: Attempt) -> Reply:
        message, turn = scene.message, scene.turn
        if self._answering and (decision := self._answering.decision(scene.text, scene.asks)):
            deciding = self._answering.decide(turn, message, decision, attempt)
            async with self._asking.place(person(message.author)), aclosing(deciding) as parts:
                async for part in parts:
                    yield part
            return
        needs = scene.asks or not self._answering
        recall = await self._recalled(message, attempt) if needs and looks_back(scene) else attempt.recall
        if direct := await without_asking(scene, recall):
            async for part in self._directly(direct, message, attempt):
                yield part
            return
        why = self._refused(message) if self._answering else ""
        if self._answering and why is None:
            answer = self._answering.answer(turn, message, as_told(scene), attempt)
            async with self._asking.place(person(message.author)), aclosing(answer) as parts:
                async for part in parts:
                    yield part
            if (why := self._unanswered(turn, message, attempt)) is None:
                return
        if why:
            yield Text(why)
        recall = recall if attempt.recall is None else attempt.recall
        # without a conversation the stamp still says which message was answered
        async with self._beginning.place(person(message.author)):
            direct = await offline(scene, recall)
        async for part in self._directly(direct, message, attempt):
            yield part

    def _unanswered(self, turn: TurnContext, message: Message, attempt: Attempt) -> str | None:
        """Why the model's answer is none, None where it is one, or what tools did may not be done again."""
        if attempt.failure is None:
            return None
        if attempt.failure is Failure.SILENT:
            self._threads.model_hung(message.thread)
        if attempt.spoke or turn.acted:
            note(TurnOutcome.CUT_SHORT)
            return None
        note(TurnOutcome.FELL_BACK)
        return WITHOUT.format(attempt.failure.value)

    def _refused(self, message: Message) -> str | None:
        """Why no model is asked; an empty text where the person was told already, None where one is."""
        if not message.model:
            return ""
        if self._threads.waited_behind(message):
            note(TurnOutcome.FELL_BACK)
            return WITHOUT.format(Failure.SILENT.value)
        who = person(message.author)
        if self._allowance is None or self._allowance.take(who):
            return None
        note(TurnOutcome.OVER_ALLOWANCE)
        return OVER if self._allowance.tells(who) else ""

    async def _directly(self, direct: Direct, message: Message, attempt: Attempt) -> Reply:
        """A reply that no model has a part in, with the stamp that keeps what it asks."""
        attempt.asks = "" if message.thread.shared else direct.asks
        yield self._stamp(message, attempt)
        for part in direct.parts:
            yield part

    async def _recalled(self, message: Message, attempt: Attempt) -> Recall:
        """What was said before, read once a turn."""
        if attempt.recall is None:
            try:
                attempt.recall = await self._platforms[message.thread.platform].recall(message.thread)
            except RecallDelayed:
                return Recall()
        return attempt.recall

    async def _remembered(self, message: Message) -> Attempt | None:
        """The thread's conversation, from memory or from the platform; `None` when the message was answered already."""
        known = self._threads.known(message.thread)
        if known is not None and message.id in (known.answered or ()):
            note(TurnOutcome.DUPLICATE)
            return None
        if known is not None and (known.answered is not None or not message.redelivered):
            about, asks = (known.about, known.asks) if not (message.redelivered and message.thread.shared) else ((), "")
            return Attempt(known.conversation, None, about, asks, known.answered)
        recall = await self._read(message)
        if recall is None:
            log.info("turn.aside", platform=message.thread.platform)
            return Attempt(None, Recall(), aside=True)
        if message.id in recall.answered:
            note(TurnOutcome.DUPLICATE)
            return None
        found = known or Known(recall.conversation, recall.about, recall.asks)
        # numbers are each person's own: where several talk, another one's `done` or `yes` must not mean theirs
        if message.thread.shared:
            return Attempt(found.conversation, recall, answered=recall.answered)
        return Attempt(found.conversation, recall, found.about, found.asks, recall.answered)

    async def _read(self, message: Message) -> Recall | None:
        """What the thread tells; None where that can't be had now, and isn't needed to know whether it was answered.

        Raises UnreadError.
        """
        for pause in _PAUSES if message.redelivered else (0.0,):
            await asyncio.sleep(pause)
            try:
                return await self._platforms[message.thread.platform].recall(message.thread)
            except RecallDelayed:
                log.info("turn.thread_unread", platform=message.thread.platform)
        if message.redelivered:
            raise UnreadError
        return None

    def _stamp(self, message: Message, attempt: Attempt) -> Stamp:
        """What the reply is to keep, and this process remembers."""
        if attempt.aside:
            return Stamp(answers=message.id, kind=StampKind.ASIDE)
        answered = attempt.answered
        if answered is not None:
            answered = answered | {message.id} if len(answered) < MOST_ANSWERED else None
        self._threads.conversations.put(
            message.thread, Known(attempt.conversation, attempt.about, attempt.asks, answered)
        )
        return Stamp(attempt.conversation, answers=message.id, about=attempt.about, asks=attempt.asks)

    async def _begin(self, message: Message, text: str, about: int | None) -> TurnContext:
        """Who acts, and which open tasks the message may be about: one statement."""

        async def read(session: Session) -> TurnContext:
            instant, shared = self._clock(), message.thread.shared
            # where others read along, the model knows of no task that the author doesn't speak of
            known, tasks = await begin(
                session, message.author, text, self._default_zone, now=instant, about=about, named=shared
            )
            actor = replace(known, by=_digest(message))
            now = instant.astimezone(actor.timezone)
            turn = TurnContext(
                self._database,
                actor,
                now,
                message.link,
                shared,
                tasks,
                text=text,
                about=about,
                author=message.author,
            )
            turn.again = message.redelivered
            turn.is_here = lambda link: self._is_link_into(message.thread, link)
            if self._answering:
                turn.mark = self._answering.mark(message)
            return turn

        return await self._database.read(read)

    def _is_link_into(self, thread: Thread, link: str) -> bool:
        found = self._platforms[thread.platform].thread_at(link)
        return found is not None and (found.workspace, found.id) == (thread.workspace, thread.id)

    async def _done_before(self, turn: TurnContext) -> Sequence[Part]:
        """What a message that comes again has done already, in a turn that was cut off: it isn't carried out again."""
        changes = await self._database.read(lambda session: done_by(session, turn.actor, now=turn.now))
        if not changes:
            return ()
        log.info("turn.done_before", changes=len(changes))
        return [Text(DONE_BEFORE), *map(receipt, changes)]


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
