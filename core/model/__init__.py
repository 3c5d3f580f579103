"""The nouns: tasks, how people ask for some of them, and what became of that. Standard library only; below all else."""

from core.model.files import File
from core.model.forms import fingerprint, fingerprints, form_fields
from core.model.outcomes import Outcome
from core.model.tasks import (
    Due,
    DueFilter,
    DueGroup,
    Preferences,
    Priority,
    Sort,
    Status,
    Task,
    TaskPage,
    TaskQuery,
)

__all__ = [
    "Due",
    "DueFilter",
    "DueGroup",
    "File",
    "Outcome",
    "Preferences",
    "Priority",
    "Sort",
    "Status",
    "Task",
    "TaskPage",
    "TaskQuery",
    "fingerprint",
    "fingerprints",
    "form_fields",
]
