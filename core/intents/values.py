"""Everything that can be asked for, as values: made by words, a model, a button or a form, and done by `perform`.

Dates are phrases as people write them, or ISO: there is one place that resolves them, when the clock is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.model import TaskQuery


@dataclass(frozen=True, slots=True)
class Numbers:
    """Tasks called by number."""

    numbers: tuple[int, ...]
    ids: tuple[int, ...] = ()
    """`Task.id` of the tasks that a card shows: with it a number means no other task that has come to have it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Tasks called by words of theirs: `the milk one`. `every` when the person spoke of several: `my meetings`."""

    words: str
    every: bool = False


Target = Numbers | Words


@dataclass(frozen=True, slots=True)
class Add:
    """Add one task; the text is for quick add."""

    text: str


@dataclass(frozen=True, slots=True)
class Addition:
    """A task to add, field by field: the title is taken as it is."""

    title: str
    notes: str | None = None
    due: str | None = None
    recurrence: str | None = None
    """A phrase or an RRULE."""
    priority: int | None = None
    tags: tuple[str, ...] = ()
    remind: str | None = None
    """`an hour before`, `at 3 and again at 5`, `never`."""
    link: str | None = None
    """Of the message it comes from, where that is not the one that asks for it."""


@dataclass(frozen=True, slots=True)
class AddTasks:
    """Add tasks, as one change."""

    tasks: tuple[Addition, ...]


@dataclass(frozen=True, slots=True)
class AddLines:
    """Add one task a line, as one change; a line that quick add can't read is kept as it is written."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """List or search tasks."""

    query: TaskQuery = field(default_factory=TaskQuery)
    when: str | None = None
    """A phrase for the days they are due on, or were finished on: `friday`, `next week`."""


@dataclass(frozen=True, slots=True)
class Complete:
    """Complete tasks."""

    target: Target


@dataclass(frozen=True, slots=True)
class Skip:
    """Move recurring tasks on without completing them."""

    target: Target


@dataclass(frozen=True, slots=True)
class Reopen:
    """Take tasks back from done to open."""

    target: Target


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete tasks."""

    target: Target


@dataclass(frozen=True, slots=True)
class Edit:
    """Change fields of tasks; `None` leaves a field as it is."""

    target: Target
    title: str | None = None
    notes: str | None = None
    due: str | None = None
    """A time alone keeps the day, a day alone the time. `2 days later`, `1 hour earlier` and `+1 week` count from the
    date the task has."""
    due_whole: bool = False
    """`due` is all there is, as a form has it: a day alone means the whole day."""
    title_or_due: str | None = None
    """An unquoted `change 3 to …`: a date moves the task, anything else is its new title."""
    recurrence: str | None = None
    """A phrase or an RRULE."""
    priority: int | None = None
    tags: tuple[str, ...] | None = None
    """Replaces all tags; entries that begin with + or - add or remove one."""
    remind: str | None = None
    """When to remind, which moves neither the due date nor the series: `at 3 and again at 5`, `an hour before`."""
    clear: frozenset[str] = frozenset()
    """Names of fields to empty: notes, due, recurrence, priority, tags, remind."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of these fields as a form showed them: what has become something else since is not overwritten."""


@dataclass(frozen=True, slots=True)
class EditEach:
    """Change several tasks, each in its own way, as one change."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Snooze:
    """Move the reminder, not the due date."""

    target: Target
    when: str = "in 1 hour"


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last change, the one named, or the one that made these tasks what they are."""

    change: int | None = None
    of: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again what was taken back last."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Bring deleted tasks back."""

    target: Target


@dataclass(frozen=True, slots=True)
class Prefer:
    """Set how the person wants things; without anything show it."""

    timezone: str | None = None
    morning: str | None = None
    digest: bool | None = None
    lead: int | None = None
    """Minutes."""
    here: bool | None = None
    """Whether reminders come to where this is said, rather than where each task was made."""


@dataclass(frozen=True, slots=True)
class Review:
    """Say how the week was."""


@dataclass(frozen=True, slots=True)
class Help:
    """Say what one can type."""


@dataclass(frozen=True, slots=True)
class New:
    """Leave this thread's conversation and start another with the next message."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete this thread's conversation."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Delete the person's tasks and all that is known of them; asked again unless `confirmed`."""

    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """Give the person their tasks as files: all formats, or the one named."""

    format: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing the grammar knows."""

    text: str


Intent = (
    Add
    | AddLines
    | AddTasks
    | Show
    | Complete
    | Skip
    | Reopen
    | Delete
    | Edit
    | EditEach
    | Snooze
    | Undo
    | Redo
    | Restore
    | Prefer
    | Review
    | Export
    | Help
    | New
    | Forget
    | ForgetMe
    | Unknown
)
