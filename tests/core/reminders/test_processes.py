"""Several processes, killed at every step: each reminder comes once.

The guarantee: a message is claimed before it is sent and recorded after, so that a crash in between makes somebody else
send it again under the same key, and never makes nobody send it.
"""

from __future__ import annotations

import asyncio
import collections
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import psycopg
import pytest

from tests.fakes.office import PATIENCE, Office, opened, process

LEASE = 2.0
"""Seconds; long enough for a message, short enough for a test."""
LONG_LEASE = 6.0
"""Where many processes share the machine: one that gets no time of it for a whole lease may say a thing twice."""


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """An office that is open."""
    async with opened() as there:
        yield there


@pytest.fixture
def fill(database_url: str) -> Callable[[int, int], None]:
    """Give so many people so many tasks each, all due now."""

    def filled(people: int, each: int) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                f"""INSERT INTO users (id, account_id, platform, workspace, external_id, name, next_number)
                    OVERRIDING SYSTEM VALUE
                    SELECT i, i, 'office', '', 'P' || i, 'Somebody', {each + 1} FROM generate_series(1, {people}) i"""
            )
            connection.execute(
                f"""INSERT INTO tasks (account_id, number, title, remind_at, next_reminder_at)
                    SELECT i, n, 'Task ' || n, now(), now()
                    FROM generate_series(1, {people}) i, generate_series(1, {each}) n"""
            )

    return filled


def _due(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT count(*) FROM tasks WHERE next_reminder_at IS NOT NULL").fetchone()
    assert row is not None
    return int(row[0])


async def _recorded(database_url: str) -> None:
    """Wait until the record of what was posted is committed: whoever holds the row lets go of it then."""
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_due, database_url):
            await asyncio.to_thread(_locked, database_url)


def _locked(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT FROM tasks WHERE next_reminder_at IS NOT NULL FOR UPDATE")


@pytest.mark.parametrize("step", ["/open", "/post", "/posted"])
async def test_a_process_killed_at_any_step_of_a_message_loses_nothing(
    database_url: str, office: Office, fill: Callable[[int, int], None], step: str
) -> None:
    """After the claim; while the message is on its way, arrived or not: the next process sends it once, if need be."""
    fill(1, 3)
    async with process(database_url, office, lease=LEASE) as first:

        async def kill() -> None:
            first.send_signal(signal.SIGKILL)
            await first.wait()

        office.hooks[step] = kill
        await asyncio.wait_for(first.wait(), PATIENCE)
    arrived = len(office.letters)
    assert _due(database_url) == 3
    async with process(database_url, office, lease=LEASE):
        await _recorded(database_url)
    # of a request that the dead process has made the office cannot know that nobody waits for its answer
    assert len(office.letters) == 1
    assert arrived == (step != "/open")
    assert office.letters[0].numbers == (1, 2, 3)


async def test_a_process_killed_before_it_records_is_not_said_twice(
    database_url: str, office: Office, fill: Callable[[int, int], None]
) -> None:
    """The message is there, its record is waiting for a lock: the next process finds it by its key."""
    fill(1, 1)
    with psycopg.connect(database_url) as holding:
        async with process(database_url, office, lease=LEASE) as first:

            async def hold() -> None:
                await asyncio.to_thread(holding.execute, "SELECT FROM tasks FOR UPDATE")

            office.hooks["/post"] = hold
            await office.hold(1)
            first.send_signal(signal.SIGKILL)
            await first.wait()
        holding.rollback()
    assert _due(database_url) == 1
    async with process(database_url, office, lease=LEASE):
        await _recorded(database_url)
    assert len(office.letters) == 1


async def test_a_database_that_goes_away_in_the_middle_is_written_to_later(
    database_url: str, office: Office, fill: Callable[[int, int], None]
) -> None:
    """Every connection is cut while a message is on its way: the same process records it once it can."""
    fill(1, 1)

    async def cut() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
            )

    office.hooks["/post"] = cut
    async with process(database_url, office, lease=LEASE):
        await _recorded(database_url)
    assert len(office.letters) == 1


@pytest.mark.parametrize("count", [2, 4])
async def test_many_processes_with_kills_tell_everything_once(
    database_url: str, office: Office, fill: Callable[[int, int], None], count: int
) -> None:
    """Nobody is told twice of anything, however often a process dies and another is started."""
    people, each, kills = 300, 4, 12
    fill(people, each)
    chance = random.Random(7)
    slots: list[AsyncExitStack] = []
    running: list[asyncio.subprocess.Process] = []
    async with AsyncExitStack() as everything:
        for _ in range(count):
            slots.append(await everything.enter_async_context(AsyncExitStack()))
            running.append(await slots[-1].enter_async_context(process(database_url, office, lease=LONG_LEASE)))
        for kill in range(1, kills + 1):
            await office.hold(kill * people // (kills + 2))
            index = chance.randrange(count)
            await slots[index].aclose()
            running[index] = await slots[index].enter_async_context(process(database_url, office, lease=LONG_LEASE))
        # what waits for the records locks rows, and a claim leaves a locked row to a message of its own
        await office.hold(people)
        await _recorded(database_url)
    told = collections.Counter((letter.who, number) for letter in office.letters for number in letter.numbers)
    assert len(told) == people * each
    assert set(told.values()) == {1}
    assert len({letter.key for letter in office.letters}) == len(office.letters) == people
