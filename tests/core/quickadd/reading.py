"""What the tests of quick add share: the moment lines are said at, and the file of lines with their meaning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from core.quickadd import Draft, QuickAddError, parse

NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday."""
PHRASES = Path(__file__).with_name("phrases.txt")


@dataclass(frozen=True, slots=True)
class Line:
    """A text, and what it means: title, due and recurrence (`-` for none)."""

    text: str
    title: str
    due: str
    recurrence: str


def lines(section: str | None = None) -> list[Line]:
    """The lines of the file, or of one of its sections."""
    found: list[Line] = []
    here = ""
    for row in PHRASES.read_text(encoding="utf-8").splitlines():
        if row.startswith("## "):
            here = row[3:]
        if " =>" not in row or row.startswith("#") or section not in (None, here):
            continue
        text, _, meaning = row.partition(" =>")
        title, due, *recurrence = (part.strip() for part in meaning.split(" | "))
        found.append(Line(text, title, due, *recurrence or ["-"]))
    return found


def read(text: str, now: dt.datetime = NOW, locale: str = "en-US") -> Draft:
    """The draft of a text said at `NOW`."""
    return parse(text, now=now, locale=locale)


def due(text: str, now: dt.datetime = NOW, locale: str = "en-US") -> str | None:
    """The due of a text as it is printed."""
    found = read(text, now, locale).due
    return str(found) if found else None


def meaning(text: str) -> Line:
    """What quick add makes of a text, in the form of the file."""
    try:
        draft = read(text)
    except QuickAddError as problem:
        return Line(text, f"error: {problem}", "-", "-")
    recurrence = (draft.recurrence or "-").replace("\n", " ")
    return Line(text, draft.title, str(draft.due) if draft.due else "-", recurrence)
