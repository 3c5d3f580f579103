"""The open tasks a message is most likely about, for the model to know before it answers. One statement."""

from __future__ import annotations

import datetime as dt

from core.database import Session, statement
from core.model import Task
from core.tasks.search import words_in
from core.tasks.stored import COLUMNS, Stored
from core.users.actor import Actor

MOST_SHOWN = 8
"""Every turn pays for each of them, twice."""

RELEVANT = f"""
    SELECT {COLUMNS} FROM tasks
    WHERE account_id = {{account}} AND completed_at IS NULL AND deleted_at IS NULL
          AND (NOT :named OR number = :about OR search @@ (to_tsquery('simple', :any) || to_tsquery('english', :any)))
    ORDER BY number = :about DESC,
             search @@ (to_tsquery('simple', :any) || to_tsquery('english', :any)) DESC, due_at, priority, number DESC
    LIMIT :most
"""
"""Of one `account`, the most relevant first; its values are `meant`."""
_RELEVANT = statement(RELEVANT.format(account=":account"))


def meant(text: str, *, about: int | None, named: bool, most: int = MOST_SHOWN) -> dict[str, object]:
    """The values of `RELEVANT`: see `relevant`."""
    any_word = " | ".join(f"'{word}'" for word in words_in(text))
    return {"any": any_word, "most": most, "about": about or 0, "named": named}


async def relevant(
    session: Session,
    actor: Actor,
    text: str,
    *,
    now: dt.datetime,
    about: int | None = None,
    named: bool = False,
    most: int = MOST_SHOWN,
) -> tuple[Task, ...]:
    """Return the actor's open tasks: the one called `about`, those that share a word with `text`, those due first.

    `named`: without the last ones.
    """
    values = meant(text, about=about, named=named, most=most)
    rows = await session.execute(_RELEVANT, {"account": actor.account_id, **values})
    return tuple(Stored.from_row(row).task(actor, now) for row in rows)
