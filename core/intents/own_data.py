"""What a person may ask of all that is kept about them: how things are set, everything as files, nothing any more."""

from __future__ import annotations

from core import exporting
from core.chat import ActionName, Confirm, Erasure, Part, Receipt, Text
from core.intents.receipts import preferences
from core.intents.request import Request
from core.intents.values import Export, ForgetMe, Prefer
from core.preferences import prefer
from core.users import Forgotten, forget
from core.when import time_of_day

_SURE = Confirm(
    "This deletes all your tasks and all I know of you, for good: it can't be undone. `export` gives you a copy first.",
    ActionName.FORGET_ME,
    "forget me for good",
)


async def set_preferences(request: Request, intent: Prefer) -> Receipt:
    """Set what is given, of `request.actor` too; without anything say how things are. Raises Invalid."""
    if intent == Prefer():
        return preferences(request.actor, request.now, whole=True)
    phrase = intent.morning
    morning = time_of_day(phrase, now=request.now, locale=request.actor.locale) if phrase else None
    request.actor = await request.database.write(
        lambda session: prefer(
            session,
            request.actor,
            timezone=intent.timezone,
            morning=morning,
            digest=intent.digest,
            reminder_lead_minutes=intent.lead,
            reminders_here=intent.here,
            now=request.now,
        )
    )
    request.now = request.now.astimezone(request.actor.timezone)
    only_clock = intent == Prefer(timezone=intent.timezone, morning=intent.morning)
    return preferences(request.actor, request.now, whole=not only_clock)


async def export(request: Request, intent: Export) -> list[Part]:
    """Everything that is kept for the person, as files."""
    number, files = await exporting.export(request.database, request.actor, request.now, intent.format)
    count = "one task" if number == 1 else f"{number:,} tasks"
    return [Text(f"Here is all I keep for you: {count}, done ones included.\n\n"), *files]


async def forget_me(request: Request, intent: ForgetMe) -> list[Part]:
    """Delete the person's tasks and all that is known of them, for good; once they have said that they are sure."""
    if not intent.confirmed:
        return [_SURE]
    gone = await request.database.write(lambda session: forget(session, request.actor))
    rest = "What was said in a thread stays with OpenAI until somebody says `forget` there."
    return [Text(f"{_forgotten(gone)} {rest}"), Erasure()]


def _forgotten(gone: Forgotten) -> str:
    if gone.kept:
        return "Done: I no longer know you here. Your tasks stay with the accounts that are linked to this one."
    if not gone.tasks:
        return "Done: all I knew of you is deleted; there were no tasks."
    tasks = "your one task is" if gone.tasks == 1 else f"your {gone.tasks:,} tasks are"
    return f"Done: {tasks} deleted, and so is all I knew of you."
