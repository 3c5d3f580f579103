"""A recurrence is told in words that a person would use."""

from __future__ import annotations

import pytest

from core.quickadd import resolve_recurrence
from core.tasks.spoken import spoken
from tests.core.quickadd.reading import NOW

WORDS = [
    ("FREQ=DAILY", "every day"),
    ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA", "every day except Sun"),
    ("FREQ=DAILY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12", "every day except in Aug"),
    ("FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0", "every day at 09:00 and 17:00"),
    ("FREQ=DAILY;BYHOUR=8,17;BYMINUTE=0,30;BYSETPOS=2,3", "every day at 08:30 and 17:00"),
    ("FREQ=DAILY;COUNT=5", "every day 5 more times"),
    ("FREQ=DAILY;UNTIL=20270601", "every day until 1 Jun 2027"),
    ("FREQ=HOURLY;INTERVAL=2", "every 2 hours"),
    ("FREQ=HOURLY;BYHOUR=1,2,3", "every hour from 01:00 to 03:00"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tue"),
    ("FREQ=WEEKLY;BYDAY=SA,SU", "every week on Sat and Sun"),
    ("FREQ=WEEKLY;BYMONTH=1,2;BYDAY=SA", "every week on Sat in Jan and Feb"),
    ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Fri"),
    ("FREQ=MONTHLY;BYDAY=1MO,3MO", "every month on the 1st Mon and the 3rd Mon"),
    ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=4", "every 3 months on the 4th"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and 15th"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
    ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "every month on Fri the 13th"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every month on the last weekday"),
    ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5", "every year on 5 Dec"),
    ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=21,31", "every year on 21 and 31 Dec"),
    ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "every year on 1 Jan and 1 Jul"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "every year on the last day in Feb"),
    ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "every year on the 4th Thu of Nov"),
    ("FREQ=YEARLY;BYMONTH=3", "every year in Mar"),
    ("FREQ=YEARLY;BYYEARDAY=31", "every year on the 31st day"),
]


@pytest.mark.parametrize(("rule", "words"), WORDS)
def test_rules_in_words(rule: str, words: str) -> None:
    """Each part of a rule that changes its dates is said."""
    assert spoken(rule) == words


@pytest.mark.parametrize(("rule", "words"), WORDS)
def test_the_words_are_read_back_as_the_rule(rule: str, words: str) -> None:
    """What the bot says of a series, a person may say to the bot."""
    assert resolve_recurrence(words, now=NOW).rule in (rule, f"{rule};BYMINUTE=0")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=9;BYMINUTE=0", "every week on Tue and Thu"),
        ("FREQ=DAILY;COUNT=1", "every day 1 more time"),
        ("FREQ=DAILY\nEXDATE:20260306T000000,20260308T000000", "every day but 2 dates"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "every month on Mon and Tue bysetpos 1"),
        ("FREQ=DAILY;WKST=SU", "every day"),
    ],
)
def test_what_the_due_date_tells_and_what_is_unusual(rule: str, words: str) -> None:
    """One time of day is the due date's own; left-out dates are counted; an unusual part is quoted."""
    assert spoken(rule) == words


def test_counted_from_completion() -> None:
    """A series that counts from completion says so."""
    assert spoken("FREQ=DAILY;INTERVAL=3", from_completion=True) == "every 3 days after it is done"
