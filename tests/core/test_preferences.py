"""Reminders follow what a person prefers: none is lost by it, none comes late, none twice."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tasks
from core.chat import Author, Due, Task
from core.database import Database, statement
from core.preferences import acting, prefer
from core.tasks import NewTask
from core.users import Actor, identify
from tests.core.statements import counted

BERLIN = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=ZoneInfo(BERLIN))


def _at(day: int, hour: int | None = None, month: int = 11) -> Due:
    return Due(dt.date(2026, month, day), dt.time(hour) if hour is not None else None, BERLIN)


TASKS = (
    NewTask("soon", due=_at(23, 10)),
    NewTask("today", due=_at(23, 17)),
    NewTask("whole day", due=_at(26)),
    NewTask("own lead", due=_at(24, 17), remind_before=(60, 10)),
    NewTask("days before", due=_at(30), remind_before=(2 * 1440,)),
    NewTask("none", due=_at(24, 17), remind_before=()),
    NewTask("asked for", due=_at(24, 17), remind_at=dt.datetime(2026, 11, 24, 7, tzinfo=dt.UTC)),
    NewTask("daily", due=_at(23, 17), recurrence="FREQ=DAILY"),
    NewTask("weekly", due=_at(26), recurrence="FREQ=WEEKLY;COUNT=3"),
    NewTask("after completion", due=_at(25, 8), recurrence="FREQ=DAILY;INTERVAL=3", recurs_from_completion=True),
    NewTask("tokyo", due=Due(dt.date(2026, 11, 25), dt.time(9), "Asia/Tokyo")),
)


async def _somebody(database: Database) -> Actor:
    author = Author("chat", "acme", uuid.uuid4().hex, "Somebody", timezone=BERLIN)
    async with database.transaction() as session:
        return await identify(session, author, "UTC")


async def _prefer(database: Database, actor: Actor, now: dt.datetime = NOW, **wishes: object) -> Actor:
    async with database.transaction() as session:
        return await prefer(session, actor, now=now, **wishes)  # type: ignore[arg-type]


async def _add(database: Database, actor: Actor, *new: NewTask, now: dt.datetime = NOW) -> None:
    async with database.transaction() as session:
        await tasks.add(session, actor, new, now=now)


async def _reminders(database: Database, actor: Actor) -> dict[str, dt.datetime | None]:
    async def read(session: object) -> tuple[Task, ...]:
        return await tasks.everything(session, actor, now=NOW)  # type: ignore[arg-type]

    return {task.title: task.next_reminder for task in await database.read(read)}


_TOLD = statement("UPDATE tasks SET next_reminder_at = :next, reminded_at = :now WHERE title = 'Daily'")
"""What the reminders' loop records of what was told."""

WISHES = st.fixed_dictionaries(
    {},
    optional={
        "reminder_lead_minutes": st.sampled_from([0, 5, 10, 60, 90, 1440, 3000, 10080]),
        "morning": st.sampled_from([dt.time(0), dt.time(7, 30), dt.time(9), dt.time(23, 59)]),
        "timezone": st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "UTC"]),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WISHES, min_size=1, max_size=5))
async def test_however_one_came_to_prefer_it_reminders_are_the_same(
    database: Database, wishes: list[dict[str, object]]
) -> None:
    """Tasks added before all the changes and after them remind at the same instants."""
    early, late = await _somebody(database), await _somebody(database)
    await _add(database, early, *TASKS)
    for wish in wishes:
        early = await _prefer(database, early, **wish)  # type: ignore[arg-type]
        late = await _prefer(database, late, **wish)  # type: ignore[arg-type]
    await _add(database, late, *TASKS)
    assert await _reminders(database, early) == await _reminders(database, late)


@pytest.mark.parametrize("lead", [30, 1440, 10080])
async def test_a_lead_that_would_have_begun_already_brings_the_reminder_in_time(database: Database, lead: int) -> None:
    """It comes when the task is due: not at once and late, and not never."""
    actor = await _somebody(database)
    await _add(database, actor, NewTask("Call", due=_at(23, 9)), now=NOW - dt.timedelta(minutes=10))
    await _prefer(database, actor, now=NOW - dt.timedelta(minutes=5), reminder_lead_minutes=lead)
    assert await _reminders(database, actor) == {"Call": NOW}


async def test_what_is_due_already_is_told_as_it_is(database: Database) -> None:
    """Nobody has told it yet: a change of the lead must not lose it."""
    actor = await _somebody(database)
    await _add(database, actor, NewTask("Call", due=_at(23, 8)), now=NOW - dt.timedelta(hours=3))
    await _prefer(database, actor, reminder_lead_minutes=60)
    assert await _reminders(database, actor) == {"Call": NOW - dt.timedelta(hours=1)}


async def test_a_date_that_was_told_is_not_told_again(database: Database) -> None:
    """Told an hour before, then the lead goes: the next one is tomorrow's."""
    actor = await _somebody(database)
    actor = await _prefer(database, actor, now=NOW - dt.timedelta(days=1), reminder_lead_minutes=120)
    due = _at(23, 10)
    await _add(database, actor, NewTask("Daily", due=due, recurrence="FREQ=DAILY"), now=NOW)
    async with database.transaction() as session:
        await session.execute(_TOLD, {"next": due.at + dt.timedelta(days=1, minutes=-120), "now": NOW})
    await _prefer(database, actor, reminder_lead_minutes=0)
    assert await _reminders(database, actor) == {"Daily": due.at + dt.timedelta(days=1)}


async def test_the_platforms_zone_moves_whole_days_too(database: Database) -> None:
    """Told by the next message; a zone that the person chose stays."""
    author = Author("chat", "acme", uuid.uuid4().hex, "Traveller", timezone=BERLIN)
    async with database.transaction() as session:
        actor = await acting(session, author, "UTC", now=NOW)
        await tasks.add(session, actor, [NewTask("Trip", due=_at(26))], now=NOW)
    moved = Author("chat", "acme", author.external_id, "Traveller", timezone="America/New_York")
    async with database.transaction() as session:
        actor = await acting(session, moved, "UTC", now=NOW)
    at = (await _reminders(database, actor))["Trip"]
    assert at == dt.datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("America/New_York"))


async def test_it_takes_two_statements_and_only_where_something_moves(database: Database) -> None:
    """However many tasks there are."""
    actor = await _somebody(database)
    for _ in range(8):
        await _add(database, actor, *(NewTask(f"Task {n}", due=_at(1 + n % 28, 9, month=12)) for n in range(100)))
    with counted(database) as statements:
        actor = await _prefer(database, actor, reminder_lead_minutes=10)
    assert len(statements) == 3
    with counted(database) as statements:
        await _prefer(database, actor, digest=True, reminder_lead_minutes=10)
    assert len(statements) == 1
