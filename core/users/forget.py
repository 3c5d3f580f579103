"""Forgetting a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.database import Session, statement
from core.users.actor import Actor


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted."""

    tasks: int = 0
    """Those that were in the trash are not counted."""
    kept: bool = False
    """Whether the tasks stay, as other identities share the account."""


_ACCOUNT = "SELECT account_id FROM users WHERE id = :user"

# Whoever adds a task locks the account's row first, so nothing is added between this and the deletion.
_IDENTITIES = "SELECT id FROM users WHERE account_id = :account ORDER BY id FOR UPDATE"

_TASKS = "DELETE FROM tasks WHERE account_id = :account RETURNING deleted_at IS NULL"

_USER = "DELETE FROM users WHERE id = :user"

_INHERIT = (
    "UPDATE users SET next_number = (SELECT next_number FROM users WHERE id = :account) WHERE id = :heir",
    "UPDATE tasks SET account_id = :heir WHERE account_id = :account",
    "UPDATE users SET account_id = :heir WHERE account_id = :account",
)


async def forget(session: Session, actor: Actor) -> Forgotten:
    """Delete the actor's identity, and the account's tasks with it unless other identities share the account.

    Where the identity is the one that the account is named after, the oldest of the others takes its place: tasks keep
    their numbers. Somebody who is forgotten already is nobody, and nothing is deleted.
    """
    account, identities = await _locked(session, actor.user_id)
    if account is None:
        return Forgotten()
    others = [user for user in identities if user != actor.user_id]
    deleted = 0
    if not others:
        deleted = sum((await session.execute(statement(_TASKS), {"account": account})).scalars())
    elif account == actor.user_id:
        for inherit in _INHERIT:
            await session.execute(statement(inherit), {"account": account, "heir": others[0]})
    await session.execute(statement(_USER), {"user": actor.user_id})
    return Forgotten(deleted, kept=bool(others))


async def _locked(session: Session, user: int) -> tuple[int | None, Sequence[int]]:
    """Lock the identities of the user's account; returns the account, `None` when the user is gone, and their ids.

    While the lock is waited for, the account may be handed on: then it is looked for again.
    """
    while True:
        account = (await session.execute(statement(_ACCOUNT), {"user": user})).scalar()
        if account is None:
            return None, ()
        identities = (await session.execute(statement(_IDENTITIES), {"account": account})).scalars()
        if user in identities:
            return account, identities
