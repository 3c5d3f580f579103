"""Several processes on one database: who has which message in hand, in which order, and what they tell each other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from sqlalchemy.engine import make_url

from core.chat import Thread
from core.peers import Peers

HERE = Thread("slack", "T1", "C1:1.0")
NOON = 1_800_000_000.0
Process = Callable[[], Peers]


@pytest.fixture
async def process(database_url: str) -> AsyncIterator[Process]:
    """Makes processes, as far as peers go: each has a session of its own."""
    made: list[Peers] = []

    def make() -> Peers:
        made.append(Peers(make_url(database_url)))
        return made[-1]

    yield make
    for peers in made:
        await peers.close()


async def joined(peers: Peers) -> Peers:
    """Has it come in: a first message of some other thread."""
    async with peers.claim(Thread("slack", "T1", "other"), "0", NOON) as claim:
        assert await claim.granted()
    return peers


async def locks(url: str) -> list[int]:
    """First halves of the advisory locks that are held, the lock of being there apart."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await connection.execute(
            "SELECT classid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
        )
        return [row[0] for row in await rows.fetchall()]


async def _left(url: str, sessions: int) -> None:
    """Until the server has noticed the end of all but so many sessions: their locks go then."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'task-bot'"
    async with asyncio.timeout(20), await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while await (await connection.execute(asked)).fetchone() != (sessions,):
            continue


async def test_one_process_alone_claims_nothing(process: Process, database_url: str) -> None:
    """It holds the one lock that says so, and asks nobody."""
    alone = await joined(process())
    async with alone.claim(HERE, "1", NOON) as claim:
        assert await claim.granted()
        assert await locks(database_url) == []
        assert not (claim.doubtful and alone.quiet)


async def test_a_message_is_answered_by_one_of_two(process: Process) -> None:
    """The other waits for it, and is told."""
    ana, ben = await joined(process()), await joined(process())
    async with ana.claim(HERE, "1", NOON) as first:
        assert await first.granted()
        async with ben.claim(HERE, "1", NOON) as second:
            waiting = asyncio.create_task(second.granted())
            await ben.news(0.3)
            assert not waiting.done()
            first.answered()
            # leaving the outer block is what lets go, so it is let go here by hand
            await first.release()  # type: ignore[attr-defined]
            assert await waiting is False


async def test_the_message_of_a_process_that_died_is_the_other_ones(process: Process, database_url: str) -> None:
    """Its claims are gone with its connection; whether it had answered is what stamps must tell."""
    ana, ben = await joined(process()), await joined(process())
    async with ana.claim(HERE, "1", NOON) as first, ben.claim(HERE, "1", NOON) as second:
        assert await first.granted()
        waiting = asyncio.create_task(second.granted())
        session = ana.session
        assert session
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
            await connection.execute("SELECT pg_terminate_backend(%s)", [session.pid])
        assert await waiting is True
        assert second.doubtful


async def test_the_messages_of_a_thread_keep_their_order(process: Process) -> None:
    """Whichever process each came to, and though the first one has two of them in hand."""
    ana, ben = await joined(process()), await joined(process())
    order: list[str] = []
    begun = asyncio.Event()
    local = asyncio.Lock()

    async def turn(peers: Peers, message: int, lock: asyncio.Lock) -> None:
        async with peers.claim(HERE, str(message), NOON + message / 1000) as claim, lock:
            assert await claim.granted()
            order.append(str(message))
            begun.set()
            await all_here.wait()
            claim.answered()

    all_here = asyncio.Event()
    tasks = []
    other = asyncio.Lock()
    for message, (peers, lock) in enumerate([(ana, local), (ben, other), (ana, local), (ben, other), (ana, local)]):
        tasks.append(asyncio.create_task(turn(peers, message, lock)))
        if message == 0:
            await begun.wait()
        await peers.news(0.05)
    all_here.set()
    await asyncio.gather(*tasks)
    assert order == ["0", "1", "2", "3", "4"]


async def test_who_comes_while_a_turn_runs_waits_for_it(process: Process) -> None:
    """A process that was alone claimed nothing for the turn; it does before it lets anybody in."""
    ana = await joined(process())
    async with ana.claim(HERE, "1", NOON) as first:
        assert await first.granted()
        ben = await joined(process())
        async with ben.claim(HERE, "2", NOON + 1) as second:
            waiting = asyncio.create_task(second.granted())
            await ben.news(0.3)
            assert not waiting.done()
            await first.release()  # type: ignore[attr-defined]
            assert await waiting


async def test_what_another_process_wrote_makes_a_hint_of_what_is_known(process: Process) -> None:
    """The thread it wrote in is read again; one's own words and other threads are not."""
    ana, ben = await joined(process()), await joined(process())
    known = time.monotonic()
    async with ana.claim(HERE, "1", NOON) as claim:
        assert await claim.granted()
        claim.answered()
    await joined(ben)
    assert ben.written_elsewhere(HERE) > known
    assert ana.written_elsewhere(HERE) < known
    assert ben.written_elsewhere(Thread("slack", "T1", "C1:2.0")) < known
    ben.wrote(Thread("slack", "T1", "C1:3.0"))
    while ana.written_elsewhere(Thread("slack", "T1", "C1:3.0")) < known:
        await ana.news(0.05)


async def test_who_is_left_is_alone_again(process: Process, database_url: str) -> None:
    """Once nobody was heard for a while, which here is at once."""
    ana, ben = await joined(process()), await joined(process())
    await ben.close()
    await _left(database_url, 1)
    ana._heard_at = 0
    await joined(ana)
    async with ana.claim(HERE, "1", NOON) as claim:
        assert await claim.granted()
        assert await locks(database_url) == []


async def test_without_a_database_nobody_waits() -> None:
    """A turn then says itself that the database is away."""
    for url in (None, make_url("postgresql://nobody@127.0.0.1:1/none")):
        async with Peers(url).claim(HERE, "1", NOON) as claim:
            assert await claim.granted()


async def test_a_lost_session_is_had_again(process: Process, database_url: str) -> None:
    """Postgres restarts: what was known before is a hint, and claims hold again."""
    ana, ben = await joined(process()), await joined(process())
    known = time.monotonic()
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='task-bot'"
        )
    await joined(ana)
    await joined(ben)
    assert ana.written_elsewhere(HERE) > known
    async with ana.claim(HERE, "1", NOON) as first, ben.claim(HERE, "1", NOON) as second:
        assert await first.granted()
        waiting = asyncio.create_task(second.granted())
        await ben.news(0.2)
        assert not waiting.done()
        await first.release()  # type: ignore[attr-defined]
        assert await waiting
