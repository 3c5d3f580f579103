"""From a change to what a person sees of it."""

from __future__ import annotations

import datetime as dt

from core.chat import Receipt
from core.tasks import Change
from core.users import Actor


def receipt(change: Change) -> Receipt:
    """The receipt of a committed change: the rows as they are now, and what was not found."""
    return Receipt(action=change.action, tasks=change.tasks, change=change.change, detail=missing(change.missing))


def missing(numbers: tuple[int, ...]) -> str | None:
    """A sentence for numbers that no task of the account has."""
    if not numbers:
        return None
    named = [f"#{number}" for number in numbers]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"You have no task {listed}. `list` shows the numbers."


def preferences(actor: Actor, now: dt.datetime) -> Receipt:
    """What the person's preferences are now; `now` is any aware instant."""
    local = now.astimezone(actor.timezone)
    zone = f"Your time zone is {actor.timezone.key}, where it is {local:%H:%M} now"
    return Receipt(action="preferences", detail=f"{zone}; your morning begins at {actor.morning:%H:%M}.")
