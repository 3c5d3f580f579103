"""Whether a text that begins like a command is a task to add."""

from __future__ import annotations

import re

from core import quickadd
from core.commands.additions import added
from core.commands.grammar import MUST_BE_DONE, understand
from core.intents.request import Request
from core.intents.values import Add, Delete, Intent, Show, Unknown, Words


def is_command(line: str) -> bool:
    """Whether a line does something. What only could be read as a list (`Task 3`, `today`) is a task among others."""
    match understand(line):
        case Add() | Unknown():
            return False
        case Show():
            return line.split()[0].lower() in ("list", "ls", "show", "find", "search")
    return True


_CHORE = re.compile(
    r"(?:cancel|finish|complete|close|check|clear|find|search|look\s+for|trash|drop|tick|remove|scrap)\b",
    re.IGNORECASE,
)
"""First words that begin a chore as well as a command. `delete` and `done` begin no chore."""
_PERHAPS = re.compile(rf"remind\s+me\s+(?:about|of)\s|{MUST_BE_DONE}", re.IGNORECASE)
"""What speaks of a task as if it were there, and adds one where none is."""
_OWN = re.compile(r"\b(?:tasks?|to-?dos?|ones?|it|that|this|all|everything|\d{1,4}$)\b", re.IGNORECASE)
LONGEST_CHORE = 300
"""Characters of a text that may be a chore, though it begins like a command."""


def is_chore(intent: Intent, text: str, request: Request) -> bool | None:
    """Whether a text that begins like a command is a task to add at once; None where it never is one.

    `trash every tuesday evening` names no task that could be deleted; what else names none may be one.
    """
    words = isinstance(getattr(intent, "target", None), Words) or (isinstance(intent, Show) and intent.query.text)
    if words and _PERHAPS.match(text.strip()):
        return False
    if not words or not _CHORE.match(text.strip()) or _OWN.search(text):
        return None
    if isinstance(intent, Delete) and isinstance(intent.target, Words) and intent.target.every:
        draft = _draft(text, request)
        return draft is not None and bool(draft.recurrence)
    return False


def task_of(text: str) -> Add:
    """The task that a text is which begins like a command."""
    return added(text.strip()) or Add(text)


def has_date(text: str, request: Request) -> bool:
    """Whether the text, read as a task, says when."""
    draft = _draft(text, request)
    return draft is not None and bool(draft.title) and bool(draft.due or draft.recurrence or draft.doubt)


def _draft(text: str, request: Request) -> quickadd.Draft | None:
    try:
        return quickadd.parse(text, now=request.now, locale=request.actor.locale)
    except quickadd.QuickAddError:
        return None
