"""Series: on the wall clock, never piling up, ending when they say so."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.chat import Due
from core.errors import Invalid
from core.tasks.recurrence import advance, canonical, first

BERLIN = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo(BERLIN))


def due(text: str, zone: str = BERLIN) -> Due:
    """`2026-11-23` or `2026-11-23T09:00`."""
    day, _, time = text.partition("T")
    return Due(dt.date.fromisoformat(day), dt.time.fromisoformat(time) if time else None, zone)


def following(rule: str, at: str, *, now: str | None = None, zone: str = BERLIN, from_completion: bool = False) -> str:
    """The next due date as text, with what is left of a COUNT; `ended` when there is none."""
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)) if now else due(at, zone).at
    found = advance(rule, due(at, zone), now=moment, from_completion=from_completion)
    if found is None:
        return "ended"
    rest = [part for part in found[1].split(";") if part.startswith("COUNT")]
    return " ".join([str(found[0]), *rest])


@pytest.mark.parametrize(
    ("rule", "at", "expected"),
    [
        ("FREQ=DAILY", "2026-11-23", "2026-11-24"),
        ("FREQ=DAILY;INTERVAL=3", "2026-11-23T09:00", "2026-11-26T09:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-27T09:00", "2026-11-30T09:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24", "2026-12-08"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2026-11-23", "2026-11-25"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2026-11-25", "2026-12-07"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", "2026-12-25"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31", "2027-02-28"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", "2027-03-31"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-12-01", "2027-01-01"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", "2028-02-29"),
        ("FREQ=YEARLY", "2026-11-23", "2027-11-23"),
        ("FREQ=DAILY;BYHOUR=9,18", "2026-11-23T09:00", "2026-11-23T18:00"),
        ("FREQ=DAILY;BYHOUR=9,18", "2026-11-23T18:00", "2026-11-24T09:00"),
        ("FREQ=HOURLY;INTERVAL=8", "2026-11-23T16:00", "2026-11-24T00:00"),
        ("FREQ=HOURLY;BYHOUR=9,10;BYDAY=MO", "2026-11-23T10:00", "2026-11-30T09:00"),
        ("FREQ=MINUTELY;INTERVAL=45", "2026-11-23T09:00", "2026-11-23T09:45"),
        ("FREQ=MINUTELY;INTERVAL=7;BYMONTH=10", "2026-10-31T23:58", "2027-10-01T00:01"),
        ("FREQ=HOURLY;INTERVAL=8", "2026-11-23", "2026-11-23T08:00"),
    ],
)
def test_a_task_moves_on_to_the_rules_next_date(rule: str, at: str, expected: str) -> None:
    """Completed at the very moment it is due."""
    assert following(rule, at) == expected


@pytest.mark.parametrize(
    ("rule", "at", "now", "expected"),
    [
        ("FREQ=DAILY", "2026-11-01T09:00", "2026-11-23T08:00", "2026-11-23T09:00"),
        ("FREQ=DAILY", "2026-11-01T09:00", "2026-11-23T09:00", "2026-11-24T09:00"),
        ("FREQ=DAILY", "2026-11-01", "2026-11-23T08:00", "2026-11-24"),
        ("FREQ=WEEKLY;BYDAY=FR", "2020-01-03", "2026-11-23T08:00", "2026-11-27"),
        ("FREQ=MINUTELY;INTERVAL=45", "2016-11-23T09:00", "2026-11-23T09:01", "2026-11-23T09:45"),
        ("FREQ=MINUTELY;INTERVAL=45;BYHOUR=9", "2016-11-23T09:00", "2026-11-23T10:01", "2026-11-24T09:00"),
    ],
)
def test_late_occurrences_do_not_pile_up(rule: str, at: str, now: str, expected: str) -> None:
    """However late, the next date is the first after now; an all-day task is not due on the day it was done."""
    assert following(rule, at, now=now) == expected


def test_a_task_done_early_does_not_come_back_on_its_old_date() -> None:
    """Done on Monday, due on Friday: the next one is the Friday after."""
    assert following("FREQ=WEEKLY;BYDAY=FR", "2026-11-27", now="2026-11-23T09:00") == "2026-12-04"


@pytest.mark.parametrize(
    ("rule", "at", "now", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-11-01", "2026-11-23T20:00", "2026-11-26"),
        ("FREQ=DAILY;INTERVAL=3", "2026-12-20T09:00", "2026-11-23T20:00", "2026-11-26T09:00"),
        ("FREQ=WEEKLY", "2026-11-20", "2026-11-23T20:00", "2026-11-30"),
        ("FREQ=HOURLY;INTERVAL=8", "2026-11-23T01:00", "2026-11-23T09:20", "2026-11-23T17:20"),
        ("FREQ=DAILY;COUNT=3", "2026-11-01", "2026-11-23T20:00", "2026-11-24 COUNT=2"),
    ],
)
def test_a_series_from_completion_counts_from_today(rule: str, at: str, now: str, expected: str) -> None:
    """At the time of day it always had; hours and minutes count from now."""
    assert following(rule, at, now=now, from_completion=True) == expected


@pytest.mark.parametrize(
    ("rule", "at", "now", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", "2026-11-23", None, "2026-11-24 COUNT=2"),
        ("FREQ=DAILY;COUNT=2", "2026-11-24", None, "2026-11-25 COUNT=1"),
        ("FREQ=DAILY;COUNT=1", "2026-11-25", None, "ended"),
        ("FREQ=DAILY;COUNT=5", "2026-11-20", "2026-11-22T12:00", "2026-11-23 COUNT=2"),
        ("FREQ=DAILY;COUNT=5", "2026-11-01", "2026-11-23T12:00", "ended"),
        ("FREQ=HOURLY;COUNT=100", "2026-11-20T00:00", "2026-11-22T23:30", "2026-11-23T00:00 COUNT=28"),
        ("FREQ=HOURLY;COUNT=10", "2026-01-01T00:00", "2026-11-22T23:30", "ended"),
        ("FREQ=DAILY;UNTIL=20261125", "2026-11-24T09:00", None, "2026-11-25T09:00"),
        ("FREQ=DAILY;UNTIL=20261125", "2026-11-25T09:00", None, "ended"),
        ("FREQ=DAILY;UNTIL=20261125T080000", "2026-11-24T09:00", None, "ended"),
        ("FREQ=DAILY;UNTIL=20261125T080000Z", "2026-11-24T09:00", None, "2026-11-25T09:00"),
        ("FREQ=DAILY;UNTIL=20261125T075959Z", "2026-11-24T09:00", None, "ended"),
    ],
)
def test_a_series_ends_as_its_rule_says(rule: str, at: str, now: str | None, expected: str) -> None:
    """COUNT holds the dates left, missed ones used up; UNTIL as a date includes that day, as UTC it is converted."""
    assert following(rule, at, now=now) == expected


@pytest.mark.parametrize(
    ("exdates", "at", "expected"),
    [
        ("EXDATE:20261124", "2026-11-23T09:00", "2026-11-25T09:00"),
        ("EXDATE;VALUE=DATE:20261124,20261125", "2026-11-23", "2026-11-26"),
        ("EXDATE:20261124T000000", "2026-11-23T09:00", "2026-11-25T09:00"),
        ("EXDATE:20261124T090000\nEXDATE:20261125T090000", "2026-11-23T09:00", "2026-11-26T09:00"),
        ("EXDATE:20261124T080000Z", "2026-11-23T09:00", "2026-11-25T09:00"),
        ("EXDATE:20261124T100000", "2026-11-23T09:00", "2026-11-24T09:00"),
    ],
)
def test_dates_left_out_are_passed_over(exdates: str, at: str, expected: str) -> None:
    """A moment, or a day by its date or its midnight; they stay with the rule and use up a COUNT."""
    assert following(f"FREQ=DAILY\n{exdates}", at) == expected
    advanced = advance(f"FREQ=DAILY;COUNT=9\n{exdates}", due(at), now=due(at).at, from_completion=False)
    assert advanced is not None
    assert f"COUNT={9 - (advanced[0].date - due(at).date).days}\nEXDATE:" in advanced[1]


@pytest.mark.parametrize(
    ("at", "instant"),
    [("2027-03-27T02:30", "2027-03-28T01:30:00+00:00"), ("2026-10-24T02:30", "2026-10-25T00:30:00+00:00")],
)
def test_a_time_of_day_that_a_clock_change_skips_or_repeats_is_kept(at: str, instant: str) -> None:
    """Half past two stays half past two; skipped, it means an hour later that day, repeated, the first of the two."""
    next_due, rule = advance("FREQ=DAILY", due(at), now=due(at).at, from_completion=False) or (None, "")
    assert next_due is not None
    assert next_due.time == dt.time(2, 30)
    assert next_due.at.astimezone(dt.UTC).isoformat() == instant
    after, _ = advance(rule, next_due, now=next_due.at, from_completion=False) or (None, "")
    assert after is not None
    assert (after.date - next_due.date, after.time) == (dt.timedelta(days=1), dt.time(2, 30))


ZONES = st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"])
DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2035, 12, 31))
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=2",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=3TH",
        "FREQ=YEARLY",
    ]
)


@given(zone=ZONES, day=DAYS, time=TIMES, rule=RULES, late=st.timedeltas(dt.timedelta(-9), dt.timedelta(days=900)))
@settings(max_examples=150, deadline=None)
def test_nine_stays_nine(zone: str, day: dt.date, time: dt.time, rule: str, late: dt.timedelta) -> None:
    """In any zone, across its clock changes: the same time of day, after the old date and after now."""
    start = Due(day, time, zone)
    now = start.at.astimezone(dt.UTC) + late
    found = advance(rule, start, now=now, from_completion=False)
    assert found is not None
    assert found[0].time == time
    assert found[0].date > day
    assert found[0].at.astimezone(dt.UTC) > now
    assert found[1] == rule


@given(day=DAYS, rule=RULES, steps=st.integers(2, 6))
@settings(max_examples=50, deadline=None)
def test_dates_done_one_by_one_are_the_dates_of_the_whole_series(day: dt.date, rule: str, steps: int) -> None:
    """Starting anew at every date loses no count, no week of two and no month's end."""
    start = first(f"RRULE:{rule}", now=dt.datetime.combine(day, dt.time(9), ZoneInfo(BERLIN)), zone=ZoneInfo(BERLIN))
    singly, at = [], start
    for _ in range(steps):
        at = (advance(rule, at, now=at.at, from_completion=False) or pytest.fail("ended"))[0]
        singly.append(at.date)
    late = advance(
        f"{rule};COUNT={steps + 1}",
        start,
        now=dt.datetime.combine(singly[-2], dt.time(12), ZoneInfo(BERLIN)),
        from_completion=False,
    )
    assert late is not None
    assert (late[0].date, late[1]) == (singly[-1], f"{rule};COUNT=1")


@pytest.mark.parametrize(
    ("rule", "at", "stored", "start"),
    [
        ("rrule:freq=weekly;byday=mo", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO", "2026-11-23T09:00"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=15;BYSECOND=0", "2026-11-23T09:15", "FREQ=DAILY", "2026-11-23T09:15"),
        ("FREQ=DAILY;BYHOUR=9", "2026-11-23", "FREQ=DAILY", "2026-11-23T09:00"),
        ("FREQ=DAILY;BYHOUR=18,9", "2026-11-23", "FREQ=DAILY;BYHOUR=18,9", "2026-11-23T09:00"),
        ("FREQ=DAILY;BYHOUR=9", "2026-11-23T10:00", "FREQ=DAILY;BYHOUR=9", "2026-11-23T10:00"),
        ("FREQ=DAILY\n EXDATE:20261124", "2026-11-23", "FREQ=DAILY\nEXDATE:20261124", "2026-11-23"),
        ("FREQ=DAILY;", "2026-11-23", "FREQ=DAILY", "2026-11-23"),
    ],
)
def test_a_rule_is_stored_in_one_form(rule: str, at: str, stored: str, start: str) -> None:
    """The due date holds the time of day, unless the rule needs several."""
    assert canonical(rule, due(at)) == (stored, due(start))


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        ("FREQ=DAILY", "2026-11-23"),
        ("FREQ=WEEKLY;BYDAY=FR", "2026-11-27"),
        ("FREQ=DAILY;BYHOUR=9", "2026-11-24T09:00"),
        ("FREQ=DAILY;BYHOUR=8,17;BYMINUTE=30", "2026-11-23T17:30"),
        ("FREQ=HOURLY;INTERVAL=2", "2026-11-23T11:00"),
        ("FREQ=DAILY\nEXDATE:20261123", "2026-11-24"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29"),
    ],
)
def test_a_series_without_a_start_begins_at_its_first_date_from_today(rule: str, start: str) -> None:
    """Today where the rule has today, and not at a time that has passed."""
    assert str(first(rule, now=NOW, zone=ZoneInfo(BERLIN))) == start


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every day",
        "FREQ=",
        "FREQ=SECONDLY",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=20270230",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=HOURLY;BYWEEKNO=3",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;COLOUR=RED",
        "FREQ=DAILY\nDTSTART:20261123",
        "FREQ=DAILY\nEXDATE:soon",
        "FREQ=DAILY;" + "X" * 2000,
    ],
)
def test_a_rule_that_cannot_be_read_is_a_sentence(rule: str) -> None:
    """Which says what is wrong, in a few words."""
    with pytest.raises(Invalid, match="epeat rule") as caught:
        canonical(rule, due("2026-11-23"))
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=31",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366",
    ],
)
def test_a_rule_that_never_comes_is_refused(rule: str) -> None:
    """And the search for its first date ends."""
    with pytest.raises(Invalid, match="never comes"):
        canonical(rule, due("2026-11-23T09:00"))


PARTS = st.one_of(
    st.sampled_from(["FREQ=DAILY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=HOURLY", "COUNT=3", "RRULE:"]),
    st.sampled_from(["BYMONTHDAY=31", "BYMONTH=2", "BYSETPOS=-1", "BYYEARDAY=366", "BYWEEKNO=53", "BYDAY=MO,-1FR"]),
    st.sampled_from(["BYHOUR=2,3", "BYMINUTE=30", "\nEXDATE:20270101", "WKST=SU", "INTERVAL=7", "UNTIL=20270101"]),
    st.text(max_size=8),
)


@given(parts=st.lists(PARTS, max_size=6))
@example(parts=["FREQ=YEARLY", "BYWEEKNO=53", "BYDAY=MO,-1FR"])
@example(parts=["FREQ=DAILY", "BYYEARDAY=366", "BYDAY=MO"])
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_rule_or_a_sentence(parts: list[str]) -> None:
    """Nothing else comes out, and what is stored reads back as itself."""
    text = ";".join(parts)
    try:
        rule, start = canonical(text, due("2026-11-23T09:00"))
    except Invalid:
        return
    assert canonical(rule, start) == (rule, start)
    advance(rule, start, now=NOW, from_completion=False)
    first(rule, now=NOW, zone=ZoneInfo(BERLIN))
