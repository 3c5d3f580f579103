"""A recurrence is told in words that a person would use."""

from __future__ import annotations

import pytest

from core.tasks.spoken import spoken


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tue"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=9;BYMINUTE=0", "every week on Tue and Thu"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Fri"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "every month on the 1st Mon and the 3rd Mon"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=4", "every 3 months on 4th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on last day"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", "every year on 25th in Dec"),
        ("FREQ=DAILY;COUNT=1", "every day 1 more time"),
        ("FREQ=DAILY;UNTIL=20270601", "every day until 1 Jun 2027"),
        ("FREQ=DAILY\nEXDATE:20260306T000000,20260308T000000", "every day but 2 dates"),
        ("FREQ=YEARLY;BYYEARDAY=31", "every year byyearday 31"),
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    """Each part of a rule that changes its dates is said."""
    assert spoken(rule) == words


def test_counted_from_completion() -> None:
    """A series that counts from completion says so."""
    assert spoken("FREQ=DAILY;INTERVAL=3", from_completion=True) == "every 3 days after it is done"
