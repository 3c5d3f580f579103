"""When the bot speaks up next: against dates worked out one by one by dateutil, and cases made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.reminding import next_reminder, reminded_until
from core.tasks.stored import Stored
from core.users import Actor

UTC = dt.UTC
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = dt.time(7, 30)
MADE = dt.datetime(2026, 1, 1, tzinfo=UTC)
DAY = dt.timedelta(days=1)


def _row(date: dt.date, time: dt.time | None, zone: str, **more: object) -> Stored:
    return Stored(
        id=1, number=1, source=None, change=1, created_at=MADE, title="x", due_date=date, due_time=time, due_zone=zone,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _actor(zone: str = "Europe/Berlin", lead: int = 0) -> Actor:
    return Actor(1, 1, "Ana", ZoneInfo(zone), timezone_known=True, morning=MORNING, reminder_lead_minutes=lead)


def _reminders(row: Stored, actor: Actor, lead: int) -> Iterator[dt.datetime]:
    """Every reminder of a series, by dateutil's dates: days before on the wall clock, minutes in real time."""
    assert row.due_date
    assert row.recurrence
    start = dt.datetime.combine(row.due_date, row.due_time or dt.time())
    zone = ZoneInfo(row.due_zone or "") if row.due_time else actor.timezone
    days, minutes = divmod(lead, 24 * 60)
    for wall in rrulestr(row.recurrence, dtstart=start):
        clock = wall.time() if row.due_time else actor.morning
        local = dt.datetime.combine(wall.date() - dt.timedelta(days=days), clock, zone)
        yield local.astimezone(UTC) - dt.timedelta(minutes=minutes)


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
RULES = st.sampled_from(
    [
        "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYMONTHDAY=29",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
    ]
)  # fmt: skip
TIMES = st.none() | st.sampled_from([dt.time(0), dt.time(2, 30), dt.time(9), dt.time(23, 59)])
LEADS = st.sampled_from([0, 10, 60, 600, 1440, 1500, 4320, 10080])


@settings(max_examples=300, deadline=None)
@given(
    zone=ZONES, home=ZONES, rule=RULES, time=TIMES, lead=LEADS,
    start=st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)),
    after=st.timedeltas(-DAY, 800 * DAY),
)  # fmt: skip
def test_a_series_reminds_of_each_of_its_dates(
    zone: str, home: str, rule: str, time: dt.time | None, lead: int, start: dt.date, after: dt.timedelta
) -> None:
    """The next one after an instant is the one dateutil's dates give, across clock changes and leap days."""
    first = next(iter(rrulestr(rule, dtstart=dt.datetime.combine(start, time or dt.time()))))
    actor = _actor(home)
    row = _row(first.date(), time, zone, recurrence=rule, remind_before=(lead,))
    now = dt.datetime.combine(start, dt.time(12), UTC) + after
    expected = next(at for at in _reminders(row, actor, lead) if at > now)
    assert next_reminder(row, actor, now) == expected


@settings(max_examples=100, deadline=None)
@given(zone=ZONES, rule=RULES, time=TIMES, leads=st.lists(LEADS, min_size=1, max_size=3, unique=True))
def test_walking_along_a_series_misses_and_doubles_nothing(
    zone: str, rule: str, time: dt.time | None, leads: list[int]
) -> None:
    """Each reminder that is told leads to the next: together they are all of them, in order."""
    first = next(iter(rrulestr(rule, dtstart=dt.datetime.combine(dt.date(2026, 10, 1), time or dt.time())))).date()
    actor = _actor(zone)
    row = _row(first, time, zone, recurrence=rule, remind_before=tuple(leads))
    now = dt.datetime(2026, 10, 5, tzinfo=UTC)
    wanted = sorted(
        {at for lead in leads for at, _ in zip(_reminders(row, actor, lead), range(400), strict=False) if at > now}
    )[:12]
    row = reminded_until(row, actor, now)
    told = []
    for _ in wanted:
        assert row.next_reminder_at
        told.append(row.next_reminder_at)
        row = reminded_until(row, actor, row.next_reminder_at)
    assert told == wanted


@pytest.mark.parametrize(
    ("date", "time", "lead", "after", "expected"),
    [
        ("2027-03-28", "02:30", 0, "2027-03-27T12:00+00:00", "2027-03-28T01:30+00:00"),  # skipped: 3:30 summer time
        ("2026-10-25", "02:30", 0, "2026-10-24T12:00+00:00", "2026-10-25T00:30+00:00"),  # twice: the first
        ("2026-10-25", "09:00", 1440, "2026-10-20T12:00+00:00", "2026-10-24T07:00+00:00"),  # a day before, at nine
        ("2026-10-25", "09:00", 480, "2026-10-20T12:00+00:00", "2026-10-25T00:00+00:00"),  # eight real hours
        ("2026-11-27", None, 0, "2026-11-20T12:00+00:00", "2026-11-27T06:30+00:00"),
        ("2026-11-27", None, 1440, "2026-11-20T12:00+00:00", "2026-11-26T06:30+00:00"),
    ],
)
def test_single_dates(date: str, time: str | None, lead: int, after: str, expected: str) -> None:
    """In Berlin, whose clocks change on 25 October 2026 and 28 March 2027."""
    row = _row(
        dt.date.fromisoformat(date), dt.time.fromisoformat(time) if time else None, "Europe/Berlin",
        remind_before=(lead,),
    )  # fmt: skip
    assert next_reminder(row, _actor(), dt.datetime.fromisoformat(after)) == dt.datetime.fromisoformat(expected)


def test_what_was_asked_for_comes_before_all_else() -> None:
    """Then the regular ones go on, of the date the series stands at."""
    now = dt.datetime(2026, 11, 23, 8, tzinfo=UTC)
    asked = (now + dt.timedelta(hours=1), now + dt.timedelta(hours=3))
    row = _row(
        dt.date(2026, 11, 23), dt.time(11), "Europe/Berlin", recurrence="FREQ=DAILY", remind_at=asked[0],
        remind_also=(asked[1],),
    )  # fmt: skip
    assert next_reminder(row, _actor(), now) == asked[0]
    row = reminded_until(row, _actor(), asked[0])
    assert (row.remind_at, row.remind_also, row.next_reminder_at) == (asked[1], (), asked[1])
    row = reminded_until(row, _actor(), asked[1])
    assert row.next_reminder_at == dt.datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_a_series_counted_from_completion_has_one_date_only() -> None:
    """What was not done is reminded of once; the next date is not known yet."""
    row = _row(
        dt.date(2026, 11, 23), dt.time(11), "Europe/Berlin", recurrence="FREQ=DAILY;INTERVAL=3",
        recurs_from_completion=True,
    )  # fmt: skip
    now = dt.datetime(2026, 11, 23, 8, tzinfo=UTC)
    at = next_reminder(row, _actor(), now)
    assert at == dt.datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert next_reminder(row, _actor(), at) is None


def test_a_lead_that_has_begun_already_is_no_reason_to_say_nothing() -> None:
    """A task set for in ten minutes, with an hour's lead, reminds when it is due."""
    now = dt.datetime(2026, 11, 23, 9, 50, tzinfo=UTC)
    row = _row(dt.date(2026, 11, 23), dt.time(11), "Europe/Berlin")
    assert next_reminder(row, _actor(lead=60), now, fresh=True) == dt.datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert next_reminder(row, _actor(lead=60), now) is None
