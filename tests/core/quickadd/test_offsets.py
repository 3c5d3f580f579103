"""Moves reckoned from the date that is there."""

from __future__ import annotations

import datetime as dt

import pytest

from core.chat import Due
from core.quickadd import QuickAddError, resolve_offset

BERLIN = "Europe/Berlin"
TUESDAY = Due(dt.date(2026, 12, 1), dt.time(9), BERLIN)


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("2 days later", "2026-12-03T09:00"),
        ("+2 days", "2026-12-03T09:00"),
        ("-2 days", "2026-11-29T09:00"),
        ("back a week", "2026-12-08T09:00"),
        ("a week back", "2026-12-08T09:00"),
        ("an hour earlier", "2026-12-01T08:00"),
        ("an hour and a half later", "2026-12-01T10:30"),
        ("half an hour later", "2026-12-01T09:30"),
        ("90 min later", "2026-12-01T10:30"),
        ("forward by a day", "2026-11-30T09:00"),
        ("1 month later", "2027-01-01T09:00"),
        ("a year later", "2027-12-01T09:00"),
        ("2 business days later", "2026-12-03T09:00"),
        ("5 working days earlier", "2026-11-24T09:00"),
        ("1 week and 2 days later", "2026-12-10T09:00"),
        ("16 hours later", "2026-12-02T01:00"),
    ],
)
def test_a_date_moves_from_where_it_is(phrase: str, due: str) -> None:
    """Later or earlier, as said."""
    offset = resolve_offset(phrase)
    assert offset is not None
    assert str(offset.after(TUESDAY)) == due


@pytest.mark.parametrize(
    "phrase", ["in 2 days", "friday", "2 days", "by 2 days", "later", "back", "", "5pm", "+", "2 days ago"]
)
def test_what_tells_no_way_is_no_move(phrase: str) -> None:
    """Those are dates, or nothing."""
    assert resolve_offset(phrase) is None


def test_a_bare_length_is_one_to_later_where_the_verb_says_so() -> None:
    """`postpone … 2 days`, `by 2 days`."""
    for phrase in ("2 days", "by 2 days", "for 2 days"):
        offset = resolve_offset(phrase, bare=True)
        assert offset is not None
        assert str(offset.after(TUESDAY)) == "2026-12-03T09:00"


def test_days_keep_the_clock_and_hours_are_real_hours() -> None:
    """Across the end of summer time, on 25 October 2026 in Berlin."""
    saturday = Due(dt.date(2026, 10, 24), dt.time(21), BERLIN)
    day, hours = resolve_offset("a day later"), resolve_offset("24 hours later")
    assert day is not None
    assert hours is not None
    assert str(day.after(saturday)) == "2026-10-25T21:00"
    assert str(hours.after(saturday)) == "2026-10-25T20:00"


def test_a_whole_day_moves_by_days_alone() -> None:
    """It has no hour that could move; and the calendar ends somewhere."""
    whole = Due(dt.date(2026, 12, 1), None, BERLIN)
    week, hour, ages = (resolve_offset(one) for one in ("a week later", "an hour later", "9999 years later"))
    assert week is not None
    assert str(week.after(whole)) == "2026-12-08"
    for offset in (hour, ages):
        assert offset is not None
        with pytest.raises(QuickAddError):
            offset.after(whole)
