"""Very many tasks: a table in use is migrated, and then looked after reminders, changed, undone and exported.

Not among the rows that are measured by themselves: `make bench ARGS="large 10000000"` takes an hour and 20 GB.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import psycopg

from core import tasks
from core.database import Database
from core.exporting import export
from core.migrations import migrate
from core.reminders.clock import Clock
from core.reminders.peek import peek
from core.tasks import TaskChanges
from core.users import Actor
from tests.benchmarks.table import Figure, Goal
from tests.core.statements import Sent, collected
from tests.core.test_migrations import left_at

EACH = 100
"""Tasks of an account; the first one has `BIG`."""
BIG = 10_000
ROUNDS = 200
PEEK = Goal(1.0)
WAIT = Goal(1000.0)
MEMORY = Goal(20.0)

_USERS = """
    INSERT INTO users (id, account_id, platform, workspace, external_id, name, timezone, next_number)
    OVERRIDING SYSTEM VALUE
    SELECT i, i, 'slack', 'large', i, 'Someone', 'Europe/Berlin', 1000000 FROM generate_series(1, {accounts}) i
"""
# In the order in which people of all accounts would have added them; half is done, a third has a date to come.
_TASKS = """
    INSERT INTO tasks (account_id, number, title, priority, due_date, due_time, due_zone, completed_at, change,
                       previous)
    SELECT account, number, 'Buy milk and write report ' || number, 1 + number % 4,
           CASE WHEN number % 3 = 0 THEN date '2030-01-01' + number % 500 END,
           CASE WHEN number % 6 = 0 THEN time '17:00' END, CASE WHEN number % 3 = 0 THEN 'Europe/Berlin' END,
           CASE WHEN number % 2 = 1 THEN now() END, id,
           jsonb_build_array(jsonb_build_object('change', id, 'action', 'added', 'at', now(), 'fields', '{{}}'::jsonb))
    FROM (
        SELECT account, number, nextval('task_changes') AS id
        FROM generate_series({first}, {last}) number, generate_series(1, {accounts}) account
        WHERE account = 1 OR number <= {each}
    ) AS filled
"""


def measure(url: str, count: int) -> list[Figure]:
    """Fill an empty, migrated database's server with a database of the oldest version and so many tasks."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE large")
    large = url.replace("/tasks?", "/large?")
    left_at(large, "0001")
    row = f"{count:,} tasks in use"
    figures = [Figure(row, "filling a database of the oldest version", _fill(large, count), "s")]
    waits: list[float] = []
    begun = time.perf_counter()
    with _working(large, waits):
        asyncio.run(migrate(large))
    figures += [
        Figure(row, "migrating it to the newest", time.perf_counter() - begun, "s", note=f"{len(waits):,} statements"),
        Figure(row, "longest wait of anybody's statement meanwhile", max(waits), "ms", WAIT),
    ]
    with psycopg.connect(large, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) users, tasks")
    return figures + asyncio.run(_measure(large, row, count))


def _fill(url: str, count: int) -> float:
    begun = time.perf_counter()
    accounts = count // EACH
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_USERS.format(accounts=accounts))
        for first in range(1, EACH + 1, 10):
            connection.execute(_TASKS.format(accounts=accounts, first=first, last=first + 9, each=EACH))
        connection.execute(_TASKS.format(accounts=1, first=EACH + 1, last=BIG, each=EACH))
        connection.execute("VACUUM (ANALYZE) users, tasks")
    return time.perf_counter() - begun


@contextmanager
def _working(url: str, waits: list[float]) -> Iterator[None]:
    """Somebody changes and reads all the while."""
    stop = threading.Event()

    def work() -> None:
        with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
            while not stop.is_set():
                for sql in (
                    "UPDATE tasks SET notes = 'changed' WHERE account_id = 7 AND number = 3",
                    "SELECT * FROM tasks WHERE account_id = 7",
                ):
                    begun = time.perf_counter()
                    connection.execute(sql)
                    waits.append((time.perf_counter() - begun) * 1000)
                stop.wait(0.01)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


async def _measure(url: str, row: str, count: int) -> list[Figure]:
    database = Database(url)
    now = dt.datetime.now(ZoneInfo("Europe/Berlin"))
    figures = []
    clock = Clock()
    for platform, what in (("slack", "many"), ("discord", "none")):
        with collected(database) as sent:
            await database.read(lambda session, name=platform: peek(session, name, clock))  # type: ignore[misc]
        timed = [await _in_the_server(database, sent[0]) for _ in range(ROUNDS)]
        note = "in the server, with its planning"
        figures.append(
            Figure(row, f"what comes next, on a platform that has {what}", statistics.median(timed), "ms", PEEK, note)
        )
    await database.read(
        lambda session: session.execute("SELECT pg_stat_reset_single_table_counters('tasks'::regclass)::text")
    )
    accounts = [2 + number * 7919 % (count // EACH - 2) for number in range(ROUNDS)]
    changing, undoing = [], []
    for account in accounts:
        actor = _actor(account)
        change = [TaskChanges(4, title=f"Other {account}")]
        changing.append(
            await _ms(database.write(lambda session: tasks.update(session, actor, change, now=now)))  # noqa: B023
        )
        undoing.append(await _ms(database.write(lambda session: tasks.undo(session, actor, now=now))))  # noqa: B023
    figures.append(Figure(row, f"a change ({EACH} tasks of one account)", statistics.median(changing), "ms"))
    figures.append(Figure(row, f"its undo ({EACH} tasks of one account)", statistics.median(undoing), "ms"))
    big = _actor(1)
    undoing = []
    for number in range(20):
        change = [TaskChanges(4, title=f"Other {number}")]
        await database.write(lambda session: tasks.update(session, big, change, now=now))  # noqa: B023
        undoing.append(await _ms(database.write(lambda session: tasks.undo(session, big, now=now))))
    figures.append(Figure(row, f"its undo ({BIG:,} tasks of one account)", statistics.median(undoing), "ms"))
    hot = (
        await database.read(
            lambda session: session.execute(
                "SELECT pg_stat_force_next_flush()::text, 100.0 * n_tup_hot_upd / n_tup_upd FROM pg_stat_user_tables"
                " WHERE relname = 'tasks'"
            )
        )
    ).one()
    figures.append(Figure(row, "of all updates in place", float(list(hot.values())[1]), "%"))
    before = _resident()
    took = await _ms(export(database, big, now))
    figures.append(Figure(row, f"export of {BIG:,} tasks", took / 1000, "s"))
    figures.append(Figure(row, "memory that it took", max(0.0, _resident() - before), "MB", MEMORY))
    await database.close()
    return figures


async def _in_the_server(database: Database, sent: Sent) -> float:
    """Milliseconds that the database says it takes to plan and to run a statement."""
    sql, values = sent
    rows = await database.read(lambda session: session.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}", values))
    (told,) = rows.scalar()
    return float(told["Planning Time"]) + float(told["Execution Time"])


async def _ms(work: object) -> float:
    begun = time.perf_counter()
    await work  # type: ignore[misc]
    return (time.perf_counter() - begun) * 1000


def _actor(account: int) -> Actor:
    return Actor(account, account, "Someone", ZoneInfo("Europe/Berlin"), timezone_known=True)


def _resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as told:
        return int(told.read().split()[1]) * 4096 / 2**20
