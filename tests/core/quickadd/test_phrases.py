"""What people write, and what it means."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from core.quickadd import parse
from tests.benchmarks.phrases import Outcome, measure, samples
from tests.core.quickadd.reading import NOW, Line, lines, meaning

SAMPLES = Path(__file__).parents[4] / "shared" / "data"
FILES = ("dates_sample.jsonl", "recurrence_sample.jsonl", "phrases_third_party.jsonl")
LANGUAGES = "phrases_languages.jsonl"


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.text)
def test_a_line_means_what_the_file_says(line: Line) -> None:
    """Each line of the file gives its title, its due and its rule."""
    assert meaning(line.text) == line


@pytest.mark.parametrize("line", lines("rules"), ids=lambda line: line.text)
def test_a_rule_is_one_that_dateutil_runs_and_begins_with_its_due(line: Line) -> None:
    """The due of a recurring draft is the first occurrence of its rule, counted from that due."""
    draft = parse(line.text, now=NOW)
    assert draft.due is not None
    start = dt.datetime.combine(draft.due.date, draft.due.time or dt.time())
    assert next(iter(rrulestr(f"RRULE:{draft.recurrence}", dtstart=start))) == start


def test_our_own_lines_are_read_all_at_once() -> None:
    """Nothing of one line is left for the next."""
    assert all(meaning(line.text) == line for line in lines())


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples lie beside the checkout")
def test_samples_of_the_world_are_read() -> None:
    """Of other people's phrases 92 % of the dates, 95 % of the rules and 97 % of what is neither are read as meant."""
    files = [str(SAMPLES / name) for name in FILES if (SAMPLES / name).is_file()]
    assert not [figure for figure in measure(files) if figure.ok is False]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples lie beside the checkout")
def test_no_phrase_of_another_language_is_half_read() -> None:
    """What is read of German, Spanish, French, Portuguese, Japanese or Chinese is what is meant, or nothing is."""
    wrong = [one.text for one in samples(SAMPLES / LANGUAGES) if one.outcome() is Outcome.WRONG]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("daily except on december 24 and december 26", ("2026-12-24", "2026-12-26"), "2026-12-25"),
        ("every 8 hours except tomorrow", ("2026-11-24",), "2026-11-25"),
        ("every wednesday except december 2nd", ("2026-12-02",), "2026-12-09"),
        ("daily except in december", ("2026-12-01", "2026-12-31"), "2027-01-01"),
        ("every day except sundays", ("2026-11-29", "2026-12-06"), "2026-11-30"),
        ("every day but not on the last friday of each month", ("2026-11-27", "2026-12-25"), "2026-12-04"),
        ("every wednesday except in march 2027 and may 2027", ("2027-03-03", "2027-03-31", "2027-05-26"), "2027-04-07"),
        ("daily except next week", ("2026-11-30", "2026-12-06"), "2026-12-07"),
        ("daily except the last day of each month", ("2026-11-30", "2026-12-31", "2027-02-28"), "2026-12-30"),
        ("every friday except the first of the month", ("2027-01-01", "2027-10-01"), "2027-01-08"),
        ("every day at 9 except dec 1 at 9am and dec 3 at 9am", ("2026-12-01", "2026-12-03"), "2026-12-02"),
    ],
)
def test_exceptions_take_their_days_out_and_no_others(text: str, gone: tuple[str, ...], kept: str) -> None:
    """No occurrence falls on a day that is excepted; the next day that is not still has one."""
    draft = parse(f"Water plants {text}", now=NOW)
    assert draft.title == "Water plants"
    assert draft.due is not None
    start = dt.datetime.combine(draft.due.date, draft.due.time or dt.time())
    days = {str(when.date()) for when in itertools.islice(rrulestr(f"RRULE:{draft.recurrence}", dtstart=start), 200)}
    assert not days & set(gone)
    assert kept in days
