"""`bot parse`: what quick add makes of a line, as rows for a person or as JSON for a program. No model, no database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import TextIO
from zoneinfo import ZoneInfo

from core.quickadd import Draft, QuickAddError, parse

_ZONE_WANTED = "write an IANA name such as Europe/Berlin."


def parse_lines(lines: Iterable[str], out: TextIO, *, now: dt.datetime, locale: str) -> None:
    """Write one JSON object for each line: `title`, `due`, `recurrence`, `priority`, `tags`, `notes`; flushed at once.

    A line is text, or a JSON object `{"text", "now", "timezone"}` of which the last two may be left out; a `now` that
    has no offset is local to `timezone`. `due` is null, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, local. What is wrong with a
    line is its answer: `{"error": "<sentence>"}`. `now` is aware, in the zone that lines without one mean.
    """
    for line in lines:
        try:
            text, at = _read_line(line.rstrip("\r\n"), now)
            answer = as_json(parse(text, now=at, locale=locale))
        except QuickAddError as problem:
            answer = {"error": str(problem)}
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")
        out.flush()


def as_json(draft: Draft) -> dict[str, object]:
    """A draft as the JSON object that programs read."""
    return {
        "title": draft.title,
        "due": str(draft.due) if draft.due else None,
        "recurrence": draft.recurrence,
        "priority": draft.priority,
        "tags": list(draft.tags),
        "notes": draft.notes,
    }


def describe(draft: Draft, now: dt.datetime) -> list[tuple[str, str]]:
    """Rows of label and value for a person; the date comes with its weekday and zone. `now` is aware."""
    rows = [("Title", draft.title or "(none)")]
    due = draft.due
    if due:
        day = f"{due.date:%A}, {due.date.day} {due.date:%B} {due.date.year}"
        time = f" at {due.time:%H:%M}" if due.time else ", all day"
        rows.append(("First due" if draft.recurrence else "Due", f"{day}{time} ({due.zone}){_distance(due.date, now)}"))
    else:
        rows.append(("Due", f"no date: “{draft.doubt.words}” was read only in part" if draft.doubt else "no date"))
    if draft.recurrence:
        after = ", counted from completion" if draft.recurs_from_completion else ""
        rows.append(("Repeats", draft.recurrence.replace("\n", " ") + after))
    if draft.priority:
        rows.append(("Priority", f"p{draft.priority}"))
    if draft.tags:
        rows.append(("Tags", " ".join(f"#{tag}" for tag in draft.tags)))
    if draft.notes:
        rows.append(("Notes", draft.notes))
    return rows


def _distance(date: dt.date, now: dt.datetime) -> str:
    """How far a day is from today, where that is near."""
    days = (date - now.date()).days
    match days:
        case 0:
            return ", today"
        case 1:
            return ", tomorrow"
        case _ if 1 < days < 100:
            return f", in {days} days"
        case _ if days < 0:
            return f", {-days} day{'s' if days < -1 else ''} ago"
        case _:
            return ""


def _read_line(line: str, now: dt.datetime) -> tuple[str, dt.datetime]:
    """The text of a line, and the aware now it is read at. Raises QuickAddError."""
    if not line.lstrip().startswith("{"):
        return line, now
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise QuickAddError(
            'The line is not a JSON object; write {"text": "call Ana tomorrow"} or plain text.'
        ) from problem
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise QuickAddError('The JSON object has no "text"; write {"text": "call Ana tomorrow"}.')
    zone = _zone(said.get("timezone"), now)
    return said["text"], _now(said.get("now"), zone, now)


def _zone(name: object, now: dt.datetime) -> dt.tzinfo:
    if name is None:
        return now.tzinfo or dt.UTC
    if not isinstance(name, str):
        raise QuickAddError(f'"timezone" must be text; {_ZONE_WANTED}')
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as problem:
        raise QuickAddError(f"There is no time zone “{name[:60]}”; {_ZONE_WANTED}") from problem


def _now(said: object, zone: dt.tzinfo, now: dt.datetime) -> dt.datetime:
    if said is None:
        return now.astimezone(zone)
    try:
        if not isinstance(said, str):
            raise ValueError("not text")
        at = dt.datetime.fromisoformat(said)
        return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    except (ValueError, OverflowError) as problem:
        raise QuickAddError('"now" is not a date and time; write it like 2027-03-15T09:00.') from problem
