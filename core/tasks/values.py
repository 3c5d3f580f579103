"""What goes into the operations, and what comes out."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from core.model import Due, Outcome, Task
from core.quickadd import Offset


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "unset"


UNSET: Final[Literal[Unset.UNSET]] = Unset.UNSET
"""A field of `TaskChanges` that stays as it is."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to add."""

    title: str
    notes: str | None = None
    due: Due | None = None
    recurrence: str | None = None
    """RRULE value, EXDATE lines may follow. Without a due date the series starts at its first occurrence from today."""
    recurs_from_completion: bool = False
    priority: int = 4
    tags: tuple[str, ...] = ()
    remind_at: dt.datetime | None = None
    remind_also: tuple[dt.datetime, ...] = ()
    remind_before: tuple[int, ...] | None = None
    """As in `Task`: None for what the preferences say, nothing in it for no reminder."""
    source: str | None = None
    source_shared: bool = False
    """Whether the source is a message in which the task itself was said to several people; a change of the title ends
    that."""


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """What changes of one task. `UNSET` leaves a field alone, `None` clears it (a priority goes back to 4)."""

    number: int
    title: str | Unset = Unset.UNSET
    notes: str | Unset | None = Unset.UNSET
    due: Due | Unset | None = Unset.UNSET
    """Clearing it clears the recurrence too; setting it keeps the recurrence."""
    shift: Offset | None = None
    """How far the due date moves from where it is when the task is locked; in place of `due`."""
    recurrence: str | Unset | None = Unset.UNSET
    recurs_from_completion: bool | Unset = Unset.UNSET
    priority: int | Unset | None = Unset.UNSET
    tags: tuple[str, ...] | Unset | None = Unset.UNSET
    """All the tags from now on."""
    remind_at: dt.datetime | Unset | None = Unset.UNSET
    """Setting or clearing it takes `remind_also` away as well, unless that is given too."""
    remind_also: tuple[dt.datetime, ...] | Unset = Unset.UNSET
    remind_before: tuple[int, ...] | Unset | None = Unset.UNSET
    shown: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of the fields that a form showed and a person changed; see `core.model.forms`."""


THROUGH: Final = "through "
"""How `Actor.by` begins where a client acts for the person: its name follows, which a change remembers."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one operation did, and the tasks as the database holds them now."""

    action: Outcome
    tasks: tuple[Task, ...] = ()
    """Every task that was found, in the order asked for."""
    change: int | None = None
    """Undoes it. None when nothing was changed, and for an undo itself."""
    missing: tuple[int, ...] = ()
    """Numbers that the account has no task of."""
    unchanged: tuple[int, ...] = ()
    """Numbers of found tasks that were so already."""
    through: str = ""
    """Of an undo: the client through which the change was made that is taken back, if it was one."""


@dataclass(frozen=True, slots=True)
class ZoneDays:
    """An IANA zone, and the first and the last day on which something is due at a time of its clocks."""

    zone: str
    first: dt.date
    last: dt.date
