"""The core as adapters see it: turns, commands, actions and lists, with every failure a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from uuid import uuid4

import structlog

from core import connecting, intents
from core.allowance import Allowance
from core.attempt import Online
from core.chat import (
    Action,
    Author,
    Choices,
    Claim,
    Command,
    Inviter,
    Message,
    Part,
    Platform,
    Problem,
    Receipt,
    Reply,
    Revision,
    Thread,
)
from core.chat.metrics import Kind, TurnOutcome
from core.coming import coming
from core.commands import understand
from core.commands.run import run
from core.database import Database
from core.drafts import drafted
from core.endings import Endings
from core.errors import Ambiguous, TaskBotError
from core.intents.perform import perform
from core.intents.presses import intent_of
from core.intents.request import Request
from core.model import Preferences, Task, TaskPage, TaskQuery
from core.observation import note, observed
from core.peers import Peers
from core.preferences import acting
from core.refusal import refusing
from core.reminders.kept import kept
from core.revisions import Revisions
from core.tasks import find
from core.text import clean, off_loop
from core.threads import Threads
from core.turns import Turns
from core.users import Actor

log = structlog.get_logger()


def utc_now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


class Service:
    """Implements `core.chat.Core`. `platforms` may be filled after building; the others are read as they are."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        online: Online | None,
        *,
        default_zone: str,
        context_messages: int = 20,
        clock: Callable[[], dt.datetime] = utc_now,
        changed: Callable[[Receipt, Author], None] = lambda receipt, who: None,
        expect: Callable[[dt.datetime | None], None] = lambda at: None,
        allowance: Allowance | None = None,
        inviter: Inviter | None = None,
    ) -> None:
        """`changed` is told of each committed change as it is shown, and of whose it is.

        `expect` is told when something is to be said unasked that another process has made; see `core.peers`.
        `allowance`: how many turns a person gets. `inviter` makes codes for clients, where these may connect.
        """
        self._inviter = inviter
        self._database = database
        self._platforms = platforms
        self._online = online
        self._default_zone = default_zone
        self._clock = clock
        self._changed = changed
        self._peers = Peers(database.session_url, expect)
        database.closing.append(self._peers.close)
        self._threads = Threads(self._peers.written_elsewhere)
        self._endings = Endings(platforms, self._threads, online)
        self._revisions = Revisions(platforms, self._threads, online)
        database.closing.append(self._revisions.close)
        self._turns = Turns(
            database,
            platforms,
            self._threads,
            online,
            clock=clock,
            default_zone=default_zone,
            context_messages=context_messages,
            allowance=allowance,
        )

    async def join(self) -> None:
        """Make oneself known to other processes on the same database."""
        await self._peers.join()

    async def idle(self) -> None:
        """Wait until the other processes were told all there is to tell."""
        await self._peers.idle()

    async def close(self) -> None:
        """Leave the other processes; the database's end does so too."""
        await self._revisions.close()
        await self._peers.close()

    def claim(self, thread: Thread, message: str, at: float) -> AbstractAsyncContextManager[Claim]:
        """Have a message in hand, among all processes."""
        return self._peers.claim(thread, message, at)

    def written_elsewhere(self, thread: Thread) -> float:
        """When another process wrote there last, or may have."""
        return self._peers.written_elsewhere(thread)

    def respond(self, message: Message) -> Reply:
        """Run a turn of the agent."""
        return self._told(self._turns.respond(message), message.author, Kind.MESSAGE)

    async def revise(self, revision: Revision) -> None:
        """Take a message's old words out of the thread's conversations."""
        await self._revisions.revise(revision)

    def command(self, command: Command) -> Reply:
        """Run a slash command or console verb; no model is asked."""
        return self._told(self._command(command), command.author, Kind.COMMAND)

    def posted(self, thread: Thread) -> None:
        """Something was said unasked in the thread."""
        self._threads.posted(thread)
        self._peers.wrote(thread)

    def act(self, action: Action) -> Reply:
        """Do what a button, a modal or a reaction asks."""
        return self._told(self._act(action), action.author, Kind.ACTION)

    async def find(self, who: Author, query: TaskQuery) -> TaskPage:
        """One page of a person's tasks. Raises RefusedError with a sentence for them."""
        with refusing():
            actor, now = await self._actor(who)
            return await self._database.read(lambda session: find(session, actor, query, now=now))

    async def draft(self, who: Author, text: str) -> Task:
        """What quick add makes of a text: of a longer one its first line, with the rest as notes.

        Raises RefusedError with a sentence for the person.
        """
        with refusing():
            actor, now = await self._actor(who)
            return await off_loop(drafted, clean(text), actor, now)

    async def preferences(self, who: Author) -> Preferences:
        """How the person wants things. Raises RefusedError with a sentence for them."""
        with refusing():
            actor, _ = await self._actor(who)
        return Preferences(
            timezone=actor.timezone.key,
            timezone_known=actor.timezone_known,
            morning=actor.morning,
            digest=actor.digest,
            lead=actor.reminder_lead_minutes,
        )

    async def _command(self, command: Command) -> Reply:
        text = clean(command.text)
        if (about := connecting.wanted(text)) is not None:
            actor, _ = await self._actor(command.author)
            yield await connecting.answer(self._database, actor, self._inviter, about, shared=command.shared)
            return
        match await off_loop(understand, text):
            case intents.New() if command.thread:
                async with aclosing(self._endings.begin_anew(command, command.thread)) as parts:
                    async for part in parts:
                        yield part
            case intents.Forget() if command.thread:
                async with aclosing(self._endings.forget(command, command.thread)) as parts:
                    async for part in parts:
                        yield part
            case _:
                actor, now = await self._actor(command.author)
                request = Request(self._database, actor, now, command.link)
                for part in await run(request, text, adds_plain_text=command.adds):
                    yield part
                async for part in kept(self._database, actor, now, shared=command.shared):
                    yield part

    async def _act(self, action: Action) -> Reply:
        actor, now = await self._actor(action.author)
        for part in await perform(Request(self._database, actor, now), intent_of(action)):
            yield part

    async def _actor(self, author: Author) -> tuple[Actor, dt.datetime]:
        now = self._clock()
        actor = await self._database.read(lambda session: acting(session, author, self._default_zone, now=now))
        return actor, now.astimezone(actor.timezone)

    def _tell_others(self, receipt: Receipt) -> None:
        """What a change brings unasked is any process's to say."""
        if news := coming(receipt):
            self._peers.coming(news.at)

    def _told(self, reply: Reply, who: Author, kind: Kind) -> AsyncGenerator[Part, None]:
        return observed(self._in_sentences(reply, who), kind, who.platform)

    async def _in_sentences(self, reply: Reply, who: Author) -> AsyncGenerator[Part, None]:
        """The reply, with an error at its end told as a sentence: the domain's own, or an error id for a bug."""
        async with aclosing(reply) as parts:
            try:
                async for part in parts:
                    if isinstance(part, Receipt):
                        self._changed(part, who)
                        self._tell_others(part)
                    yield part
            except Ambiguous as error:
                yield Choices(str(error), error.choices)
            except TaskBotError as error:
                log.debug("reply.refused", error=type(error).__name__)
                yield Problem(str(error))
            except Exception:
                note(TurnOutcome.FAILED)
                error_id = uuid4().hex[:8]
                log.exception("reply.failed", error_id=error_id)
                yield Problem(
                    f"Something went wrong on my side, and what isn't shown as done was not done. Error id {error_id}."
                )
