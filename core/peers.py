"""Other processes of this bot: which of them has which message in hand, and in which threads they have written.

A message is claimed before anything is done for it, so that two processes never both answer it, and the messages of one
thread are answered in their order whichever process each came to. The claims are advisory locks of Postgres
(https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), held by one open session: no table and
no transaction, and the claims of a process that dies are gone with its connection. A process that is alone holds one
lock that says so, and pays nothing more until somebody else knocks.

What a claim is about gets into Postgres's memory as two numbers made by hashing; nobody can tell a thread from them.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import math
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import psycopg
import structlog
from sqlalchemy.engine import URL

from core.chat import Claim, Thread
from core.coming import CHANNEL, SIGN, Coming
from core.latest import Latest
from core.message_claims import HALF, HERE, MessageClaim
from core.sessions import FAILURES, Session

log = structlog.get_logger()

_KNOCK = "hello"
_KNOCKS = 20
_BETWEEN_KNOCKS = "300ms"
_RETRY = 5.0
"""Seconds until a session that couldn't be had is tried for again."""
_QUIET = 30.0
"""Seconds without a word of another process after which it is looked whether there still is one."""


class Peers:
    """Where a process stands among the others on the same database."""

    def __init__(self, url: URL | None, expect: Callable[[dt.datetime | None], None] = lambda at: None) -> None:
        """`url` must lead to Postgres itself, not to a pooler; without one the process takes itself for alone.

        `expect` is told when another process has made something that is to be said at that instant; None: at an unknown
        one, or something may have been missed.
        """
        self._url = url
        self._expect = expect
        self._session: Session | None = None
        self._joining = asyncio.Lock()
        self._not_before = 0.0
        self._alone = False
        self._heard_at = 0.0
        self._joined_at = 0.0
        """By the wall clock, as messages are."""
        self._held: list[MessageClaim] = []
        self._written: Latest[int, float] = Latest()
        self._unsure_before = 0.0
        self._answered: Latest[tuple[int, int], bool] = Latest()
        self._places: Latest[int, int] = Latest()
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def claim(self, thread: Thread, message: str, at: float) -> AsyncIterator[Claim]:
        """Have a message in hand for as long as the block lasts; see `core.chat.Claim`. `at` is in seconds since 1970.

        Claims of one thread are to be entered in the order in which its messages came.
        """
        claim = MessageClaim(self, _hashed(thread), _hashed(thread, message), self._place(_hashed(thread), at), at)
        self._held.append(claim)
        try:
            await claim.announce()
            yield claim
        finally:
            self._held.remove(claim)
            await asyncio.shield(asyncio.ensure_future(claim.release()))

    async def join(self) -> None:
        """Come in before the first message does; where that can't be, it is tried again with each."""
        await self._joined()

    def written_elsewhere(self, thread: Thread) -> float:
        """When another process wrote there last, or may have: as `time.monotonic`. What was read earlier is a hint."""
        return max(self._unsure_before, self._written.get(_hashed(thread)) or -math.inf)

    def wrote(self, thread: Thread) -> None:
        """Something was written there by this process, outside of a claim."""
        if self._session and not self._alone:
            self._later(self.tell(_hashed(thread)))

    def coming(self, at: dt.datetime | None) -> None:
        """Tell the others that something made here is to be said at that instant; None: at any.

        Whoever lives then says it, so all have to know. A process that can't hear, as its session was cut, looks when
        it has another.
        """
        if self._joined_at and not self._alone:
            self._later(self._say(Coming(at).word))

    async def idle(self) -> None:
        """Wait until all that is to be told has been told."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Leave: the others are told by the session's end."""
        for task in self._tasks:
            task.cancel()
        if self._session:
            await self._session.close()
        self._session, self._url = None, None

    # what claims use

    async def ask(self, sql: str, values: dict[str, object]) -> dict[str, object] | None:
        """Ask among others; None where there are none, or where they can't be asked."""
        session = await self._joined()
        if session is None or self._alone:
            return None
        try:
            return dict(await session.ask(sql, values))
        except FAILURES as error:
            log.warning("peers.unasked", error=type(error).__name__)
            return None

    async def unlock(self, session: Session, locks: str) -> None:
        """Give locks back, whether or not there still are others."""
        try:
            await session.ask(f"SELECT {locks}")
        except FAILURES as error:
            log.info("peers.session_lost", error=type(error).__name__)

    @property
    def session(self) -> Session | None:
        """The session that holds the locks at this moment."""
        return self._session

    def missed(self, at: float) -> bool:
        """Whether the others may have told of a message of that time before this process listened."""
        return at <= self._joined_at

    @property
    def quiet(self) -> bool:
        """Whether nobody has been heard for long."""
        return time.monotonic() - self._heard_at > _QUIET

    def is_alone(self) -> None:
        """The lock that says so was got."""
        self._alone = True
        log.info("peers.alone")

    def was_answered(self, thread: int, message: int) -> bool:
        """Whether another process told that it has answered that message."""
        return self._answered.get((thread, message)) is True

    async def news(self, seconds: float) -> None:
        """Wait for a word of another process, at most so long."""
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    async def tell(self, thread: int, message: int = 0) -> None:
        """Tell the others that a message is answered, or that something was written in its thread."""
        await self._say(f"{thread}:{message}")

    async def _say(self, word: str) -> None:
        await self.ask("SELECT pg_notify(%(channel)s, %(word)s)", {"channel": CHANNEL, "word": word})

    async def _joined(self) -> Session | None:
        if self._session is not None and self._session.open:
            return self._session
        if self._url is None or time.monotonic() < self._not_before:
            return None
        async with self._joining:
            if self._session is not None and self._session.open:
                return self._session
            try:
                self._session = await self._join(self._url)
            except FAILURES as error:
                log.warning("peers.unreachable", error=type(error).__name__)
                self._not_before = time.monotonic() + _RETRY
                return None
        for claim in list(self._held):
            self._later(claim.announce())
        return self._session

    async def _join(self, url: URL) -> Session:
        """Knock, and come in once whoever was alone has made room; of one that doesn't answer nobody waits for long."""
        session = await Session.opened(url, self._heard, self._lost, CHANNEL)
        self._alone = bool((await session.ask(f"SELECT pg_try_advisory_lock({HERE}) AS got"))["got"])
        await session.ask(f"SELECT set_config('lock_timeout', '{_BETWEEN_KNOCKS}', false)")
        for _ in range(_KNOCKS):
            if not self._alone:
                await session.ask(f"SELECT pg_notify('{CHANNEL}', '{_KNOCK}')")
            try:
                await session.ask(f"SELECT pg_advisory_lock_shared({HERE})")
            except psycopg.errors.LockNotAvailable:
                continue
            break
        missed, self._heard_at, self._joined_at = bool(self._joined_at), time.monotonic(), time.time()
        if missed:
            self._expect(None)
        log.info("peers.joined", alone=self._alone)
        return session

    def _heard(self, word: str) -> None:
        """A word of another process."""
        if word == _KNOCK:
            self._heard_at = time.monotonic()
            if self._alone:
                self._alone = False
                self._later(self._make_room())
            return
        if word.startswith(SIGN) and (seconds := word.removeprefix(SIGN)).isdecimal():
            self._heard_at = time.monotonic()
            self._expect(dt.datetime.fromtimestamp(int(seconds), dt.UTC) if int(seconds) else None)
            return
        thread, _, message = word.partition(":")
        if not (thread.isdecimal() and message.isdecimal()):
            return
        self._heard_at = time.monotonic()
        self._written.put(int(thread), time.monotonic())
        if int(message):
            self._answered.put((int(thread), int(message)), True)
        self._news.set()

    async def _make_room(self) -> None:
        """Somebody comes: what is in hand is said before they are let in."""
        for claim in list(self._held):
            await claim.announce()
        if self._session:
            await self.unlock(self._session, f"pg_advisory_unlock({HERE})")

    def _lost(self) -> None:
        self._session, self._alone = None, False
        self._unsure_before = time.monotonic()
        self._news.set()

    def _place(self, thread: int, at: float) -> int:
        """The place in the thread's queue: by microseconds, and never before what came here earlier.

        The numbers begin anew every half hour; what is compared is seldom a minute apart.
        """
        place, last = int(at * 1_000_000) % HALF, self._places.get(thread)
        if last is not None and (last - place) % HALF < HALF // 2:
            place = (last + 1) % HALF
        self._places.put(thread, place)
        return place

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _hashed(thread: Thread, message: str = "") -> int:
    """A thread, or a message of it, as a number from 1 to 2³¹ - 1."""
    words = "\0".join((thread.platform, thread.workspace, thread.id, message))
    digest = hashlib.blake2b(words.encode(errors="surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest) % (HALF - 1) + 1
