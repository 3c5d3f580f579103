"""Adding tasks: from words by quick add, or field by field."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core import quickadd
from core.chat import Receipt
from core.commands.targets import unquote
from core.drafts import understood
from core.errors import Invalid
from core.intents.receipts import doubted, receipt
from core.intents.request import Request
from core.intents.values import Add, Addition, AddLines, AddTasks
from core.reminder_phrases import asked
from core.tasks import NewTask, add
from core.text import off_loop
from core.when import repeating

_MOST_ASKED = 3
"""Dates that one receipt asks about."""


async def add_tasks(request: Request, intent: Add | AddLines | AddTasks) -> Receipt:
    """Add what is asked for, as one change. Raises Invalid."""
    match intent:
        case Add(text):
            read = [await off_loop(lambda text: _from_words(request, text), text)]
        case AddLines(lines):
            read = await off_loop(lambda _: [_from_line(request, line) for line in lines], "\n".join(lines))
        case AddTasks(additions):
            read = [_Read(_from_fields(request, addition)) for addition in additions]
    new = [one.task for one in read]
    change = await request.database.write(lambda session: add(session, request.actor, new, now=request.now))
    asked = [doubted(one.doubt, task.number) for one, task in zip(read, change.tasks, strict=True) if one.doubt]
    shown = receipt(change)
    return replace(shown, detail=" ".join([*filter(None, [shown.detail]), *asked[:_MOST_ASKED]]) or None)


@dataclass(frozen=True, slots=True)
class _Read:
    """A task to add, and what is to be asked about its date."""

    task: NewTask
    doubt: quickadd.Doubt | None = None


def _from_words(request: Request, text: str) -> _Read:
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
        source_shared=request.shared,
    )
    return _Read(new, draft.doubt)


def _from_line(request: Request, line: str) -> _Read:
    """The task that one line of several is; one that can't be read is kept as it is written, so that none is lost."""
    try:
        return _from_words(request, line)
    except Invalid:
        return _Read(NewTask(title=line, source=request.source, source_shared=request.shared))


def _from_fields(request: Request, addition: Addition) -> NewTask:
    """The task that fields describe. Raises Invalid."""
    actor, now = request.actor, request.now
    when = repeating(addition.due, addition.recurrence, now=now, locale=actor.locale, morning=actor.morning)
    due, recurrence = (when.due, when.recurrence) if when else (None, None)
    remind = asked(addition.remind, due, recurrence, actor, now)
    return NewTask(
        title=addition.title,
        notes=addition.notes,
        due=due,
        recurrence=recurrence,
        recurs_from_completion=when.from_completion if when else False,
        priority=addition.priority or 4,
        tags=addition.tags,
        remind_at=remind.at,
        remind_also=remind.also,
        remind_before=remind.before,
        source=addition.link or request.source,
        source_shared=request.shared and not addition.link,
    )
