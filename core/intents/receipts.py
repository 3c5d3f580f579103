"""From a change to what a person sees of it."""

from __future__ import annotations

import datetime as dt

from core.chat import Receipt
from core.model import Due, Outcome
from core.quickadd import Doubt
from core.tasks import Change
from core.users import Actor


def receipt(change: Change, *, pressed: bool = False) -> Receipt:
    """The receipt of a committed change: the rows as they are now, and what was not found.

    `pressed`: on a card, which names tasks for ever, while their numbers may have come to mean others.
    """
    lost = gone(change.missing) if pressed else missing(change.missing)
    detail = " ".join(sentence for sentence in (lost, _unchanged(change), _through(change)) if sentence) or None
    return Receipt(change.action, change.tasks, change.change, detail, change.missing)


def _unchanged(change: Change) -> str | None:
    moved = [f"#{task.number}" for task in change.tasks if task.number in change.unchanged and task.recurrence]
    if change.action == Outcome.ALREADY_COMPLETED and moved:
        return f"{_listed(moved)} was done a moment ago and has moved on; wait a little to do the next one as well."
    if change.change is None or not change.unchanged:
        return None
    return f"{_listed([f'#{number}' for number in change.unchanged])} needed no change."


def _through(change: Change) -> str | None:
    """Who had done what is taken back, where it wasn't the person in a chat."""
    return f"{change.through} had done that for you." if change.through else None


def missing(numbers: tuple[int, ...]) -> str | None:
    """A sentence for numbers that no task of the account has."""
    if not numbers:
        return None
    noun = "task" if len(numbers) == 1 else "tasks"
    return f"You have no {noun} {_listed([f'#{number}' for number in numbers])}. `list` shows the numbers."


def gone(numbers: tuple[int, ...]) -> str | None:
    """A sentence for tasks that a card shows and that are no more."""
    if not numbers:
        return None
    one = len(numbers) == 1
    return f"{_listed([f'#{number}' for number in numbers])} of this card {'is' if one else 'are'} not there any more."


def doubted(doubt: Doubt, number: int) -> str:
    """What is asked about the date of a task that was added without one, and the commands that give it one."""
    moves = [f"`move {number} to {str(due).replace('T', ' ')}`" for due in doubt.meanings]
    if doubt.contradiction:
        return f"{doubt.contradiction}, so #{number} has no date yet. Say {' or '.join(moves)}."
    unread = f"I read “{doubt.words}” only in part, so it stays in the title and #{number} has no date."
    if not moves:
        return f"{unread} Say when: `move {number} to friday 5pm`."
    return f"{unread} If you mean {' or '.join(map(_day, doubt.meanings))}, say {' or '.join(moves)}."


def _day(due: Due) -> str:
    """`Mon 23 Nov 15:00`."""
    day = f"{due.date:%a} {due.date.day} {due.date:%b}"
    return f"{day} {due.time:%H:%M}" if due.time else day


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def preferences(actor: Actor, now: dt.datetime, *, whole: bool = False) -> Receipt:
    """What the person's preferences are now, all of them where the `whole` was set; `now` is any aware instant."""
    local = now.astimezone(actor.timezone)
    zone = f"Your time zone is {actor.timezone.key}, where it is {local:%H:%M} now"
    said = f"{zone}; your morning begins at {actor.morning:%H:%M}."
    if whole:
        said += " Reminders come here." if actor.reminders_here else ""
        said += f" The digest is {'on' if actor.digest else 'off'}; {_lead(actor.reminder_lead_minutes)}."
    return Receipt(action=Outcome.PREFERENCES, detail=said)


def _lead(minutes: int) -> str:
    """`reminders come 1 day before the time`."""
    if not minutes:
        return "reminders come at the time of a task"
    unit, name = next(
        (unit, name) for unit, name in ((1440, "day"), (60, "hour"), (1, "minute")) if minutes % unit == 0
    )
    count = minutes // unit
    return f"reminders come {count} {name}{'' if count == 1 else 's'} before the time of a task"
