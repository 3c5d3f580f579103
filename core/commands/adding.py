"""From a text to the task it adds."""

from __future__ import annotations

from core import quickadd
from core.commands.grammar import understand
from core.commands.intents import Add, Show, Unknown
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


def line_task(request: Request, text: str) -> NewTask:
    """The task that one line of several is; one that can't be read is kept as it is written, so that none is lost."""
    intent = understand(text)
    try:
        return new_task(request, intent.text if isinstance(intent, Add) else text)
    except Invalid:
        return NewTask(title=text, source=request.source, source_shared=request.source_shared)


def new_task(request: Request, text: str) -> NewTask:
    """The task that a text is. Raises Invalid."""
    try:
        read = understood(text, now=request.now, locale=request.actor.locale, morning=request.actor.morning)
    except quickadd.QuickAddError as error:
        raise Invalid(str(error)) from error
    draft = read.draft
    if not draft.title:
        raise Invalid("What is to be done then? Put a few words before the date: `add Call Ana tomorrow 5pm`.")
    remind = asked(read.remind, draft.due, draft.recurrence, request.actor, request.now)
    return NewTask(
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
