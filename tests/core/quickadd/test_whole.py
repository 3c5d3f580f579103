"""Whole phrases: what tools and commands hand in as a date or as a rule."""

from __future__ import annotations

import pytest

from core.quickadd import QuickAddError, resolve_due, resolve_recurrence
from tests.core.quickadd.reading import NOW


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("2026-12-01", "2026-12-01"),
        ("2026-12-01T09:00", "2026-12-01T09:00"),
        ("2026-12-01 09:00", "2026-12-01T09:00"),
        ("2026-12-01T09:00Z", "2026-12-01T10:00"),
        ("2026-12-01T09:00:30+05:00", "2026-12-01T05:00"),
        ("friday", "2026-11-27"),
        ("on friday at 9", "2026-11-27T09:00"),
        ("to friday", "2026-11-27"),
        ("until tomorrow 5pm", "2026-11-24T17:00"),
        ("5", "2026-11-23T17:00"),
        ("march", "2027-03-01"),
        ("morning", "2026-11-24T09:00"),
        ("yesterday", "2026-11-22"),
        ("2 days ago", "2026-11-21"),
    ],
)
def test_a_whole_phrase_is_a_date(phrase: str, expected: str) -> None:
    """ISO 8601, with an offset too, and any phrase of the grammar; alone, a bare hour or month will do."""
    assert str(resolve_due(phrase, now=NOW)) == expected


@pytest.mark.parametrize(
    "phrase",
    ["", "foo", "buy milk tomorrow", "tomorrow and friday", "2027-02-30", "30 February", "x" * 500, "tomorrow's"],
)
def test_what_is_no_date_is_said_to_be_none(phrase: str) -> None:
    """The error is a sentence for the user, of a bounded length."""
    with pytest.raises(QuickAddError) as caught:
        resolve_due(phrase, now=NOW)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("phrase", "rule", "due"),
    [
        ("every weekday at 9:15", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=15", "2026-11-24T09:15"),
        ("FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO", "2026-11-23"),
        ("RRULE:INTERVAL=1;FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3", "2026-11-23"),
        ("rrule:freq=monthly;bymonthday=-1", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "2026-11-24T09:00"),
        ("FREQ=DAILY\nEXDATE:20261123T000000", "FREQ=DAILY", "2026-11-24"),
    ],
)
def test_a_rule_is_words_or_an_rrule(phrase: str, rule: str, due: str) -> None:
    """Both give the same: the rule in one order of its parts, and the first time it falls due."""
    found = resolve_recurrence(phrase, now=NOW)
    assert (found.rule, str(found.due)) == (rule, due)


def test_a_rule_that_was_written_is_read_again() -> None:
    """What quick add writes, EXDATE lines too, it also reads."""
    first = resolve_recurrence("daily except on december 24", now=NOW)
    assert resolve_recurrence(first.rule, now=NOW) == first
    assert "EXDATE:20261224T000000" in first.rule


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "tomorrow",
        "every day foo",
        "every 30 february",
        "FREQ=SOMETIMES",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20200101",
        "FREQ=MONTHLY;BYDAY=MO,1FR",
        "FREQ=YEARLY;BYMONTH=4;BYDAY=15SA",
        "FREQ=YEARLY;BYDAY=6TH;BYYEARDAY=20",
        "FREQ=DAILY;BYSECOND=3",
        "FREQ=DAILY\nDTSTART:20261124T000000",
        "FREQ=DAILY\nEXDATE:20269924T000000",
    ],
)
def test_what_is_no_rule_is_said_to_be_none(phrase: str) -> None:
    """A rule that cannot be, or that never falls on a day, is an error in a sentence, and costs no search."""
    with pytest.raises(QuickAddError) as caught:
        resolve_recurrence(phrase, now=NOW)
    assert str(caught.value).endswith((".", "”."))
