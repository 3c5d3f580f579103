"""What an old card, and a form that was open for a while, may still do: nothing to what they don't show."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from contextlib import aclosing

import pytest

from core.chat import Action, ActionName, Problem, Receipt, Status, Task, TaskQuery, fingerprints, form_fields
from core.database import Database
from core.service import Service
from tests.fakes.chat import ANA, Answer, Chat


@pytest.fixture
def core(database: Database, now: dt.datetime) -> Service:
    """The core without OpenAI, on Monday 23 November 2026, 9:00 in Berlin."""
    chat = Chat()
    return Service(database, {chat.name: chat}, None, default_zone="UTC", clock=lambda: now)


async def _press(core: Service, action: Action) -> Answer:
    answer = Answer()
    async with aclosing(core.act(action)) as parts:
        async for part in parts:
            answer.parts.append(part)
    return answer


async def _add(core: Service, title: str, **fields: str) -> Task:
    (receipt,) = (await _press(core, Action(ANA, ActionName.ADD, fields={"title": title, **fields}))).receipts
    return receipt.tasks[0]


async def _now(core: Service, number: int) -> Task:
    (task,) = (await core.find(ANA, TaskQuery(status=Status.ALL, numbers=(number,)))).tasks
    return task


def _save(task: Task, **typed: str) -> Action:
    """A form of the task as it was then, with some fields typed over."""
    shown = form_fields(task)
    return Action(
        ANA, ActionName.EDIT, (task.number,), fields=shown | typed, ids=(task.id,), before=fingerprints(shown)
    )


ON_A_CARD = (
    ActionName.DONE, ActionName.REOPEN, ActionName.DELETE, ActionName.SNOOZE, ActionName.NOT_A_DATE,
)  # fmt: skip


@pytest.mark.parametrize("name", ON_A_CARD)
async def test_an_old_card_touches_no_task_that_has_come_to_have_its_number(core: Service, name: ActionName) -> None:
    """After `forget me` numbers begin at 1 again; the card's id is of a task that is gone."""
    old = await _add(core, "Old", due="friday")
    await _press(core, Action(ANA, ActionName.FORGET_ME))
    new = await _add(core, "New and private", due="friday")
    assert new.number == old.number
    (receipt,) = (await _press(core, Action(ANA, name, (old.number,), ids=(old.id,)))).receipts
    assert receipt.tasks == ()
    assert "not there any more" in (receipt.detail or "")
    assert await _now(core, new.number) == new


async def test_an_old_form_and_an_old_undo_touch_nothing_either(core: Service) -> None:
    """Nor does anything that a card is refreshed from show the new task."""
    old = await _add(core, "Old")
    await _press(core, Action(ANA, ActionName.FORGET_ME))
    new = await _add(core, "New and private")
    saved = await _press(core, _save(old, title="Overwritten"))
    assert saved.receipts[0].tasks == ()
    undone = await _press(core, Action(ANA, ActionName.UNDO, (old.number,), ids=(old.id,)))
    assert [type(part) for part in undone.parts] == [Problem]
    assert (await core.find(ANA, TaskQuery(status=Status.ALL, ids=(old.id,)))).tasks == ()
    assert await _now(core, new.number) == new


@pytest.mark.parametrize("forged", [0, -1, 2**63, 2**200])
async def test_an_id_that_no_task_can_have_is_no_task(core: Service, forged: int) -> None:
    """It means none, never any."""
    task = await _add(core, "Mine")
    (receipt,) = (await _press(core, Action(ANA, ActionName.DONE, (1,), ids=(forged,)))).receipts
    assert receipt.tasks == ()
    assert (await core.find(ANA, TaskQuery(ids=(forged,)))).tasks == ()
    assert await _now(core, 1) == task


async def test_what_a_form_shows_and_nobody_touched_stays_as_it_is_now(core: Service) -> None:
    """Another device moves the date and tags it while the form is open; the form renames it."""
    task = await _add(core, "Dentist", due="2026-11-27T15:00", tags="health", notes="Floor 2")
    other = Action(ANA, ActionName.EDIT, (1,), fields={"due": "2026-12-01T09:00", "tags": "health, teeth"})
    await _press(core, other)
    (receipt,) = (await _press(core, _save(task, title="Dentist, Dr May"))).receipts
    (saved,) = receipt.tasks
    assert (saved.title, str(saved.due), saved.tags) == ("Dentist, Dr May", "2026-12-01T09:00", ("health", "teeth"))
    assert saved.notes == "Floor 2"


async def test_a_form_that_nobody_touched_changes_nothing(core: Service) -> None:
    """Not even the time zone of the date."""
    task = await _add(
        core, "Dentist", due="2026-11-27T15:00", tags="health", notes="Floor 2", recurrence="every friday"
    )
    (receipt,) = (await _press(core, _save(task))).receipts
    assert receipt.change is None
    assert await _now(core, 1) == task


async def test_two_changes_of_one_field_are_a_conflict_that_is_shown(core: Service) -> None:
    """Nothing of the second one is kept, not even what would have fitted; it names what each field has become."""
    task = await _add(core, "Dentist", due="2026-11-27T15:00")
    await _press(core, Action(ANA, ActionName.EDIT, (1,), fields={"due": "2026-12-01T09:00"}))
    before = await _now(core, 1)
    (problem,) = (await _press(core, _save(task, title="Dr May", due="2026-12-05"))).parts
    assert isinstance(problem, Problem)
    assert "its date is now “2026-12-01T09:00”" in problem.sentence
    assert "title" not in problem.sentence
    assert await _now(core, 1) == before


async def test_the_same_change_made_twice_is_no_conflict(core: Service) -> None:
    """A form that was sent a second time, or two devices of one mind."""
    task = await _add(core, "Dentist", due="2026-11-27T15:00")
    first, second = await asyncio.gather(*(_press(core, _save(task, due="2026-12-01 09:00")) for _ in range(2)))
    assert [type(part) for part in (*first.parts, *second.parts)] == [Receipt, Receipt]
    assert str((await _now(core, 1)).due) == "2026-12-01T09:00"


async def test_two_forms_saved_at_once_lose_neither_change_without_a_word(core: Service) -> None:
    """The comparison is made under the row's lock: one is saved, the other one is told."""
    task = await _add(core, "Dentist")
    titles = [f"Title {number}" for number in range(6)]
    answers = await asyncio.gather(*(_press(core, _save(task, title=title)) for title in titles))
    saved = [answer.receipts[0].tasks[0].title for answer in answers if answer.receipts]
    assert saved == [(await _now(core, 1)).title]
    assert sum(isinstance(answer.parts[0], Problem) for answer in answers) == len(titles) - 1


async def test_twenty_long_tags_survive_a_change_of_the_title(core: Service) -> None:
    """And notes of 4,000 characters, whatever a platform does to their line ends."""
    tags = [f"{number:02}{'t' * 48}" for number in range(20)]
    task = await _add(core, "Long", tags=", ".join(tags), notes="line  \n" * 500)
    sent = _save(task, title="Longer")
    windows = dataclasses.replace(sent, fields={**sent.fields, "notes": sent.fields["notes"].replace("\n", "\r\n")})
    (receipt,) = (await _press(core, windows)).receipts
    assert (receipt.tasks[0].tags, receipt.tasks[0].notes) == (tuple(tags), task.notes)
