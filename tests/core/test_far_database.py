"""A database that is far away: connections that die there, words that arrive and answers that don't."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from core import tasks
from core.connections import SURE_SECONDS, Pool
from core.database import Database, parse_url
from core.errors import UNCERTAIN, DatabaseUnavailable
from core.tasks import NewTask
from core.transactions import Mode, Session
from core.users import Actor
from tests.fakes.far_database import Far, far


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[Far]:
    """The way there."""
    async with far(database_url) as wire:
        yield wire


@pytest.fixture
async def distant(wire: Far) -> AsyncIterator[Database]:
    """The database at its other end, which has been asked something before."""
    database = Database(wire.url)
    await database.ping()
    yield database
    await database.close()


async def _titles(database: Database) -> list[str]:
    rows = await database.read(lambda session: session.execute("SELECT title FROM tasks ORDER BY number"))
    return list(rows.scalars())


async def test_a_write_sees_that_its_connection_has_ended_before_it_sends_anything(
    wire: Far, distant: Database, actor: Actor, now: dt.datetime
) -> None:
    """It could not be sent again; so one that ended while nobody used it is replaced, without a question."""
    await wire.cut_off()
    with wire.counted():
        await distant.write(lambda session: tasks.add(session, actor, [NewTask("Milk")], now=now))
    assert (wire.connections, wire.trips) == (1, 1)
    assert await _titles(distant) == ["Milk"]


async def test_connections_that_end_unseen_cost_nobody_anything(wire: Far, distant: Database) -> None:
    """What was sent on one is sent on a new one, and the others that waited with it are not tried."""
    wire.cut()
    with wire.counted():
        async with distant.transaction() as session:
            await session.execute("SELECT 2")
    assert wire.sent.count("SELECT 2") == 1


async def test_a_transaction_whose_first_answer_is_lost_begins_anew(
    wire: Far, distant: Database, actor: Actor, now: dt.datetime
) -> None:
    """Nothing of it can have been committed, so it may be sent again; it is done once."""
    wire.lose = "INSERT INTO tasks"
    async with distant.transaction() as session:
        await tasks.add(session, actor, [NewTask("Milk")], now=now)
    assert sum("INSERT INTO tasks" in sql for sql in wire.sent) == 2
    assert await _titles(distant) == ["Milk"]


async def test_an_answer_that_is_lost_later_is_the_end_of_the_transaction(
    wire: Far, distant: Database, actor: Actor, now: dt.datetime
) -> None:
    """What was done before it is taken back, and nothing is sent again."""
    wire.lose = "WITH seen"

    async def turn() -> None:
        async with distant.transaction() as session:
            await tasks.add(session, actor, [NewTask("Milk")], now=now)
            await tasks.complete(session, actor, [1], now=now)

    with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
        await turn()
    assert await _titles(distant) == []


async def test_a_write_that_may_have_been_saved_is_not_sent_again(
    wire: Far, distant: Database, actor: Actor, now: dt.datetime
) -> None:
    """The one statement got through, its answer did not: nobody claims to know, and it is not done twice."""
    wire.lose = "INSERT INTO tasks"
    with pytest.raises(DatabaseUnavailable) as caught:
        await distant.write(lambda session: tasks.add(session, actor, [NewTask("Milk")], now=now))
    assert str(caught.value) == UNCERTAIN
    assert sum("INSERT INTO tasks" in sql for sql in wire.sent) == 1


async def test_a_lock_whose_answer_is_lost_is_asked_for_again(
    wire: Far, distant: Database, actor: Actor, now: dt.datetime
) -> None:
    """An operation of two statements begins with one that changes nothing."""
    await distant.write(lambda session: tasks.add(session, actor, [NewTask("Milk")], now=now))
    wire.lose = "WITH seen"
    change = await distant.write(lambda session: tasks.complete(session, actor, [1], now=now))
    assert change.action == "completed"


async def test_a_save_whose_answer_is_lost_is_uncertain(
    wire: Far, distant: Database, actor: Actor, now: dt.datetime
) -> None:
    """COMMIT was sent with it."""
    await distant.write(lambda session: tasks.add(session, actor, [NewTask("Milk")], now=now))
    wire.lose = "UPDATE tasks"
    with pytest.raises(DatabaseUnavailable) as caught:
        await distant.write(lambda session: tasks.complete(session, actor, [1], now=now))
    assert str(caught.value) == UNCERTAIN


async def test_a_read_whose_answer_is_lost_is_asked_again(wire: Far, distant: Database) -> None:
    """Once."""
    wire.lose = "SELECT 3"
    rows = await distant.read(lambda session: session.execute("SELECT 3 AS three"))
    assert rows.scalar() == 3
    assert [sql for sql in wire.sent if "three" in sql] == ["SELECT 3 AS three"] * 2


async def test_a_write_on_a_connection_that_was_silent_for_long_can_be_sent_again(
    wire: Far, actor: Actor, now: dt.datetime
) -> None:
    """A firewall may have forgotten it without a word: so COMMIT waits until it is known that anything arrives."""
    pool = Pool(parse_url(wire.url), keep=1)
    silent = await pool.take()
    await silent.send("SELECT 1", None)
    silent.answered_at -= SURE_SECONDS
    await pool.give(silent)
    wire.lose = "INSERT INTO tasks"
    session = Session(pool, Mode.OPERATION)
    await tasks.add(session, actor, [NewTask("Milk")], now=now)
    await session.commit()
    await session.close()
    await pool.close()
    assert [sql for sql in wire.sent if sql in ("BEGIN", "COMMIT")] == ["BEGIN", "BEGIN", "COMMIT"]


async def test_nothing_follows_the_last_statement_of_an_operation(distant: Database) -> None:
    """It is committed by then: what came after it would be another transaction."""

    async def two(session: Session) -> None:
        await session.execute("SELECT 1", last=True)
        await session.execute("SELECT 2")

    with pytest.raises(RuntimeError, match="the transaction has ended"):
        await distant.write(two)


async def test_reads_that_turn_out_to_write_do_so_in_one_transaction(distant: Database, wire: Far) -> None:
    """From `begin` on all or none; what failed in it is taken back."""

    async def work(session: Session) -> None:
        await session.execute("SELECT 1")
        session.begin()
        await session.execute(
            "INSERT INTO users (id, account_id, platform, workspace, external_id, name)"
            " VALUES (9, 9, 'p', '', 'x', 'X')"
        )
        raise KeyError("anything")

    with pytest.raises(KeyError):
        await distant.read(work)
    assert wire.sent[-2:] != ["COMMIT"]
    assert (await distant.read(lambda session: session.execute("SELECT count(*) FROM users"))).scalar() == 0
