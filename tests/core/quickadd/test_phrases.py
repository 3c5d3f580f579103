"""What people write, and what it means."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from core.quickadd import QuickAddError, parse
from tests.core.quickadd.reading import NOW, Line, lines, meaning

SAMPLES = Path(__file__).parents[4] / "shared" / "data"


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


def test_samples_of_the_world_are_read() -> None:
    """Where samples lie beside the checkout, nine in ten dates and rules are read; our own lines all are, always."""
    assert all(meaning(line.text) == line for line in lines())
    if not SAMPLES.is_dir():
        return
    for name, goal in (("dates_sample.jsonl", 0.95), ("recurrence_sample.jsonl", 0.9)):
        samples = [json.loads(row) for row in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]
        wrong = [sample["text"] for sample in samples if not _agrees(sample)]
        assert len(wrong) <= (1 - goal) * len(samples), wrong


def _agrees(sample: dict[str, object]) -> bool:
    """Whether quick add gives one of a sample's answers."""
    now = dt.datetime.fromisoformat(str(sample["now"])).replace(tzinfo=ZoneInfo(str(sample.get("timezone", "UTC"))))
    try:
        draft = parse(str(sample["text"]), now=now)
    except QuickAddError:
        return False
    if "expect" in sample:
        assert isinstance(sample["expect"], dict)
        return draft.recurrence is not None and _same_rule(draft.recurrence, sample["expect"])
    value = sample["value"]
    answers = [str(answer)[:16] for answer in (value if isinstance(value, list) else [value])]
    return str(draft.due) in answers


def _same_rule(recurrence: str, expect: dict[str, object]) -> bool:
    """Whether the parts of a rule are those expected; dates left out are compared elsewhere."""
    parts = dict(part.split("=") for part in recurrence.lower().splitlines()[0].split(";"))
    parts.setdefault("interval", "1")
    compared = {name: value for name, value in expect.items() if name not in ("dtstart", "exdate", "exrule")}
    return all(
        sorted(str(value).lower().split(",")) == sorted(parts.get(name, "").split(","))
        for name, value in compared.items()
    )


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("daily except on december 24 and december 26", ("2026-12-24", "2026-12-26"), "2026-12-25"),
        ("every 8 hours except tomorrow", ("2026-11-24",), "2026-11-25"),
        ("every wednesday except december 2nd", ("2026-12-02",), "2026-12-09"),
        ("daily except in december", ("2026-12-01", "2026-12-31"), "2027-01-01"),
        ("every day except sundays", ("2026-11-29", "2026-12-06"), "2026-11-30"),
        ("every day but not on the last friday of each month", ("2026-11-27", "2026-12-25"), "2026-12-04"),
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
