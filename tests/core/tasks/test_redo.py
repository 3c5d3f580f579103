"""What was taken back can be done again, and what was deleted brought back."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tasks
from core.chat import Author, Status
from core.errors import Conflict, NotFound
from core.tasks import Change, TaskChanges
from core.users import identify
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand
from tests.core.tasks.test_undo import OPERATIONS, full

__all__ = ["full"]


async def _undo(hand: Hand) -> Change:
    return await hand.do(tasks.undo, now=hand.now)


async def _redo(hand: Hand) -> Change:
    return await hand.do(tasks.redo, now=hand.now)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "reopen"])
async def test_an_operation_that_was_undone_can_be_done_again(full: Hand, name: str) -> None:
    """In two statements, with the id it had; and undone once more."""
    before = await full.all()
    change = await OPERATIONS[name](full)
    after = await full.all()
    await _undo(full)
    with counted(full.database) as statements:
        redone = await _redo(full)
    assert len(statements) == 2
    assert (redone.action, redone.change) == ("redone", change.change)
    assert await full.all() == after
    await full.do(tasks.undo, redone.change, now=full.now)
    assert await full.all() == before


async def test_what_nobody_undid_cannot_be_done_again(full: Hand) -> None:
    """And what was done again is not done a second time."""
    with pytest.raises(NotFound):
        await _redo(full)
    await full.do(tasks.complete, [1], now=full.now)
    await _undo(full)
    await _redo(full)
    with pytest.raises(NotFound):
        await _redo(full)


async def test_a_change_after_the_undo_ends_it(full: Hand) -> None:
    """Of the same task or of another one: what was undone might not fit any more."""
    await full.do(tasks.complete, [1], now=full.now)
    await _undo(full)
    await full.do(tasks.update, [TaskChanges(2, title="Other")], now=full.now)
    with pytest.raises(Conflict):
        await _redo(full)
    await full.do(tasks.update, [TaskChanges(1, title="Same")], now=full.now)
    with pytest.raises(NotFound):
        await _redo(full)


async def test_nobody_redoes_what_another_one_undid(full: Hand, ben: Hand) -> None:
    """Undone changes belong to their account."""
    await full.do(tasks.complete, [1], now=full.now)
    await _undo(full)
    await ben.add("Ben's")
    with pytest.raises(NotFound):
        await _redo(ben)
    assert (await _redo(full)).tasks[0].done


async def test_two_redos_at_once_do_it_once(full: Hand) -> None:
    """Two presses, two processes: the second one hears that there is nothing left."""
    await full.do(tasks.complete, [1, 2], now=full.now)
    await _undo(full)
    told = await asyncio.gather(*(_redo(full) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["Change", "NotFound", "NotFound", "NotFound"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=1, max_size=6), st.data())
async def test_undoing_and_doing_again_is_walking_along_one_line(
    full: Hand, names: list[str], data: st.DataObject
) -> None:
    """However often one goes back and forth, the tasks are what they were at that point."""
    author = Author("chat", "acme", uuid.uuid4().hex, "Somebody")
    async with full.database.transaction() as session:
        actor = await identify(session, author, "Europe/Berlin")
    hand = Hand(full.database, actor, full.now)
    await hand.add("Plain", "Dated", "Series")
    states = [await hand.all()]
    for name in names:
        if (await OPERATIONS[name](hand)).change is not None:
            states.append(await hand.all())
    at = len(states) - 1
    for _ in range(data.draw(st.integers(1, 12))):
        back = at > 0 and (at == len(states) - 1 or data.draw(st.booleans()))
        if not back and at == len(states) - 1:
            break
        await (_undo(hand) if back else _redo(hand))
        at += -1 if back else 1
        assert await hand.all() == states[at]


async def test_a_deleted_task_is_brought_back_whatever_was_done_since(full: Hand) -> None:
    """With all it had; the bin lists what was deleted last first; it can be undone, and a second one says so."""
    before = await full.one(2)
    await full.do(tasks.delete, [2], now=full.now)
    await full.do(tasks.delete, [3], now=full.later(minutes=1).now)
    await full.do(tasks.complete, [1], now=full.now)
    assert await full.numbers(status=Status.DELETED) == [3, 2]
    with counted(full.database) as statements:
        restored = await full.do(tasks.restore, [2, 1, 9], now=full.now)
    assert len(statements) == 2
    assert (restored.action, restored.unchanged, restored.missing) == ("restored", (1,), (9,))
    assert await full.one(2) == before
    again = await full.do(tasks.restore, [2], now=full.now)
    assert (again.action, again.change) == ("already there", None)
    await full.do(tasks.undo, restored.change, now=full.now)
    assert await full.numbers(status=Status.DELETED) == [3, 2]


async def test_an_addition_that_was_undone_lies_in_the_bin(ana: Hand) -> None:
    """It can be brought back, too."""
    await ana.add("One")
    await _undo(ana)
    assert [task.title for task in (await ana.do(tasks.restore, [1], now=ana.now)).tasks] == ["One"]
    assert await ana.numbers() == [1]


async def test_nobody_brings_back_what_is_anothers(ana: Hand, ben: Hand) -> None:
    """It is not found."""
    await ben.add("Ben's")
    await ben.do(tasks.delete, [1], now=ben.now)
    assert (await ana.do(tasks.restore, [1], now=ana.now)).missing == (1,)
    assert await ana.numbers(status=Status.DELETED) == []
