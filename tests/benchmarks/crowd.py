"""Many accounts with many tasks, made by the database itself; the same ones each time."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

BIG = 1
"""The account that has many tasks of its own."""
_VERBS = (
    "Buy Call Write Review Send Book Renew Fix Clean Plan Read Order Prepare Cancel Return Check Update Pay Print "
    "Pack Water Sell Paint Test Draft Sign Collect Measure Visit Water"
)
_THINGS = (
    "milk bread groceries report contract invoice passport dentist bike laptop slides tickets hotel garden kitchen "
    "rent taxes insurance present flowers battery filter printer budget proposal roadmap newsletter backup server "
    "license parcel library book curtains car tyres vaccination certificate letter survey logo website"
)
_FOR = (
    "Ana,Ben,Carla,Dmitri,Emeka,Fatima,the team,the office,the landlord,the school,the bank,mom,the neighbours,"
    "the club,the board,the customer,the vet,grandma,the workshop,the trip to Lisbon,the quarterly review,the new flat"
)
_TAGS = "home work health family money errands travel someday"

_PICK = "({words})[1 + (hashint4(i + {salt}) & 2147483647) % {count}]"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many."""

    tasks: int
    accounts: int
    big: int
    """Tasks of the account `BIG`; the others share the rest equally."""


MILLION = Crowd(tasks=1_000_000, accounts=10_000, big=10_000)
QUICK = Crowd(tasks=100_000, accounts=1_000, big=10_000)


def fill(url: str, crowd: Crowd) -> None:
    """Fill an empty database: tasks in the order people of all accounts would have added them, then ANALYZE.

    Of the tasks a third has no date, two fifths of the others a time; more than half are done and some deleted.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET max_parallel_maintenance_workers = 2")
        connection.execute("SET maintenance_work_mem = '256MB'")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tasks' AND indexname LIKE '%_idx'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute(_users(crowd))
        connection.execute(_tasks(crowd))
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM (ANALYZE) users, tasks")


def _users(crowd: Crowd) -> str:
    return f"""
        INSERT INTO users (id, account_id, platform, workspace, external_id, name, timezone, next_number)
        SELECT i, i, 'chat', 'crowd', i, 'Someone', 'Europe/Berlin', {crowd.tasks}
        FROM generate_series(1, {crowd.accounts}) AS i
    """


def _tasks(crowd: Crowd) -> str:
    every = crowd.tasks // crowd.big
    others = crowd.accounts - 1
    title = " || ' ' || ".join(
        (_pick(_VERBS.split(), 11), _pick(_THINGS.split(), 23), "'for'", _pick(_FOR.split(","), 37))
    )
    return f"""
        INSERT INTO tasks (account_id, number, title, notes, priority, tags, due_date, due_time, due_zone,
                           completed_at, deleted_at, change, previous, created_at)
        SELECT account, number, {title}, CASE WHEN chance % 10 = 0 THEN 'Ask ' || {_pick(_FOR.split(","), 41)} END,
               1 + chance % 4, CASE WHEN chance % 3 = 0 THEN ARRAY[{_pick(_TAGS.split(), 43)}] ELSE '{{}}' END,
               CASE WHEN dated THEN day END,
               CASE WHEN dated AND chance % 5 < 2 THEN make_time(8 + chance % 12, chance % 4 * 15, 0) END,
               CASE WHEN dated THEN 'Europe/Berlin' END,
               CASE WHEN chance % 100 < 55 THEN day + interval '10 hours' END,
               CASE WHEN chance % 100 > 94 THEN day + interval '11 hours' END,
               i, jsonb_build_array(jsonb_build_object('change', i, 'action', 'added', 'at', now(), 'fields',
                                                       jsonb_build_object('deleted_at', now()))),
               day - interval '20 days'
        FROM (
            SELECT i, hashint4(i) & 2147483647 AS chance, hashint4(i + 5) % 3 <> 0 AS dated,
                   current_date - 60 + (hashint4(i + 7) & 2147483647) % 180 AS day,
                   CASE WHEN i % {every} = 0 THEN {BIG} ELSE 2 + (i - i / {every}) % {others} END AS account,
                   CASE WHEN i % {every} = 0 THEN i / {every} ELSE 1 + (i - i / {every}) / {others} END AS number
            FROM generate_series(1, {crowd.tasks}) AS i
        ) AS made;
        SELECT setval('task_changes', {crowd.tasks})
    """


def _pick(words: list[str], salt: int) -> str:
    quoted = ", ".join("'" + word + "'" for word in words)
    return _PICK.format(words=f"ARRAY[{quoted}]", salt=salt, count=len(words))
