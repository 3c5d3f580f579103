"""From a person's date phrase to a due date: what was not said stays as it was."""

from __future__ import annotations

import dataclasses
import datetime as dt

from core import quickadd
from core.errors import Invalid
from core.model import Due

_LONGEST = 500
"""Characters of a date, a repetition or a reminder."""


@dataclasses.dataclass(frozen=True, slots=True)
class When:
    """A resolved phrase: when a task is due next, how it repeats, and which half of the due date was really said."""

    due: Due | None
    recurrence: str | None = None
    from_completion: bool = False
    says_date: bool = True
    says_time: bool = True

    def onto(self, previous: Due | None, now: dt.datetime) -> Due | None:
        """The new due date of a task that was due at `previous`.

        "friday" keeps the time of day, "2 pm" keeps the day, unless that would lie in the past.
        """
        if not self.due or not previous:
            return self.due
        if self.says_date and not self.says_time:
            return dataclasses.replace(self.due, time=previous.time)
        if self.says_time and not self.says_date:
            kept = dataclasses.replace(self.due, date=previous.date)
            return kept if kept.at >= now else self.due
        return self.due


def resolve(phrase: str, *, now: dt.datetime, locale: str, morning: dt.time = dt.time(9)) -> When:
    """Resolve an ISO date, or a phrase of quick add's grammar that is nothing but a date or a repetition.

    `morning` is the wall-clock time the person's morning begins at.

    Raises:
        Invalid: the phrase is no date, or an impossible one; the sentence says which, and what works.
    """
    _check_length(phrase)
    try:
        found = quickadd.resolve_moment(phrase, now=now, locale=locale, morning=morning)
    except quickadd.QuickAddError as error:
        try:
            rule = quickadd.resolve_recurrence(phrase, now=now, locale=locale, morning=morning)
        except quickadd.QuickAddError:
            raise Invalid(str(error)) from error
        return When(rule.due, rule.rule, rule.from_completion, says_time=bool(rule.due and rule.due.time))
    return When(found.due, None, False, found.says_date, found.says_time)


def repeating(
    due: str | None, recurrence: str | None, *, now: dt.datetime, locale: str, morning: dt.time = dt.time(9)
) -> When | None:
    """Resolve a due phrase and a recurrence phrase that belong together; the time of day may stand in either.

    A due date that is given starts the series; without one it starts at the rule's first occurrence.
    """
    if not recurrence:
        return resolve(due, now=now, locale=locale, morning=morning) if due else None
    _check_length(recurrence)
    try:
        rule = quickadd.resolve_recurrence(recurrence, now=now, locale=locale, morning=morning)
    except quickadd.QuickAddError as error:
        raise Invalid(str(error)) from error
    first = When(rule.due, rule.rule, rule.from_completion)
    if not due:
        return first
    start = resolve(due, now=now, locale=locale, morning=morning)
    if not start.due or not rule.due:
        return first
    time = start.due.time or rule.due.time
    if not start.says_date:
        return dataclasses.replace(first, due=dataclasses.replace(rule.due, time=time))
    return dataclasses.replace(first, due=dataclasses.replace(start.due, time=time))


def _check_length(phrase: str) -> None:
    """No date takes so many characters, and reading them would hold up everybody else."""
    if len(phrase) > _LONGEST:
        raise Invalid(f"“{phrase[:40]}…” is too long for a date. Try `friday 5pm` or `every monday`.")


def time_of_day(phrase: str, *, now: dt.datetime, locale: str) -> dt.time:
    """The wall-clock time a phrase tells: `8:30`, `half past eight`, `noon`. Raises Invalid when it tells none."""
    when = resolve(f"at {phrase.removeprefix('at ')}", now=now, locale=locale)
    if when.says_date or not when.due or when.due.time is None:
        raise Invalid(f"I can't read “{phrase[:40]}” as a time of day. Try 8:30 or 9am.")
    return when.due.time
