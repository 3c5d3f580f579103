"""Moving a due date by a length of time: from where it is when the task is locked."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from core import tasks
from core.chat import Due
from core.errors import Invalid
from core.quickadd import resolve_offset
from core.tasks import Change, NewTask, TaskChanges
from tests.core.tasks.conftest import Hand

TUESDAY = Due(dt.date(2026, 12, 1), dt.time(9), "Europe/Berlin")


async def _shift(hand: Hand, phrase: str, *numbers: int) -> Change:
    shift = resolve_offset(phrase)
    return await hand.do(tasks.update, [TaskChanges(number, shift=shift) for number in numbers], now=hand.now)


async def test_it_moves_from_its_own_date_and_can_be_undone(ana: Hand) -> None:
    """Not from now; a series keeps its rule, and its reminder follows."""
    await ana.add(NewTask("Rent", due=TUESDAY, recurrence="FREQ=MONTHLY"))
    change = await _shift(ana, "2 days later", 1)
    (task,) = change.tasks
    assert (str(task.due), task.recurrence) == ("2026-12-03T09:00", "FREQ=MONTHLY")
    assert task.next_reminder == task.due.at if task.due else None
    await ana.do(tasks.undo, change.change, now=ana.now)
    assert (await ana.one(1)).due == TUESDAY


async def test_without_a_date_it_says_what_to_do_and_moves_none(ana: Hand) -> None:
    """All of a change, or nothing of it."""
    await ana.add(
        NewTask("Dated", due=TUESDAY), "Undated", NewTask("Whole day", due=Due(TUESDAY.date, None, TUESDAY.zone))
    )
    with pytest.raises(Invalid, match="no date yet"):
        await _shift(ana, "2 days later", 1, 2)
    with pytest.raises(Invalid, match="whole day"):
        await _shift(ana, "an hour later", 1, 3)
    assert (await ana.one(1)).due == TUESDAY


async def test_moves_at_once_all_count(ana: Hand) -> None:
    """Each one begins where the other one ended."""
    await ana.add(NewTask("Rent", due=TUESDAY))
    await asyncio.gather(*(_shift(ana, "a day later", 1) for _ in range(8)))
    assert str((await ana.one(1)).due) == "2026-12-09T09:00"
