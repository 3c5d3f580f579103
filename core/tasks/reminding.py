"""When the bot speaks up about a task: arithmetic on its row, the person's preferences and an instant. Pure.

What a person asked for by name, by snoozing say, comes before all else. Otherwise a task with a time reminds as long
before it as the preferences (or the task's own `remind_before`) say, one for a whole day in the person's morning. A
series reminds of each of its dates, whether the one before was done or not; one that counts from completion has only
the date it stands at.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from core.model import Due
from core.tasks.recurrence import advance
from core.tasks.stored import Stored
from core.users.actor import Actor

_DAY = 24 * 60
_MARGIN = dt.timedelta(hours=3)
"""More than a clock change moves a wall clock by."""


def next_reminder(row: Stored, actor: Actor, after: dt.datetime, *, fresh: bool = False) -> dt.datetime | None:
    """Return the first instant after `after`, an aware one, at which to remind of the task; None when there is none.

    `fresh`: the person has just set the task to this. Where a lead would have had to begin earlier, what is left of
    it is no reason to say nothing: the reminder comes when the task is due.
    """
    if not row.open:
        return None
    asked = [at for at in (row.remind_at, *row.remind_also) if at is not None and at > after]
    if asked:
        return min(asked)
    if row.due is None:
        return None
    found = (_regular(row, row.due, actor, lead, after, fresh=fresh) for lead in _leads(row, actor))
    return min((at for at in found if at is not None), default=None)


def pending(row: Stored, actor: Actor) -> tuple[Due | None, str | None]:
    """Return the date that the task's next reminder is of, and what is left of the series' rule there."""
    due, rule = row.due, row.recurrence
    at = row.next_reminder_at
    if due is None or rule is None or at is None or row.recurs_from_completion:
        return due, rule
    leads = _leads(row, actor)
    while due is not None and max(_instant(due, 0, actor), *(_instant(due, lead, actor) for lead in leads)) < at:
        begun = _as_due(due, max(0, *leads), actor, at - _MARGIN)
        following = advance(rule, due, now=begun, from_completion=False)
        if following is None:
            break
        due, rule = following
    return due, rule


def _leads(row: Stored, actor: Actor) -> tuple[int, ...]:
    """The minutes before its date that the task reminds at."""
    return (actor.reminder_lead_minutes if row.due_time else 0,) if row.remind_before is None else row.remind_before


def planned(before: Stored, after: Stored, actor: Actor, now: dt.datetime) -> Stored:
    """Return the row with its next reminder; where nothing that it depends on has changed, that is the one it had."""
    if not after.open:
        return replace(after, next_reminder_at=None)
    if _decisive(before) == _decisive(after):
        return after
    return replace(after, next_reminder_at=next_reminder(after, actor, now, fresh=True))


def reminded_until(row: Stored, actor: Actor, now: dt.datetime) -> Stored:
    """Return the row with everything up to `now` told, and the reminder that comes then."""
    left = sorted(at for at in (row.remind_at, *row.remind_also) if at is not None and at > now)
    row = replace(row, remind_at=left[0] if left else None, remind_also=tuple(left[1:]))
    return replace(row, next_reminder_at=next_reminder(row, actor, now))


def _decisive(row: Stored) -> tuple[object, ...]:
    asked = (row.remind_at, row.remind_also, row.remind_before)
    return (row.open, row.due, row.recurrence, row.recurs_from_completion, *asked)


def _regular(row: Stored, due: Due, actor: Actor, lead: int, after: dt.datetime, *, fresh: bool) -> dt.datetime | None:
    """Return when to remind, so many minutes before it, of the first date of the series for which that is to come."""
    at = _instant(due, lead, actor)
    if at > after:
        return at
    if fresh and lead > 0 and (then := _instant(due, 0, actor)) > after:
        return then
    if row.recurrence is None or row.recurs_from_completion:
        return None
    begun = _as_due(due, lead, actor, after)
    rule = row.recurrence
    while (following := advance(rule, due, now=begun, from_completion=False)) is not None:
        due, rule = following
        at = _instant(due, lead, actor)
        if at > after:
            return at
    return None


def _instant(due: Due, lead: int, actor: Actor) -> dt.datetime:
    """The instant so many minutes before a due date: whole days on the wall clock, the rest in real minutes."""
    days, minutes = divmod(lead, _DAY)
    zone = ZoneInfo(due.zone) if due.time else actor.timezone
    wall = dt.datetime.combine(due.date - dt.timedelta(days=days), due.time or actor.morning)
    return wall.replace(tzinfo=zone).astimezone(dt.UTC) - dt.timedelta(minutes=minutes)


def _as_due(due: Due, lead: int, actor: Actor, after: dt.datetime) -> dt.datetime:
    """The latest due date, as `advance` takes it, that is surely reminded of by `after`."""
    zone = ZoneInfo(due.zone)
    before = dt.timedelta(minutes=lead)
    if due.time is None:
        wall = after.astimezone(actor.timezone).replace(tzinfo=None) + before
        morning = dt.timedelta(hours=actor.morning.hour, minutes=actor.morning.minute)
        return (wall - morning).replace(tzinfo=zone)
    return after + before - (_MARGIN if abs(lead) >= _DAY else dt.timedelta())
