"""From a text to the task it adds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core import quickadd
from core.commands.grammar import understand
from core.commands.intents import Add, Delete, Intent, Show, Unknown, Words
from core.commands.request import Request
from core.commands.targets import unquote
from core.drafts import understood
from core.errors import Invalid
from core.reminder_phrases import asked
from core.tasks import NewTask


def is_command(line: str) -> bool:
    """Whether a line does something. What only could be read as a list (`Task 3`, `today`) is a task among others."""
    match understand(line):
        case Add() | Unknown():
            return False
        case Show():
            return line.split()[0].lower() in ("list", "ls", "show", "find", "search")
    return True


_CHORE = re.compile(
    r"(?:cancel|finish|complete|close|check|clear|find|search|look\s+for|trash|drop|tick|remove|scrap|skip)\b",
    re.IGNORECASE,
)
"""First words that begin a chore as well as a command. `delete` and `done` begin no chore."""
_OWN = re.compile(r"\b(?:tasks?|to-?dos?|ones?|it|that|this|all|everything|\d{1,4}$)\b", re.IGNORECASE)
LONGEST_CHORE = 300
"""Characters of a text that may be a chore, though it begins like a command."""


def is_chore(intent: Intent, text: str, request: Request) -> bool | None:
    """Whether a text that begins like a command is a task to add at once; None where it never is one.

    `trash every tuesday evening` names no task that could be deleted; what else names none may be one.
    """
    words = isinstance(getattr(intent, "target", None), Words) or (isinstance(intent, Show) and intent.query.text)
    if not words or not _CHORE.match(text.strip()) or _OWN.search(text):
        return None
    if isinstance(intent, Delete) and isinstance(intent.target, Words) and intent.target.every:
        draft = _draft(text, request)
        return draft is not None and bool(draft.recurrence)
    return False


def has_date(text: str, request: Request) -> bool:
    """Whether the text, read as a task, says when."""
    draft = _draft(text, request)
    return draft is not None and bool(draft.title) and bool(draft.due or draft.recurrence or draft.doubt)


def _draft(text: str, request: Request) -> quickadd.Draft | None:
    try:
        return quickadd.parse(text, now=request.now, locale=request.actor.locale)
    except quickadd.QuickAddError:
        return None


@dataclass(frozen=True, slots=True)
class Addition:
    """A task to add, and what is to be asked about its date."""

    task: NewTask
    doubt: quickadd.Doubt | None = None


def line_task(request: Request, text: str) -> Addition:
    """The task that one line of several is; one that can't be read is kept as it is written, so that none is lost."""
    intent = understand(text)
    try:
        return new_task(request, intent.text if isinstance(intent, Add) else text)
    except Invalid:
        return Addition(NewTask(title=text, source=request.source, source_shared=request.source_shared))


def new_task(request: Request, text: str) -> Addition:
    """The task that a text is. Raises Invalid."""
    try:
        read = understood(text, now=request.now, locale=request.actor.locale, morning=request.actor.morning)
    except quickadd.QuickAddError as error:
        raise Invalid(str(error)) from error
    draft = read.draft
    if not draft.title:
        raise Invalid("What is to be done then? Put a few words before the date: `add Call Ana tomorrow 5pm`.")
    remind = asked(read.remind, draft.due, draft.recurrence, request.actor, request.now)
    new = NewTask(
        title=unquote(draft.title),
        notes=draft.notes,
        due=draft.due,
        recurrence=draft.recurrence,
        recurs_from_completion=draft.recurs_from_completion,
        priority=draft.priority or 4,
        tags=draft.tags,
        remind_at=remind.at,
        remind_also=remind.also,
        remind_before=remind.before,
        source=request.source,
        source_shared=request.source_shared,
    )
    return Addition(new, draft.doubt)
