"""A person's tasks as files that other programs read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from core.model import File, Task
from core.tasks.export.as_csv import as_csv
from core.tasks.export.as_icalendar import as_icalendar
from core.tasks.export.as_json import as_json
from core.tasks.export.as_todotxt import as_todotxt

_FORMATS: Mapping[str, tuple[str, Callable[[Sequence[Task], dt.datetime], str]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv", as_csv),
    "ics": ("text/calendar", as_icalendar),
    "txt": ("text/plain", as_todotxt),
}


def exported(tasks: Sequence[Task], now: dt.datetime, wanted: str | None = None) -> list[File]:
    """One file a format, in UTF-8, or only the one wanted (`json`, `csv`, `ics` or `txt`). `now` is aware."""
    return [
        File(f"{'todo' if suffix == 'txt' else 'tasks'}.{suffix}", media_type, write(tasks, now).encode())
        for suffix, (media_type, write) in _FORMATS.items()
        if wanted in (None, suffix)
    ]
