"""How a turn begins: who writes, and which tasks the message may be about. One statement, for somebody known."""

from __future__ import annotations

import datetime as dt

from core.chat import Author
from core.database import Session, statement
from core.model import Task
from core.tasks import follow, relevant
from core.tasks.relevant import RELEVANT, meant
from core.tasks.stored import Stored
from core.users import Actor
from core.users.operations import USER, as_told, identity

_PERSON = "person_"

_BEGIN = statement(f"""
    SELECT {", ".join(f"me.{name} AS {_PERSON}{name}" for name in USER.split(", "))}, placed.*
    FROM users AS me LEFT JOIN LATERAL (
        SELECT found.*, row_number() OVER () AS place FROM ({RELEVANT.format(account="me.account_id")}) AS found
    ) AS placed ON true
    WHERE me.platform = :platform AND me.workspace = :workspace AND me.external_id = :external_id
    ORDER BY placed.place
""")


async def begin(
    session: Session,
    author: Author,
    text: str,
    default_zone: str,
    *,
    now: dt.datetime,
    about: int | None,
    named: bool,
) -> tuple[Actor, tuple[Task, ...]]:
    """The actor an author is, as `core.preferences.acting` does, and what `core.tasks.relevant` finds for them.

    Raises Invalid when the platform's ids are empty or too long.
    """
    values = {**identity(author), **meant(text, about=about, named=named)}
    rows = await session.execute(_BEGIN, values)
    before = {name: rows[0][_PERSON + name] for name in USER.split(", ")} if rows else None
    actor, old = await as_told(session, author, default_zone, before)
    local = now.astimezone(actor.timezone)
    if old is not actor:
        await follow(session, old, actor, now=now)
        return actor, await relevant(session, actor, text, now=local, about=about, named=named)
    return actor, tuple(Stored.from_row(row).task(actor, local) for row in rows if row["id"] is not None)
