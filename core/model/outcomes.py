"""What became of what was asked for."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What was done to tasks, or what was so already; its value is a heading's words, in lower case."""

    ADDED = "added"
    UPDATED = "updated"
    COMPLETED = "completed"
    MOVED_ON = "moved on"
    """A series, to its next date."""
    SKIPPED = "skipped"
    REOPENED = "reopened"
    DELETED = "deleted"
    RESTORED = "restored"
    SNOOZED = "snoozed"
    UNDONE = "undone"
    REDONE = "redone"
    PREFERENCES = "preferences"
    """Of the person, no task."""
    REMINDER = "reminder"
    """Nothing was done: the bot speaks unasked."""
    ALREADY_COMPLETED = "already completed"
    ALREADY_OPEN = "already open"
    ALREADY_THERE = "already there"
    UNCHANGED = "unchanged"
