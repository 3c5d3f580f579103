"""Several processes at once, each with connections of its own: nothing is lost, counted twice or moved twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from core import tasks
from core.chat import Due
from core.errors import NotFound
from core.tasks import Change, NewTask, TaskChanges
from tests.core.tasks.conftest import Hand

ROOT = Path(__file__).parents[3]

# A process of its own: it connects, says that it is ready, waits for the word, and does its work.
WORKER = """
import asyncio, datetime as dt, sys
from core import tasks
from core.chat import Author
from core.database import Database
from core.users import identify

async def main(url, work):
    database = Database(url)
    now = dt.datetime.now(dt.UTC)
    async with database.transaction() as session:
        actor = await identify(session, Author("console", "", "ana", "Ana", timezone="Europe/Berlin"), "UTC")
    print("ready", flush=True)
    for line in sys.stdin:
        number = int(line)
        if work == "add":
            for index in range(number):
                async with database.transaction() as session:
                    await tasks.add(session, actor, [tasks.NewTask(f"Task {index}")], now=now)
            print("added", flush=True)
        if work == "complete":
            async with database.transaction() as session:
                change = await tasks.complete(session, actor, [number], now=dt.datetime.now(dt.UTC))
            print(change.action, flush=True)
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


def _workers(url: str, work: str, count: int = 2) -> list[subprocess.Popen[str]]:
    """Start processes that are connected and wait for a number."""
    command = [sys.executable, "-c", WORKER, url, work]
    pipe = subprocess.PIPE
    workers = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    return workers


def _release(workers: Sequence[subprocess.Popen[str]], number: int) -> list[str]:
    """Give them all the number at once, and return what each answers."""
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(f"{number}\n")
        worker.stdin.flush()
    return [worker.stdout.readline().strip() for worker in workers if worker.stdout is not None]


def _end(workers: Sequence[subprocess.Popen[str]]) -> None:
    for worker in workers:
        worker.communicate()
        assert worker.returncode == 0


async def test_two_processes_that_add_for_one_account_never_give_a_number_twice(ana: Hand, database_url: str) -> None:
    """Two hundred tasks each; together the numbers 1 to 400."""
    workers = _workers(database_url, "add")
    assert _release(workers, 200) == ["added", "added"]
    _end(workers)
    async with ana.database.transaction() as session:
        numbers = (await session.execute("SELECT number FROM tasks ORDER BY number")).scalars()
    assert numbers == list(range(1, 401))


async def test_two_processes_that_complete_one_recurring_task_move_it_once(ana: Hand, database_url: str) -> None:
    """Twenty times over, with both released at the same moment; one of them is told that it was done already."""
    days = [Due(ana.now.date(), None, "Europe/Berlin")] * 20
    await ana.add(*[NewTask("Stand-up", due=day, recurrence="FREQ=WEEKLY;COUNT=500") for day in days])
    workers = _workers(database_url, "complete")
    for number in range(1, 21):
        assert sorted(_release(workers, number)) == ["already completed", "moved on"]
    _end(workers)
    passed = {task.recurrence for task in await ana.all()}
    assert len(passed) == 1


async def _wait_for_a_lock(url: str) -> None:
    """Return when some connection waits for another one's transaction."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for _ in range(10_000):
            waiting = await connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if await waiting.fetchone() != (0,):
                return
        pytest.fail("nobody waited")


async def test_a_completion_that_had_to_wait_for_another_does_nothing(ana: Hand, database_url: str) -> None:
    """However long it waited: what it saw when it began is not the task any more."""
    await ana.add(NewTask("Stand-up", due=Due(ana.now.date(), None, "Europe/Berlin"), recurrence="FREQ=DAILY"))
    late = ana.later(minutes=5)
    async with ana.database.transaction() as session:
        await tasks.complete(session, ana.actor, [1], now=ana.now)
        waiting = asyncio.create_task(late.do(tasks.complete, [1], now=late.now))
        await _wait_for_a_lock(database_url)
    change = await waiting
    assert (change.action, change.change, [str(task.due) for task in change.tasks]) == (
        "already completed",
        None,
        ["2026-11-24"],
    )


async def test_an_undo_that_had_to_wait_for_the_same_undo_says_so(ana: Hand, database_url: str) -> None:
    """And takes nothing further back."""
    await ana.add("One")
    await ana.do(tasks.prioritise, [1], 2, now=ana.now)
    change = await ana.do(tasks.prioritise, [1], 1, now=ana.now)
    async with ana.database.transaction() as session:
        await tasks.undo(session, ana.actor, change.change, now=ana.now)
        waiting = asyncio.create_task(ana.do(tasks.undo, change.change, now=ana.now))
        await _wait_for_a_lock(database_url)
    with pytest.raises(NotFound, match="undone already"):
        await waiting
    assert (await ana.one(1)).priority == 2


async def test_a_change_that_had_to_wait_builds_on_what_it_waited_for(ana: Hand, database_url: str) -> None:
    """Neither change is lost, and both can be undone one after the other."""
    await ana.add("One")
    before = await ana.one(1)
    async with ana.database.transaction() as session:
        await tasks.update(session, ana.actor, [TaskChanges(1, title="Two")], now=ana.now)
        waiting = asyncio.create_task(ana.do(tasks.tag, [1], add=["x"], now=ana.now))
        await _wait_for_a_lock(database_url)
    await waiting
    assert ((await ana.one(1)).title, (await ana.one(1)).tags) == ("Two", ("x",))
    await ana.do(tasks.undo, now=ana.now)
    await ana.do(tasks.undo, now=ana.now)
    assert await ana.one(1) == before


async def test_bulk_changes_in_opposite_orders_do_not_block_one_another_for_ever(ana: Hand) -> None:
    """Locks are taken in the order of numbers, whatever order was asked for."""
    await ana.add(*[f"Task {index}" for index in range(40)])
    up, down = list(range(1, 41)), list(range(40, 0, -1))

    async def many(numbers: list[int], priority: int) -> list[Change]:
        return [await ana.do(tasks.prioritise, numbers, priority + turn % 2, now=ana.now) for turn in range(10)]

    await asyncio.gather(many(up, 1), many(down, 2), many(up, 3), many(down, 1))
    assert len({task.priority for task in await ana.all()}) == 1
