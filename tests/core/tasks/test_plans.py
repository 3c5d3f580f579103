"""How the database answers: with many accounts and many tasks, no statement reads the whole table."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from core import tasks
from core.chat import DueFilter, Sort, Status, TaskQuery
from core.tasks import NewTask, TaskChanges
from core.users import Actor, identify
from tests.conftest import ANA
from tests.core.statements import collected, plans
from tests.core.tasks.conftest import Hand

ACCOUNTS, EACH = 400, 50

FILL = f"""
    INSERT INTO users (id, account_id, platform, workspace, external_id, name, next_number)
    SELECT i, i, 'console', 'many', i, 'Someone', {EACH + 1} FROM generate_series(1000, {1000 + ACCOUNTS}) i;
    INSERT INTO tasks (account_id, number, title, due_date, due_zone, completed_at, change, previous)
    SELECT account, number, 'Buy milk ' || number, CASE WHEN number % 3 > 0 THEN date '2026-11-01' + number END,
           CASE WHEN number % 3 > 0 THEN 'Europe/Berlin' END, CASE WHEN number % 2 = 0 THEN now() END,
           id, jsonb_build_array(jsonb_build_object('change', id, 'fields', '{{}}'::jsonb))
    FROM (SELECT account, number, nextval('task_changes') AS id
          FROM generate_series(1000, {1000 + ACCOUNTS}) account, generate_series(1, {EACH}) number
          ORDER BY number) AS filled;
    ANALYZE users, tasks
"""


@pytest.fixture
def crowded(ana: Hand) -> Hand:
    """Ana among hundreds of others."""
    url = ana.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL)
    return ana


async def test_no_statement_reads_the_whole_table(crowded: Hand, now: dt.datetime) -> None:
    """Every read and every operation, for someone with fifty tasks of twenty thousand."""
    with collected(crowded.database) as sent:
        someone = Hand(crowded.database, Actor(1007, 1007, "Someone", crowded.actor.timezone, True), now)
        for query in (
            *[TaskQuery(status=status, sort=sort) for status in Status for sort in Sort],
            *[TaskQuery(due=due) for due in DueFilter],
            TaskQuery(priority=1, tag="home"),
            TaskQuery(text="milk"),
            TaskQuery(text="🎉"),
        ):
            await someone.do(tasks.find, query, now=now)
        await someone.do(tasks.get, [1, 2, 3], now=now)
        await someone.do(tasks.match, "the milk", now=now)
        await someone.do(tasks.complete, [3, 5], now=now)
        await someone.do(tasks.update, [TaskChanges(7, title="Other")], now=now)
        await someone.do(tasks.undo, now=now)
        await someone.add(NewTask("New"))
        async with crowded.database.transaction() as session:
            await identify(session, ANA, "UTC")
    assert len(sent) > 20
    for plan in await plans(crowded.database, sent):
        assert "Seq Scan" not in plan, plan
