"""What is offered while somebody types a command: at most 25, each of at most 100 characters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo, available_timezones

from adapters.shared.wording import short
from core.chat import Due, Task

Choice = tuple[str, str]
"""What is shown, and the value that is typed for it."""

MOST = 25
_WIDTH = 100
PHRASES = ("today", "tomorrow", "tomorrow 9am", "friday", "next monday", "in 1 week")
"""Dates that are offered before anything is typed."""


def tasks(found: Sequence[Task]) -> list[Choice]:
    """Tasks by number and title."""
    return [(short(f"#{task.number} {task.title}", _WIDTH), str(task.number)) for task in found[:MOST]]


def date(phrase: str, due: Due | None) -> Choice | None:
    """A phrase and what it means: `fri 5pm → Fri 27 Nov 17:00`; None for one that means no date."""
    if due is None or not phrase.strip() or len(phrase) > _WIDTH:
        return None
    time = f" {due.time:%H:%M}" if due.time else ""
    return short(f"{phrase.strip()} → {due.date:%a} {due.date.day} {due.date:%b}{time}", _WIDTH), phrase.strip()


def tags(found: Sequence[Task], typed: str) -> list[Choice]:
    """Tags of a person's tasks that go on as typed, the most used first; the last of several is being typed."""
    *before, last = [word.strip().lstrip("#") for word in typed.split(",")]
    counts: dict[str, int] = {}
    for tag in (tag for task in found for tag in task.tags):
        if tag.lower().startswith(last.lower()) and tag not in before:
            counts[tag] = counts.get(tag, 0) + 1
    names = sorted(counts, key=lambda tag: (-counts[tag], tag))[:MOST]
    told = (", ".join([*filter(None, before), tag]) for tag in names)
    return [(value, value) for value in told if len(value) <= _WIDTH]


def zones(typed: str, now: dt.datetime) -> list[Choice]:
    """IANA zones whose city or name holds what is typed, those that begin with it first, each with its clock."""
    wanted = typed.strip().lower().replace(" ", "_")
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    found = [name for name in names if wanted in name.lower()]
    found.sort(key=lambda name: not name.rpartition("/")[2].lower().startswith(wanted))
    return [(f"{name.replace('_', ' ')} ({now.astimezone(ZoneInfo(name)):%H:%M})", name) for name in found[:MOST]]
