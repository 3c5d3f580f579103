"""One message in hand, among all processes: the locks that say so, and the wait for what came before it.

See `core.peers` for what they are and why.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from core.chat.metrics import TAKEN_OVER, WAITS, Kind, Queue
from core.sessions import Session

if TYPE_CHECKING:
    from core.peers import Peers

log = structlog.get_logger()

HERE = 0x7A5C_B073
"""The lock of all processes that run: shared by each, and exclusive where there is only one."""
_MESSAGES, _TURNS = 0x7A5C_0001, 0x7A5C_0002
"""First halves of the locks of single messages, and of threads with a turn; a thread's queue has the thread's own."""
_FIRST_LOOK, _LAST_LOOK = 0.05, 1.0
"""Seconds between looks at what another process has in hand: most often its word comes earlier."""
_JUST_NOW, _GRACE = 0.5, 0.05
"""A message that has just been written waits a moment among several processes: the one before it may be on its way."""
_LONGEST = 300.0
"""Seconds to wait for another process; one that is frozen keeps its claims."""
HALF = 2**31
"""Places of a queue go round in so many."""

_CLAIM = f"""
    WITH own AS MATERIALIZED (
        SELECT CASE WHEN %(mine)s THEN true ELSE pg_try_advisory_lock({_MESSAGES}, %(message)s) END AS mine,
               CASE WHEN %(placed)s THEN true ELSE pg_try_advisory_lock(%(thread)s, %(place)s) END AS placed
    ), others AS MATERIALIZED (
        SELECT own.*, EXISTS (
            SELECT FROM pg_locks
            WHERE own.placed AND locktype = 'advisory' AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
              AND classid = CAST(CAST(%(thread)s AS bigint) AS oid)
              AND (%(place)s - CAST(objid AS bigint) + {HALF}) %% {HALF} BETWEEN 1 AND {HALF // 2}
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ) AS earlier
        FROM own
    )
    SELECT mine, placed, earlier,
           CASE WHEN %(next)s AND mine AND NOT earlier THEN pg_try_advisory_lock({_TURNS}, %(thread)s) ELSE false
           END AS turn,
           CASE WHEN %(quiet)s THEN pg_try_advisory_lock({HERE}) ELSE false END AS alone
    FROM others
"""


class MessageClaim:
    """A message in hand."""

    def __init__(self, peers: Peers, thread: int, message: int, place: int, at: float) -> None:
        self._peers = peers
        self._thread = thread
        self._message = message
        self._place = place
        self._at = at
        self._order = asyncio.Lock()
        self._session: Session | None = None
        """The session that holds what is held."""
        self._mine = self._placed = self._turn = False
        self._runs = self._answered = False
        self.doubtful = False

    async def granted(self) -> bool:
        """See `core.chat.Claim`."""
        with WAITS.timed(queue=Queue.CLAIM):
            return await self._granted()

    async def _granted(self) -> bool:
        until, pause, waited = time.monotonic() + _LONGEST, _FIRST_LOOK, False
        if self._session is not None and abs(time.time() - self._at) < _JUST_NOW:
            await asyncio.sleep(_GRACE)
        while not await self._look(wanted=True):
            if self._peers.was_answered(self._thread, self._message):
                return False
            waited = waited or not self._mine
            if time.monotonic() > until:
                log.warning("peers.waited_for_too_long")
                self.doubtful = True
                break
            await self._peers.news(pause)
            pause = min(_LAST_LOOK, pause * 2)
        self._runs = not self._peers.was_answered(self._thread, self._message)
        TAKEN_OVER.add(waited and self._runs, kind=Kind.MESSAGE)
        return self._runs

    def stands(self) -> bool:
        """See `core.chat.Claim`."""
        self._runs = self._runs and not self._peers.was_answered(self._thread, self._message)
        return self._runs

    def answered(self) -> None:
        """See `core.chat.Claim`."""
        self._answered = True

    async def announce(self) -> None:
        """Say that the message is in hand, so that nobody takes it or overtakes it; among others only."""
        await self._look(wanted=self._runs)

    async def release(self) -> None:
        """Let go, and tell the others first what was done."""
        async with self._order:
            session = self._session
            if session is None or session is not self._peers.session:
                return
            if self._runs:
                await self._peers.tell(self._thread, self._message if self._answered else 0)
            locks = [
                f"pg_advisory_unlock({lock})"
                for lock, held in (
                    (f"{_TURNS}, {self._thread}", self._turn),
                    (f"{self._thread}, {self._place}", self._placed),
                    (f"{_MESSAGES}, {self._message}", self._mine),
                )
                if held
            ]
            if locks:
                await self._peers.unlock(session, ", ".join(locks))

    async def _look(self, *, wanted: bool) -> bool:
        """Whether it is this message's turn, which it takes where it is `wanted`."""
        async with self._order:
            if self._turn and self._session is self._peers.session:
                return True
            if self._session is not self._peers.session:
                self._mine = self._placed = self._turn = False
            row = await self._peers.ask(
                _CLAIM,
                {
                    "mine": self._mine,
                    "placed": self._placed,
                    "message": self._message,
                    "thread": self._thread,
                    "place": self._place,
                    "next": wanted,
                    "quiet": wanted and self._peers.quiet,
                },
            )
            if row is None:
                return True
            self._session = self._peers.session
            self._mine, self._placed, self._turn = bool(row["mine"]), bool(row["placed"]), bool(row["turn"])
            # another process has or had it in hand, or told of it before this one listened
            self.doubtful = self.doubtful or not self._mine or self._peers.missed(self._at)
            if row["alone"]:
                self._peers.is_alone()
            return self._turn
