"""Due dates as their owner says them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from core.chat import Due, DueGroup
from core.tasks.dates import group, in_words
from core.users import Actor

BERLIN = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 25, 10, tzinfo=ZoneInfo(BERLIN))
ANA = Actor(1, 1, "Ana", ZoneInfo(BERLIN), timezone_known=True, locale="en")


def due(date: str, time: str | None = None, zone: str = BERLIN) -> Due:
    """A wall clock."""
    return Due(dt.date.fromisoformat(date), dt.time.fromisoformat(time) if time else None, zone)


@pytest.mark.parametrize(
    ("when", "locale", "words"),
    [
        (due("2026-11-25", "17:00"), "en", "today 17:00"),
        (due("2026-11-26"), "en", "tomorrow"),
        (due("2026-11-24", "08:05"), "en", "yesterday 08:05"),
        (due("2026-11-27"), "en", "Fri 27 Nov"),
        (due("2027-01-01", "09:00"), "en", "Fri 1 Jan 2027 09:00"),
        (due("2026-11-27", "17:00"), "en-US", "Fri Nov 27 5:00 PM"),
        (due("2026-11-27", "17:00"), "en-AU", "Fri 27 Nov 5:00 pm"),
        (due("2026-11-27", "17:00"), "de", "Fri 27 Nov 17:00"),
        (due("2026-11-27", "17:00"), "pt-BR", "Fri 27 Nov 17:00"),
        (due("2026-11-27", "17:00"), "no such locale", "Fri 27 Nov 17:00"),
        (due("2026-11-26", "17:00", "America/New_York"), "en", "tomorrow 17:00 America/New_York"),
    ],
)
def test_a_date_is_said_as_people_there_say_it(when: Due, locale: str, words: str) -> None:
    """Near days by name, the year and the zone only where they are other ones, the clock as the locale has it."""
    assert in_words(when, replace(ANA, locale=locale), NOW) == words


def test_who_told_no_zone_is_told_which_one_is_meant() -> None:
    """A time may be meant elsewhere; a whole day is the same everywhere."""
    ben = replace(ANA, timezone_known=False)
    assert in_words(due("2026-11-25", "17:00"), ben, NOW) == "today 17:00 Europe/Berlin"
    assert in_words(due("2026-11-25"), ben, NOW) == "today"


def test_the_day_is_the_readers() -> None:
    """Late in the evening in UTC it is tomorrow in Berlin."""
    assert in_words(due("2026-11-26"), ANA, dt.datetime(2026, 11, 25, 23, 30, tzinfo=dt.UTC)) == "today"


@pytest.mark.parametrize(
    ("when", "overdue", "heading"),
    [
        (None, False, DueGroup.NONE),
        (due("2026-11-24"), True, DueGroup.OVERDUE),
        (due("2026-11-25", "09:00"), True, DueGroup.OVERDUE),
        (due("2026-11-25"), False, DueGroup.TODAY),
        (due("2026-11-26", "00:00"), False, DueGroup.TOMORROW),
        (due("2026-11-27"), False, DueGroup.WEEK),
        (due("2026-12-01"), False, DueGroup.WEEK),
        (due("2026-12-02"), False, DueGroup.LATER),
        (due("2026-11-25", "23:30", "America/New_York"), False, DueGroup.TOMORROW),
    ],
)
def test_a_list_has_it_under(when: Due | None, overdue: bool, heading: DueGroup) -> None:
    """By the reader's calendar, whatever the task's own zone is."""
    assert group(when, ANA, NOW, overdue=overdue) is heading
