"""The rules of a task's fields, as sentences. The database keeps the same rules; here is where people are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from core.errors import Invalid
from core.model import Due
from core.text import clean, clean_line, is_visible
from core.users.zones import known_zone

LONGEST_TITLE = 500
LONGEST_NOTES = 4000
LONGEST_TAG = 50
LONGEST_SOURCE = 2000
MOST_TAGS = 20
MOST_AT_ONCE = 100
MOST_REMINDERS = 10
EARLIEST_REMINDER = 366 * 24 * 60
LATEST_REMINDER = 7 * 24 * 60
"""Minutes before a task is due, and after it."""
LARGEST_ID = 2**63 - 1
LARGEST_NUMBER = 2**31 - 1
NO_PRIORITY = 4

_YEARS = range(1900, 9000)


def title(text: str) -> str:
    """Return the title on one line. Raises Invalid when it is empty or too long."""
    line = clean_line(text)
    if not is_visible(line):
        raise Invalid("A task needs a title: a few words that say what to do.")
    if len(line) > LONGEST_TITLE:
        raise Invalid(
            f"A title may have at most {LONGEST_TITLE} characters; this one has {len(line):,}. "
            "Put the rest in the notes."
        )
    return line


def notes(text: str | None) -> str | None:
    """Return the notes, None for empty ones. Raises Invalid when they are too long."""
    cleaned = clean(text or "")
    if len(cleaned) > LONGEST_NOTES:
        raise Invalid(f"Notes may have at most {LONGEST_NOTES:,} characters; these have {len(cleaned):,}.")
    return cleaned or None


def priority(value: int | None) -> int:
    """Return the priority, 4 for None. Raises Invalid outside 1..4."""
    if value is None:
        return NO_PRIORITY
    if value not in (1, 2, 3, 4):
        raise Invalid(f"A priority goes from 1 (urgent) to 4 (none); {str(value)[:20]} is neither.")
    return int(value)


def tag(text: str) -> str:
    """Return a tag as it is kept: lower case, without #, one word. Raises Invalid when it is empty or too long."""
    word = "-".join(clean_line(text).lstrip("#").lower().split())
    if not is_visible(word):
        raise Invalid("A tag needs at least one letter, like #home.")
    if len(word) > LONGEST_TAG:
        raise Invalid(f"A tag may have at most {LONGEST_TAG} characters; “{word[:20]}…” has {len(word):,}.")
    return word


def tags(words: Iterable[str] | None) -> tuple[str, ...]:
    """Return the tags, each once, in the order given. Raises Invalid when one is wrong or there are too many."""
    kept = tuple(dict.fromkeys(tag(word) for word in words or ()))
    if len(kept) > MOST_TAGS:
        raise Invalid(f"A task may have at most {MOST_TAGS} tags; this would be {len(kept)}.")
    return kept


def due(value: Due | None) -> Due | None:
    """Return the due date, its time to the minute. Raises Invalid for an unknown zone or a year far away."""
    if value is None:
        return None
    if known_zone(value.zone) is None:
        raise Invalid(f"I don't know the time zone “{value.zone[:64]}”. A name looks like Europe/Berlin.")
    if value.date.year not in _YEARS:
        raise Invalid(f"The year {value.date.year} is out of my calendar's reach.")
    time = value.time and value.time.replace(second=0, microsecond=0, tzinfo=None, fold=0)
    return Due(value.date, time, value.zone)


def instant(value: dt.datetime | None) -> dt.datetime | None:
    """Return the instant. Raises Invalid for a wall clock without a zone, or a year far away."""
    if value is not None and (value.tzinfo is None or value.year not in _YEARS):
        raise Invalid("That time can't be kept: it needs a zone and a year within reach.")
    return value


def instants(values: Iterable[dt.datetime | None]) -> tuple[dt.datetime, ...]:
    """Return the instants, each once, the earliest first. Raises Invalid as `instant` does, and for too many."""
    kept = sorted({value for value in map(instant, values) if value is not None})
    if len(kept) > MOST_REMINDERS:
        raise Invalid(f"A task may have at most {MOST_REMINDERS} reminders; these would be {len(kept)}.")
    return tuple(kept)


def leads(values: Iterable[int] | None) -> tuple[int, ...] | None:
    """Return the minutes before a task is due, each once, the longest first. Raises Invalid for too many, or too long.

    Negative ones lie after it.
    """
    if values is None:
        return None
    kept = tuple(sorted(set(values), reverse=True))
    if len(kept) > MOST_REMINDERS:
        raise Invalid(f"A task may have at most {MOST_REMINDERS} reminders; these would be {len(kept)}.")
    if any(not -LATEST_REMINDER <= minutes <= EARLIEST_REMINDER for minutes in kept):
        raise Invalid("A reminder can come from a year before a task is due to a week after it.")
    return kept


def source(link: str | None) -> str | None:
    """Return the link a task came from; one that is too long to be kept is left out, for nobody typed it."""
    cleaned = clean_line(link or "")
    return cleaned if 0 < len(cleaned) <= LONGEST_SOURCE else None


def numbers(values: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers, each once, in the order given: those a task can have, and those none can.

    Raises Invalid when they are too many.
    """
    wanted = tuple(dict.fromkeys(values))
    at_once(len(wanted))
    possible = tuple(number for number in wanted if 1 <= number <= LARGEST_NUMBER)
    return possible, tuple(number for number in wanted if number not in possible)


def ids(values: Sequence[int]) -> list[int] | None:
    """Return those that a task can have, each once; None where none are given, and so any will do."""
    return [value for value in dict.fromkeys(values) if 1 <= value <= LARGEST_ID] if values else None


def at_once(count: int) -> None:
    """Raise Invalid when these are more tasks than one operation takes."""
    if count > MOST_AT_ONCE:
        raise Invalid(f"I take at most {MOST_AT_ONCE} tasks at once; these are {count:,}.")
