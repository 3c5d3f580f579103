"""Files that grow page by page, so that nobody has to hold all of somebody's tasks at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from io import BufferedIOBase
from tempfile import SpooledTemporaryFile
from typing import Protocol, cast

from core.errors import Invalid
from core.model import File, Task
from core.tasks.export.as_csv import Csv
from core.tasks.export.as_icalendar import ICalendar
from core.tasks.export.as_json import Json
from core.tasks.export.as_todotxt import TodoTxt
from core.tasks.values import ZoneDays

_IN_MEMORY = 1 << 20
"""Bytes of a file above which it goes to the disk, under no name that anybody could open."""


class Format(Protocol):
    """One way to write tasks, for one file."""

    name: str
    media_type: str

    def begin(self, now: dt.datetime, zones: Sequence[ZoneDays]) -> str:
        """What comes first; `now` is aware, `zones` are those of the due times to come."""
        ...

    def add(self, tasks: Sequence[Task]) -> str:
        """Some more tasks."""
        ...

    def end(self) -> str:
        """What comes last."""
        ...


class Export:
    """One file a format, in UTF-8, or only the one that is asked for. Its methods block; use it in a thread."""

    def __init__(self, now: dt.datetime, only: str | None = None, zones: Sequence[ZoneDays] = ()) -> None:
        """`only`: `json`, `csv`, `ics` or `txt`. `now` is aware."""
        formats: tuple[Format, ...] = (Json(), Csv(), ICalendar(), TodoTxt())
        wanted = [one for one in formats if only in (None, one.name.rpartition(".")[2])]
        self._files = [(one, cast(BufferedIOBase, SpooledTemporaryFile(_IN_MEMORY))) for one in wanted]  # noqa: SIM115 - whoever sends it closes it
        self.count = 0
        """How many tasks are in it."""
        for one, body in self._files:
            body.write(one.begin(now, zones).encode())

    def add(self, tasks: Sequence[Task]) -> None:
        """Write some more tasks. Raises Invalid where there is no room for them."""
        try:
            for one, body in self._files:
                body.write(one.add(tasks).encode())
        except OSError as error:
            raise Invalid(
                "There is no room for such large files where I run. Ask for one of them, for example `export csv`."
            ) from error
        self.count += len(tasks)

    def files(self) -> list[File]:
        """The files; nothing can be added any more."""
        for one, body in self._files:
            body.write(one.end().encode())
            body.seek(0)
        return [File(one.name, one.media_type, body) for one, body in self._files]
