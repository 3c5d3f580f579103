"""`bot parse`: lines in, one JSON object a line out; and rows for a person."""

from __future__ import annotations

import io
import json

import pytest

from bot.parse import describe, parse_lines
from core.quickadd import parse
from tests.core.quickadd.reading import NOW


def answers(*lines: str) -> list[dict[str, object]]:
    """The objects printed for some lines."""
    out = io.StringIO()
    parse_lines((line + "\n" for line in lines), out, now=NOW, locale="en-US")
    return [json.loads(row) for row in out.getvalue().splitlines()]


def test_a_line_of_text_gives_an_object() -> None:
    """Title, due, recurrence, priority, tags and notes, and nothing else."""
    assert answers("Pay rent every 1st at 9am p1 #home // by transfer") == [
        {
            "title": "Pay rent",
            "due": "2026-12-01T09:00",
            "recurrence": "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0",
            "priority": 1,
            "tags": ["home"],
            "notes": "by transfer",
        }
    ]


def test_a_line_of_json_says_when_and_where() -> None:
    """A `now` without an offset is local to the zone; one with an offset is an instant."""
    local, instant, bare = answers(
        '{"text": "Call Ana today", "now": "2013-02-12T04:30:00", "timezone": "Etc/GMT+2"}',
        '{"text": "Call Ana in 1 hour", "now": "2013-02-12T23:30:00+00:00", "timezone": "Asia/Tokyo"}',
        '{"text": "Call Ana tomorrow"}',
    )
    assert (local["due"], instant["due"], bare["due"]) == ("2013-02-12", "2013-02-13T09:30", "2026-11-24")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"text": 5}',
        '{"now": "2026-01-01"}',
        '{"text": "x", "timezone": "Mars/Olympus"}',
        '{"text": "x", "timezone": "../etc/passwd"}',
        '{"text": "x", "timezone": 3}',
        '{"text": "x", "now": "yesterday"}',
        '{"text": "x", "now": 12}',
        "{" * 5000,
        "Call Ana 30 February",
    ],
)
def test_a_bad_line_is_answered_and_the_next_one_read(line: str) -> None:
    """Each bad line gives an error in a sentence, and the rest goes on."""
    bad, good = answers(line, "Call Ana tomorrow")
    assert list(bad) == ["error"]
    assert str(bad["error"]).endswith(".")
    assert good["title"] == "Call Ana"


def test_a_blank_line_is_answered_too() -> None:
    """As many objects come out as lines go in."""
    blank, last = answers("", "milk")
    assert (blank["title"], blank["due"], last["title"]) == ("", None, "milk")


def test_each_answer_is_there_before_the_next_line_is_read() -> None:
    """A program that waits for each answer is not kept waiting."""
    out = io.StringIO()
    seen: list[int] = []

    def talk() -> list[str]:
        return ["one", "two", "three"]

    def lines() -> object:
        for line in talk():
            seen.append(len(out.getvalue().splitlines()))
            yield line

    parse_lines(lines(), out, now=NOW, locale="en-US")  # type: ignore[arg-type]
    assert seen == [0, 1, 2]


def test_a_person_sees_the_date_with_its_weekday_and_zone() -> None:
    """Rows of label and value; only what was said, but always whether there is a date."""
    draft = parse("Pay rent tomorrow 5pm p2 #home", now=NOW)
    assert describe(draft, NOW) == [
        ("Title", "Pay rent"),
        ("Due", "Tuesday, 24 November 2026 at 17:00 (Europe/Berlin), tomorrow"),
        ("Priority", "p2"),
        ("Tags", "#home"),
    ]
    assert describe(parse("milk", now=NOW), NOW) == [("Title", "milk"), ("Due", "no date")]
    rows = dict(describe(parse("Water plants every! 3 days", now=NOW), NOW))
    assert rows["Repeats"] == "FREQ=DAILY;INTERVAL=3, counted from completion"
