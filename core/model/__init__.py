"""The nouns: tasks, how people ask for some of them, and what became of that. Standard library only; below all else."""

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
    "Outcome",
    "Preferences",
    "Priority",
    "Sort",
    "Status",
    "Task",
    "TaskPage",
    "TaskQuery",
]
