"""Forgetting a person: everything goes in one transaction, whatever happens beside it."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from core.chat import Status, TaskQuery
from core.database import Database, Session, statement
from core.errors import NotFound
from core.tasks import NewTask, add, complete, delete, find
from core.users import Actor, Forgotten, forget, identify, set_preferences
from tests.conftest import ANA, BEN

SECONDS = 10


async def _forgotten(database: Database, actor: Actor) -> Forgotten:
    async with database.transaction() as session:
        return await forget(session, actor)


async def _add(database: Database, actor: Actor, now: dt.datetime, *titles: str) -> list[int]:
    async with database.transaction() as session:
        change = await add(session, actor, [NewTask(title) for title in titles], now=now)
    return [task.number for task in change.tasks]


async def _count(database: Database, table: str) -> int:
    async with database.transaction() as session:
        return int((await session.execute(f"SELECT count(*) FROM {table}")).scalar())


async def _link(session: Session, identity: Actor, account: Actor) -> None:
    values = {"user": identity.user_id, "account": account.account_id}
    await session.execute(statement("UPDATE users SET account_id = :account WHERE id = :user"), values)


async def _waiting(database: Database) -> None:
    """Until somebody waits for a lock."""
    async with asyncio.timeout(SECONDS):
        while True:
            async with database.transaction() as session:
                found = await session.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                if found.scalar():
                    return


async def test_the_person_and_their_tasks_are_gone(
    database: Database, actor: Actor, other_actor: Actor, now: dt.datetime
) -> None:
    """Open, done and deleted ones; the deleted one isn't counted, and nobody else loses anything."""
    await _add(database, actor, now, "Open", "Done", "Deleted")
    await _add(database, other_actor, now, "Ben's")
    async with database.transaction() as session:
        await complete(session, actor, [2], now=now)
        await delete(session, actor, [3], now=now)
    assert await _forgotten(database, actor) == Forgotten(tasks=2)
    assert (await _count(database, "tasks"), await _count(database, "users")) == (1, 1)


async def test_the_next_message_makes_somebody_new(database: Database, actor: Actor, now: dt.datetime) -> None:
    """With preferences as at first, and numbers from 1."""
    await _add(database, actor, now, "Buy milk")
    async with database.transaction() as session:
        await set_preferences(session, actor, timezone="Asia/Tokyo", morning="7:15", digest=True)
    await _forgotten(database, actor)
    async with database.transaction() as session:
        again = await identify(session, ANA, "UTC")
    assert again.user_id != actor.user_id
    assert (again.timezone.key, again.morning, again.digest) == ("Europe/Berlin", dt.time(9), False)
    assert await _add(database, again, now, "Buy bread") == [1]


async def test_forgetting_twice_at_once_is_harmless(database: Database, actor: Actor, now: dt.datetime) -> None:
    """One deletes, the other finds nobody."""
    await _add(database, actor, now, "Buy milk", "Buy bread")
    gone = await asyncio.gather(*(_forgotten(database, actor) for _ in range(4)))
    assert sorted(one.tasks for one in gone) == [0, 0, 0, 2]
    assert await _count(database, "users") == 0


async def test_a_task_added_meanwhile_goes_too(database: Database, actor: Actor, now: dt.datetime) -> None:
    """Whoever added it first has it deleted: nothing is left behind, and nothing fails."""
    async with database.transaction() as session:
        await add(session, actor, [NewTask("In the last moment")], now=now)
        forgetting = asyncio.create_task(_forgotten(database, actor))
        await _waiting(database)
    assert await forgetting == Forgotten(tasks=1)
    assert (await _count(database, "tasks"), await _count(database, "users")) == (0, 0)


async def test_adding_for_somebody_forgotten_is_refused_with_a_sentence(
    database: Database, actor: Actor, now: dt.datetime
) -> None:
    """A turn that began before must not keep a task for nobody."""
    async with database.transaction() as session:
        await forget(session, actor)
        adding = asyncio.create_task(_add(database, actor, now, "Too late"))
        await _waiting(database)
    with pytest.raises(NotFound, match="was deleted a moment ago"):
        await adding
    with pytest.raises(NotFound, match="was deleted a moment ago"):
        async with database.transaction() as session:
            await set_preferences(session, actor, digest=True)
    assert await _count(database, "tasks") == 0


async def test_tasks_stay_with_the_other_identities_of_an_account(
    database: Database, actor: Actor, other_actor: Actor, now: dt.datetime
) -> None:
    """Whichever identity goes: the account's own hands tasks, numbers and the account to the one that stays."""
    await _add(database, actor, now, "Ours")
    async with database.transaction() as session:
        await _link(session, other_actor, actor)
    assert await _forgotten(database, actor) == Forgotten(tasks=0, kept=True)
    async with database.transaction() as session:
        heir = await identify(session, BEN, "UTC")
        page = await find(session, heir, TaskQuery(status=Status.ALL), now=now)
    assert (heir.user_id, heir.account_id) == (other_actor.user_id, other_actor.user_id)
    assert [task.title for task in page.tasks] == ["Ours"]
    assert await _add(database, heir, now, "Mine") == [2]
    assert await _forgotten(database, heir) == Forgotten(tasks=2)


async def test_a_linked_identity_goes_alone(
    database: Database, actor: Actor, other_actor: Actor, now: dt.datetime
) -> None:
    """The account and its tasks stay as they are."""
    await _add(database, actor, now, "Ours")
    async with database.transaction() as session:
        await _link(session, other_actor, actor)
        linked = await identify(session, BEN, "UTC")
    assert await _forgotten(database, linked) == Forgotten(tasks=0, kept=True)
    assert (await _count(database, "tasks"), await _count(database, "users")) == (1, 1)


async def test_two_linked_identities_forgotten_at_once_leave_nothing(
    database: Database, actor: Actor, other_actor: Actor, now: dt.datetime
) -> None:
    """The one that waits finds the account handed on to itself."""
    await _add(database, actor, now, "Ours")
    async with database.transaction() as session:
        await _link(session, other_actor, actor)
        linked = await identify(session, BEN, "UTC")
    async with database.transaction() as session:
        first = await forget(session, actor)
        second = asyncio.create_task(_forgotten(database, linked))
        await _waiting(database)
    assert (first, await second) == (Forgotten(kept=True), Forgotten(tasks=1))
    assert (await _count(database, "tasks"), await _count(database, "users")) == (0, 0)
