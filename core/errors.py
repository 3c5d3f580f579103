"""What can go wrong for a person: every error here carries a sentence that may be shown to them as it is."""

# ruff: noqa: N818 - the names are read as what happened, in `except NotFound` and in the tools' answers alike

from __future__ import annotations

from core.model import Task

UNREACHABLE = "I can't reach my database right now, so nothing was changed. Please try again in a minute."
UNCERTAIN = (
    "I lost my database at the very moment of saving, so I can't tell whether that was saved. "
    "Please look at the task before you try again."
)

FORGOTTEN = "Everything I knew of you was deleted a moment ago, so nothing was changed. Say it again to start afresh."


class TaskBotError(Exception):
    """Something a person should be told. `str(error)` is the sentence, with what to do next where that helps."""


class NotFound(TaskBotError):
    """What was asked for does not exist, or belongs to another account, which is the same to the person asking."""


class Invalid(TaskBotError):
    """A value that breaks a rule; the sentence names the rule."""


class Conflict(TaskBotError):
    """The task has moved on since, so that the operation would overwrite something else."""


class Ambiguous(TaskBotError):
    """Several tasks fit the words. `choices` are they, best first."""

    def __init__(self, sentence: str, choices: tuple[Task, ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


class DatabaseUnavailable(TaskBotError):
    """The database can't be reached, is read-only, full or too slow. The driver's own error is the cause."""

    def __init__(self, sentence: str = UNREACHABLE) -> None:
        super().__init__(sentence)
