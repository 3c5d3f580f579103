"""From a message to the task it may become, for a person to look at before it is kept."""

from __future__ import annotations

import datetime as dt

from core import quickadd
from core.chat import Task
from core.tasks.spoken import spoken
from core.users import Actor

_LONGEST_TITLE = 500
_LONGEST_NOTES = 4000


def drafted(text: str, actor: Actor, now: dt.datetime) -> Task:
    """What quick add makes of the first line, with the whole text as notes when there is more than that line.

    `now` is aware, in the actor's zone. An impossible date stays in the title, where the person sees it.
    """
    first, _, rest = text.strip().partition("\n")
    notes = text.strip()[:_LONGEST_NOTES] if rest.strip() or len(first) > _LONGEST_TITLE else None
    try:
        found = quickadd.parse(first, now=now, locale=actor.locale, morning=actor.morning)
    except quickadd.QuickAddError:
        return Task(number=0, title=first[:_LONGEST_TITLE], notes=notes)
    rule, from_completion = found.recurrence, found.recurs_from_completion
    return Task(
        number=0,
        title=(found.title or first)[:_LONGEST_TITLE],
        notes=notes or found.notes,
        due=found.due,
        recurrence=rule,
        repeats=spoken(rule, from_completion=from_completion) if rule else None,
        recurs_from_completion=from_completion,
        priority=found.priority or 4,
        tags=found.tags,
    )
