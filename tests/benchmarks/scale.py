"""Lists and searches among very many tasks, against a read by primary key."""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.chat import DueFilter, Sort, Status, TaskQuery
from core.database import Database, Session, statement
from core.tasks import find, get, match, relevant
from core.tasks.stored import COLUMNS
from core.users import Actor
from tests.benchmarks.crowd import BIG, Crowd, fill
from tests.benchmarks.table import Figure, Goal
from tests.core.statements import collected
from tests.core.statements import plans as explained

NO_SCAN = Goal(0)
ROUNDS = 60
ROUNDS_BIG = 20

Read = Callable[[Session, Actor, dt.datetime], Awaitable[object]]


def _finding(query: TaskQuery) -> Read:
    return lambda session, actor, now: find(session, actor, query, now=now)


READS: Mapping[str, Read] = {
    "get by number": lambda session, actor, now: get(session, actor, [7], now=now),
    "list: open": _finding(TaskQuery()),
    "list: overdue": _finding(TaskQuery(due=DueFilter.OVERDUE)),
    "list: this week": _finding(TaskQuery(due=DueFilter.WEEK)),
    "list: done": _finding(TaskQuery(status=Status.DONE)),
    "list: all by title, page 3": _finding(TaskQuery(status=Status.ALL, sort=Sort.TITLE, page=3)),
    "list: priority and tag": _finding(TaskQuery(priority=1, tag="home")),
    "search: one word": _finding(TaskQuery(text="milk")),
    "search: two words, done too": _finding(TaskQuery(status=Status.ALL, text="report ana")),
    "match: the task meant": lambda session, actor, now: match(session, actor, "the dentist", now=now),
    "relevant to a message": lambda session, actor, now: relevant(
        session, actor, "move the dentist to friday", now=now
    ),
}
_PRIMARY_KEY = f"SELECT {COLUMNS} FROM tasks WHERE id = :id"


@dataclass(frozen=True, slots=True)
class Timed:
    """Median milliseconds of a read, and of the read by primary key just before it."""

    name: str
    ms: float
    key_ms: float


def measure(database_url: str, crowd: Crowd) -> list[Figure]:
    """Fill the database, which has to be empty, then read as an account of a hundred tasks and as one of thousands."""
    begun = time.perf_counter()
    fill(database_url, crowd)
    filled = time.perf_counter() - begun
    return asyncio.run(_measure(database_url, crowd, filled))


async def _measure(database_url: str, crowd: Crowd, filled: float) -> list[Figure]:
    database = Database(database_url)
    now = dt.datetime.now(ZoneInfo("Europe/Berlin"))
    row = f"{crowd.tasks:,} tasks"
    usual = [2 + number * 7919 % (crowd.accounts - 1) for number in range(ROUNDS)]
    each = (crowd.tasks - crowd.big) // (crowd.accounts - 1)
    figures = [Figure(row, f"filling, {crowd.accounts:,} accounts", filled, "s")]
    plans: dict[str, str] = {}
    for tasks, accounts in ((each, usual), (crowd.big, [BIG] * ROUNDS_BIG)):
        timed = await _times(database, crowd, accounts, now)
        figures += [_figure(row, tasks, one) for one in timed]
        plans |= await _plans(database, accounts[0], now)
    await database.close()
    scanned = sorted(sql for sql, plan in plans.items() if "Seq Scan on tasks" in plan)
    return [
        *figures,
        Figure(
            row,
            "statements that scan all tasks",
            len(scanned),
            "statements",
            NO_SCAN,
            f"of {len(plans)}, by EXPLAIN",
            {"scanned": scanned},
        ),
    ]


def _figure(row: str, tasks: int, one: Timed) -> Figure:
    note = f"{one.ms:.2f} ms; the key read {one.key_ms:.2f} ms"
    detail = {"ms": one.ms, "primary_key_ms": one.key_ms}
    return Figure(row, f"{one.name} ({tasks:,} of one account)", one.ms / one.key_ms, "× key read", None, note, detail)


async def _times(database: Database, crowd: Crowd, accounts: Sequence[int], now: dt.datetime) -> list[Timed]:
    """Every read by every account, each after a read by primary key."""
    times: dict[str, list[float]] = {name: [] for name in READS}
    key_times: dict[str, list[float]] = {name: [] for name in READS}
    everything = _finding(TaskQuery(status=Status.ALL))
    for number, account in enumerate(accounts):
        await _clocked(database, everything, account, now)  # so that no read pays for another's cold pages
        for name, read in READS.items():
            key_times[name].append(
                await _clocked(database, _by_key(1 + (number + 1) * 104_729 % crowd.tasks), account, now)
            )
            times[name].append(await _clocked(database, read, account, now))
    return [Timed(name, statistics.median(times[name]), statistics.median(key_times[name])) for name in READS]


def _by_key(task: int) -> Read:
    async def read(session: Session, _actor: Actor, _now: dt.datetime) -> object:
        return (await session.execute(statement(_PRIMARY_KEY), {"id": task})).one()

    return read


async def _clocked(database: Database, read: Read, account: int, now: dt.datetime) -> float:
    """Milliseconds from asking for a connection to giving it back."""
    actor = _actor(account, now)
    begun = time.perf_counter()
    await database.read(lambda session: read(session, actor, now))
    return (time.perf_counter() - begun) * 1000


def _actor(account: int, now: dt.datetime) -> Actor:
    assert isinstance(now.tzinfo, ZoneInfo)
    return Actor(account, account, "Someone", now.tzinfo, timezone_known=True)


async def _plans(database: Database, account: int, now: dt.datetime) -> dict[str, str]:
    """How the database runs each statement, by the statement and the account."""
    with collected(database) as sent:
        for read in READS.values():
            await _clocked(database, read, account, now)
    found = await explained(database, sent)
    return {f"account {account}: {' '.join(sql.split())}": plan for (sql, _), plan in zip(sent, found, strict=True)}
