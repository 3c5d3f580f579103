"""How a person wants things, and the reminders that follow it: whatever changes the one moves the other with it."""

from __future__ import annotations

import datetime as dt

from core.chat import Author
from core.database import Session
from core.tasks import follow
from core.users import Actor, recognise, set_preferences


async def acting(session: Session, author: Author, default_zone: str, *, now: dt.datetime) -> Actor:
    """Return the actor an author is, as `core.users.identify` does.

    Where the platform tells another time zone than it did, reminders of whole days move with it.
    """
    actor, before = await recognise(session, author, default_zone)
    if before is not actor:
        await follow(session, before, actor, now=now)
    return actor


async def prefer(
    session: Session,
    actor: Actor,
    *,
    timezone: str | None = None,
    morning: dt.time | str | None = None,
    digest: bool | None = None,
    reminder_lead_minutes: int | None = None,
    reminders_here: bool | None = None,
    now: dt.datetime,
) -> Actor:
    """Change what is given and work out reminders again; see `core.users.set_preferences`, and for what it raises."""
    after = await set_preferences(
        session,
        actor,
        timezone=timezone,
        morning=morning,
        digest=digest,
        reminder_lead_minutes=reminder_lead_minutes,
        reminders_here=reminders_here,
        now=now,
    )
    await follow(session, actor, after, now=now)
    return after
