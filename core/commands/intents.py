"""What a sentence of the command grammar asks for, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.chat import TaskQuery


@dataclass(frozen=True, slots=True)
class Numbers:
    """Tasks called by number."""

    numbers: tuple[int, ...]


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
class Change:
    """Change fields of tasks. `when` is a date phrase for quick add's grammar; `clear` names fields to empty."""

    target: Target
    title: str | None = None
    notes: str | None = None
    when: str | None = None
    remind: str | None = None
    """When to remind of them: `an hour before`, `never`."""
    priority: int | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snooze:
    """Move the reminder, not the due date."""

    target: Target
    when: str = "in 1 hour"


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last change, or the one named."""

    change: int | None = None


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
    | Show
    | Complete
    | Skip
    | Reopen
    | Delete
    | Change
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
