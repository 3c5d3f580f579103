"""From a message to the task it may become, for a person to look at before it is kept."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from core import quickadd
from core.errors import Invalid
from core.model import Task
from core.reminder_phrases import Reminding, asked, moments, separated
from core.tasks.spoken import spoken
from core.users import Actor
from core.when import resolve

_LONGEST_TITLE = 500
_LONGEST_NOTES = 4000
_LONG_LINE = 120
"""Characters; of a longer first line the first sentence is the title."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What quick add makes of a text, and what the text says of reminders."""

    draft: quickadd.Draft
    remind: str | None = None
    """A phrase for `reminder_phrases.reminding`."""


def understood(text: str, *, now: dt.datetime, locale: str, morning: dt.time) -> Understood:
    """Read a task out of one sentence. `now` is aware, in the person's zone. Raises QuickAddError."""
    said = separated(text)
    if said.phrase is None:
        return Understood(quickadd.parse(said.text, now=now, locale=locale, morning=morning))
    draft = quickadd.parse(said.text, now=now, locale=locale, morning=morning)
    if not said.perhaps:
        return Understood(draft, said.phrase)
    try:
        for phrase in moments(said.phrase):
            resolve(phrase, now=now, locale=locale, morning=morning)
    except Invalid:
        return Understood(quickadd.parse(text, now=now, locale=locale, morning=morning))
    if draft.due:
        return Understood(draft, said.phrase)
    # with no date of its own the task is due when it reminds
    return Understood(quickadd.parse(f"{said.text} {said.phrase}", now=now, locale=locale, morning=morning))


_SENTENCE = re.compile(r".{20,}?[.!?…](?=\s)", re.DOTALL)


def drafted(text: str, actor: Actor, now: dt.datetime) -> Task:
    """What quick add makes of the first line or sentence, with the whole text as notes when that isn't all of it.

    `now` is aware, in the actor's zone. An impossible date stays in the title, where the person sees it.
    """
    text = text.strip()
    first = _beginning(text)
    notes = text[:_LONGEST_NOTES] if first != text else None
    try:
        read = understood(first, now=now, locale=actor.locale, morning=actor.morning)
    except quickadd.QuickAddError:
        return Task(number=0, title=first, notes=notes)
    found = read.draft
    try:
        remind = asked(read.remind, found.due, found.recurrence, actor, now)
    except Invalid:
        remind = Reminding()
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
        remind_at=remind.at,
        remind_also=remind.also,
        remind_before=remind.before,
    )


def _beginning(text: str) -> str:
    """The first line; of a long one its first sentence, cut to the length of a title."""
    line = text.partition("\n")[0].strip()
    sentence = _SENTENCE.match(line) if len(line) > _LONG_LINE else None
    return (sentence[0] if sentence else line)[:_LONGEST_TITLE].strip()
