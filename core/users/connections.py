"""Clients that act for a person, known by one integer of their identity: see `core.chat.tools`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from core.chat import Author, Grant
from core.chat.tools import EPOCH_BITS, MADE_BITS
from core.database import Session, statement
from core.users.actor import Actor
from core.users.operations import USER, actor_of

_USED = 1 << MADE_BITS

_STATE = "SELECT connections FROM users WHERE id = :user"

_GRANTED = f"""
    SELECT {USER}, platform, workspace, external_id FROM users
    WHERE id = :user AND connections >> {EPOCH_BITS} = CAST(:epoch AS bigint)
"""

# Of several at once one changes the row; the others wait for it, look again, and find another state.
_SPEND = """
    UPDATE users SET connections = connections + CAST(:step AS bigint)
    WHERE id = :user AND connections = CAST(:state AS bigint)
    RETURNING connections
"""

_END = f"""
    WITH old AS (SELECT id, connections FROM users WHERE id = :user FOR UPDATE)
    UPDATE users SET connections = ((old.connections >> {EPOCH_BITS}) + 1) << {EPOCH_BITS}
    FROM old WHERE users.id = old.id
    RETURNING old.connections
"""


async def connections(session: Session, actor: Actor) -> int:
    """The state of the identity's counter; 0 of one that is forgotten."""
    found: int | None = (await session.execute(statement(_STATE), {"user": actor.user_id})).scalar()
    return found or 0


async def granted(session: Session, grant: Grant, default_zone: str) -> tuple[Actor, Author] | None:
    """Whom a client acts for, `None` where they have ended that or are forgotten. One statement."""
    row = (await session.execute(statement(_GRANTED), {"user": grant.user, "epoch": grant.epoch})).one_or_none()
    if row is None:
        return None
    who = Author(row["platform"], row["workspace"], row["external_id"], row["name"], locale=grant.locale)
    return actor_of(row, grant.locale, ZoneInfo(default_zone)), who


async def spend(session: Session, user: int, state: int, *, connects: bool) -> int | None:
    """Use up what is good for this state alone, and return the state that follows; `None` where it was used up."""
    values = {"user": user, "state": state, "step": _USED + connects}
    after: int | None = (await session.execute(statement(_SPEND), values)).scalar()
    return after


async def end(session: Session, actor: Actor) -> int:
    """End all connections of the identity, and return the state that its counter had."""
    before: int | None = (await session.execute(statement(_END), {"user": actor.user_id})).scalar()
    return before or 0
