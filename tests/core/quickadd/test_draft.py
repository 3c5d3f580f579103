"""Everything of a draft but its date: title, notes, priority, tags; and what is an error."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from core.quickadd import QuickAddError, parse
from tests.core.quickadd.reading import NOW, due, read


@pytest.mark.parametrize(
    ("text", "priority", "title"),
    [
        ("Pay rent p1", 1, "Pay rent"),
        ("P3 pay rent", 3, "pay rent"),
        ("Pay rent !!!", 1, "Pay rent"),
        ("Pay rent !!", 2, "Pay rent"),
        ("Pay rent !", 3, "Pay rent"),
        ("Pay rent !4", 4, "Pay rent"),
        ("Pay rent p2, then rest", 2, "Pay rent, then rest"),
        ("Call mum!", None, "Call mum!"),
        ("Buy a p1000 bag", None, "Buy a p1000 bag"),
        ('Read "p1"', None, 'Read "p1"'),
    ],
)
def test_priority_is_a_token_of_its_own(text: str, priority: int | None, title: str) -> None:
    """`p1` to `p4`, `!1` to `!4`, and one to three exclamation marks, never when glued to a word."""
    draft = read(text)
    assert (draft.priority, draft.title) == (priority, title)


@pytest.mark.parametrize(
    ("text", "tags", "title"),
    [
        ("Pay rent #home", ("home",), "Pay rent"),
        ("#Home pay rent #money #home", ("home", "money"), "pay rent"),
        ("Plan #büro/köln-2 trip", ("büro/köln-2",), "Plan trip"),
        ("Close #12 tomorrow", (), "Close #12"),
        ("Learn C# today", (), "Learn C#"),
        ("See http://a.b/#top", (), "See http://a.b/#top"),
        ("Call Ana tomorrow #family p2", ("family",), "Call Ana"),
    ],
)
def test_tags_are_words_after_a_hash(text: str, tags: tuple[str, ...], title: str) -> None:
    """Lower case, each once, in order; a number alone is no tag."""
    draft = read(text)
    assert (draft.tags, draft.title) == (tags, title)


def test_notes_follow_two_slashes_or_the_first_line() -> None:
    """Notes are taken as written: no date, tag or priority in them counts."""
    draft = read("Call Ana tomorrow // ask about #rent p1\nand Friday")
    assert draft.title == "Call Ana"
    assert draft.notes == "ask about #rent p1\nand Friday"
    assert (draft.tags, draft.priority, str(draft.due)) == ((), None, "2026-11-24")


def test_an_address_is_no_note() -> None:
    """The two slashes of a URL do not begin notes."""
    draft = read("Read https://example.com/a//b tomorrow")
    assert (draft.title, draft.notes) == ("Read https://example.com/a//b", None)


@pytest.mark.parametrize(
    "text",
    [
        "Call Ana 30 February",
        "Call Ana on February 30",
        "Call Ana 2027-02-30",
        "Call Ana 31 April",
        "Call Ana 31/04/2027",
        "Call Ana feb 29 2027",
        "Call Ana 2027-13-01",
        "Call Ana at 25:00",
        "Call Ana at 25pm",
        "Call Ana every 30 february",
    ],
)
def test_an_impossible_date_is_said_to_be_one(text: str) -> None:
    """What clearly means a date that no calendar has is an error, in a sentence that says which."""
    with pytest.raises(QuickAddError, match=r"^There is no|is not a"):
        read(text)


def test_a_leap_day_waits_for_a_leap_year() -> None:
    """29 February without a year is the next one there is."""
    assert due("Call Ana feb 29") == "2028-02-29"


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en-US", "x 5/6", "2027-05-06"),
        ("en-GB", "x 5/6", "2027-06-05"),
        ("de-DE", "x 5.6.", "2027-06-05"),
        ("fr", "x 5/6/2027", "2027-06-05"),
        ("en-GB", "x 6/13", "2027-06-13"),
        ("en-US", "x 13/6", "2027-06-13"),
    ],
)
def test_the_order_of_day_and_month_goes_by_the_locale(locale: str, text: str, expected: str) -> None:
    """The month comes first in America; where only one order is a date, that one is taken."""
    assert due(text, locale=locale) == expected


def test_lengths_of_time_are_reckoned_on_the_instant() -> None:
    """`in 3 hours` across the change of the clocks is three hours later, shown in local time."""
    before = dt.datetime(2027, 3, 28, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert due("Call in 3 hours", before) == "2027-03-28T05:30"
    assert due("Call in 3 days", before) == "2027-03-31"


@pytest.mark.parametrize(("text", "expected"), [("Call in 30 minutes", "03:00"), ("Call in 2 hours", "03:30")])
def test_in_the_hour_that_the_clocks_repeat_a_length_of_time_is_never_over_already(text: str, expected: str) -> None:
    """A wall clock can't tell the second 2:00 from the first; the next time it can tell is taken."""
    first = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert due(text, first) == f"2026-10-25T{expected}"


@pytest.mark.parametrize(
    ("hour", "text", "expected"),
    [(23, "Call tonight", "23:59"), (22, "Call this evening", "23:00"), (18, "Call tonight", "20:00")],
)
def test_what_is_left_of_an_evening_counts(hour: int, text: str, expected: str) -> None:
    """Tonight, said late, is not over yet."""
    late = dt.datetime(2026, 11, 23, hour, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert due(text, late) == f"2026-11-23T{expected}"


def test_a_time_that_the_clocks_skip_is_moved_on() -> None:
    """There is no 2:30 on the night the clocks go forward; it is 3:30."""
    before = dt.datetime(2027, 3, 27, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert due("Call tomorrow at 2:30am", before) == "2027-03-28T03:30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call Ana tomorrow morning", "2026-11-24T06:45"),
        ("Call Ana in the morning", "2026-11-24T06:45"),
        ("Call Ana first thing on friday", "2026-11-27T06:45"),
        ("Take pills every morning", "2026-11-24T06:45"),
        ("Call Ana tomorrow morning at 8", "2026-11-24T08:00"),
        ("Call Ana tomorrow evening", "2026-11-24T19:00"),
    ],
)
def test_a_morning_begins_when_the_persons_does(text: str, expected: str) -> None:
    """A morning without an hour is the preferred one; an hour that was said, and other parts of the day, stay."""
    assert str(parse(text, now=NOW, morning=dt.time(6, 45)).due) == expected


def test_a_due_carries_the_zone_of_now() -> None:
    """The zone of a due is the IANA key of the reader's zone."""
    found = read("Call Ana tomorrow").due
    assert found is not None
    assert found.zone == "Europe/Berlin"


def test_rules_may_count_from_completion() -> None:
    """`every!` and `after I finish` say that the next one is counted from the day the task was done."""
    assert read("Water plants every! 3 days").recurs_from_completion
    draft = read("Water plants every 3 days after I finish")
    assert (draft.title, draft.recurrence, draft.recurs_from_completion) == (
        "Water plants",
        "FREQ=DAILY;INTERVAL=3",
        True,
    )
    assert not read("Water plants every 3 days").recurs_from_completion


def test_quick_add_needs_no_agent_and_no_database() -> None:
    """Importing it, and `bot parse`'s part, loads none of the heavy libraries."""
    heavy = ("agents", "sqlalchemy", "pydantic", "rich", "openai")
    code = f"import sys, core.quickadd, bot.parse; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
