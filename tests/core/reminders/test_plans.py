"""How the database answers what comes next, among very many reminders that are somebody else's."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from core.database import Database
from core.reminders.claims import claim
from core.reminders.clock import Clock
from core.reminders.digests import DigestBox
from core.reminders.peek import peek
from core.reminders.sender import Sender
from tests.core.statements import collected, plans
from tests.fakes.chat import Chat

# On a platform that no process serves all are overdue, for ever; on one that is served few are to come.
FILL = """
    INSERT INTO users (id, account_id, platform, workspace, external_id, name, digest, next_digest_at)
    SELECT i, i, CASE WHEN i % 100 = 0 THEN 'console' ELSE 'left' END, 'many', i, 'Someone', true,
           now() - interval '1 day'
    FROM generate_series(1, 1000) i;
    INSERT INTO tasks (account_id, number, title, next_reminder_at)
    SELECT account, number, 'Buy milk', now() + CASE WHEN account % 100 = 0 THEN interval '1 day'
                                                     ELSE interval '-1 day' END
    FROM generate_series(1, 1000) account, generate_series(1, 20) number;
    ANALYZE users, tasks
"""


@pytest.fixture
def crowded(database: Database, database_url: str) -> Database:
    """Twenty thousand reminders, nearly all of them overdue where nobody tells them."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(FILL)
    return database


@pytest.mark.parametrize("platform", ["console", "nobody's"])
async def test_what_comes_next_is_found_by_its_platform(crowded: Database, platform: str) -> None:
    """Neither a look nor a claim reads past what waits on another platform."""
    clock = Clock()
    chat = Chat()
    chat.name = platform
    sender = Sender(chat, crowded, clock, 120, lambda _: None)
    with collected(crowded) as sent:
        following = await crowded.read(lambda session: peek(session, platform, clock))
        await crowded.write(lambda session: claim(session, platform, people=5, lease=120, now=None, default_zone="UTC"))
        await DigestBox(sender, "UTC").claim(5)
    assert (following.reminder is not None) == (platform == "console")
    assert (following.digest is not None) == (platform == "console")
    told = await plans(crowded, sent)
    assert len(told) == 3
    for plan in told:
        assert "Seq Scan on tasks" not in plan, plan
        assert "Index Cond: ((reminder_platform = " in plan or "Index Cond: ((platform = " in plan, plan


async def test_the_database_keeps_the_platform_of_a_reminder(database: Database, database_url: str) -> None:
    """Whoever writes: it is that of the person who is reminded, and follows them; without a reminder there is none."""
    at = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    asked = "SELECT reminder_platform FROM tasks"
    with psycopg.connect(database_url, autocommit=True) as connection:

        def platform() -> object:
            row = connection.execute(asked).fetchone()
            return row[0] if row else "no task"

        connection.execute(
            "INSERT INTO users (id, account_id, platform, workspace, external_id, name)"
            " VALUES (1, 1, 'slack', '', 'a', 'A'), (2, 1, 'discord', '', 'a', 'A'), (3, 3, 'console', '', 'b', 'B')"
        )
        connection.execute("INSERT INTO tasks (account_id, number, title) VALUES (1, 1, 'Milk')")
        assert platform() is None
        connection.execute("UPDATE tasks SET next_reminder_at = %s", (at,))
        assert platform() == "slack"
        connection.execute("UPDATE tasks SET made_by = 2")
        assert platform() == "discord"
        connection.execute("DELETE FROM users WHERE id = 2")
        assert platform() == "slack"
        connection.execute("UPDATE tasks SET account_id = 3")
        assert platform() == "console"
        connection.execute("UPDATE tasks SET next_reminder_at = NULL")
        assert platform() is None
