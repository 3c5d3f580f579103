"""What is pressed: forms, and buttons on cards that may be older than the task they show."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import aclosing

import pytest

from core.chat import Action, ActionName, Problem, Receipt, Status, Task, TaskQuery
from core.database import Database
from core.service import Service
from tests.fakes.chat import ANA, BEN, Answer, Chat

LINK = "https://acme.slack.example/archives/C1/p1"
ON_TASKS = (
    ActionName.DONE, ActionName.REOPEN, ActionName.DELETE, ActionName.SNOOZE, ActionName.EDIT, ActionName.NOT_A_DATE,
)  # fmt: skip


@pytest.fixture
def chat() -> Chat:
    """The platform."""
    return Chat()


@pytest.fixture
def core(database: Database, chat: Chat, now: dt.datetime) -> Service:
    """The core without OpenAI, on Monday 23 November 2026, 9:00 in Berlin."""
    return Service(database, {chat.name: chat}, None, default_zone="UTC", clock=lambda: now)


async def _press(core: Service, action: Action) -> Answer:
    answer = Answer()
    async with aclosing(core.act(action)) as parts:
        async for part in parts:
            answer.parts.append(part)
    return answer


async def _act(core: Service, name: ActionName, *numbers: int, **fields: str) -> Answer:
    return await _press(core, Action(ANA, name, numbers, fields=fields))


async def _receipt(core: Service, name: ActionName, *numbers: int, **fields: str) -> Receipt:
    (part,) = (await _act(core, name, *numbers, **fields)).parts
    assert isinstance(part, Receipt), part
    return part


async def _problem(core: Service, name: ActionName, *numbers: int, **fields: str) -> str:
    (part,) = (await _act(core, name, *numbers, **fields)).parts
    assert isinstance(part, Problem), part
    return part.sentence


async def _all(core: Service) -> tuple[Task, ...]:
    return (await core.find(ANA, TaskQuery(status=Status.ALL))).tasks


async def test_a_form_adds_a_task_with_everything_it_says(core: Service) -> None:
    """Each field is read as a person types it; the task keeps the link of the message it comes from."""
    fields = {
        "title": "Water the plants", "notes": "the small ones twice", "due": "2026-11-27T17:00",
        "recurrence": "every friday", "priority": "2", "tags": "home, #garden", "remind": "friday 9am",
    }  # fmt: skip
    answer = await _press(core, Action(ANA, ActionName.ADD, fields=fields, link=LINK))
    (task,) = answer.receipts[0].tasks
    assert (task.title, task.notes, str(task.due), task.repeats) == (
        "Water the plants", "the small ones twice", "2026-11-27T17:00", "every week on Fri",
    )  # fmt: skip
    assert (task.priority, task.tags, task.source) == (2, ("home", "garden"), LINK)
    assert task.remind_at is not None
    assert task.remind_at.isoformat() == "2026-11-27T09:00:00+01:00"


async def test_a_forms_title_is_taken_as_it_is(core: Service) -> None:
    """The form has shown what was read out of the words, so nothing is read out of them again."""
    (task,) = (await _receipt(core, ActionName.ADD, title="Call Ana tomorrow p1 #work")).tasks
    assert (task.title, task.due, task.priority, task.tags) == ("Call Ana tomorrow p1 #work", None, 4, ())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "needs a title"),
        ({}, "needs a title"),
        ({"title": "x" * 501}, "501"),
        ({"title": "x", "due": "the day after never"}, "the day after never"),
        ({"title": "x", "due": "2026-02-30"}, "30"),
        ({"title": "x", "recurrence": "now and then"}, "now and then"),
        ({"title": "x", "priority": "7"}, "“7”"),
        ({"title": "x", "priority": "very"}, "“very”"),
        ({"title": "x", "tags": "a" * 51}, "51"),
        ({"title": "x", "notes": "n" * 4001}, "4,001"),
        ({"title": "x", "remind": "2020-01-01"}, "passed already"),
        ({"title": "x", "remind": "soonish"}, "soonish"),
    ],
)
async def test_a_field_that_cannot_be_is_a_sentence(core: Service, fields: dict[str, str], sentence: str) -> None:
    """Nothing is kept of a form with one wrong field, when adding and when editing."""
    assert sentence in await _problem(core, ActionName.ADD, **fields)
    assert await _all(core) == ()
    if fields:
        await _receipt(core, ActionName.ADD, title="As it was")
        assert sentence in await _problem(core, ActionName.EDIT, 1, **fields)
        assert [task.title for task in await _all(core)] == ["As it was"]


async def test_an_edit_keeps_what_the_form_leaves_out_and_empties_what_it_empties(core: Service) -> None:
    """A missing field stays; an empty one is emptied, the reminder too; a day alone is the whole day."""
    await _receipt(core, ActionName.ADD, title="Gym", due="2026-11-27T17:00", notes="n", remind="friday 9am", tags="a")
    (task,) = (await _receipt(core, ActionName.EDIT, 1, due="2026-11-28", remind="saturday 8am")).tasks
    assert (str(task.due), task.notes, task.tags) == ("2026-11-28", "n", ("a",))
    assert task.remind_at is not None
    (task,) = (await _receipt(core, ActionName.EDIT, 1, notes="", tags="", remind="")).tasks
    assert (task.title, str(task.due), task.notes, task.tags, task.remind_at) == ("Gym", "2026-11-28", None, (), None)
    (task,) = (await _receipt(core, ActionName.EDIT, 1, due="")).tasks
    assert task.due is None


async def test_preferences_are_set_in_one_go_and_told_back(core: Service) -> None:
    """Zone, morning, digest and lead; what is left out stays."""
    told = await _receipt(core, ActionName.PREFERENCES, timezone="new york", morning="07:30", digest="on", lead="30")
    assert told.action == "preferences"
    for fact in ("America/New_York, where it is 03:00", "07:30", "digest is on", "30 minutes before"):
        assert fact in (told.detail or "")
    await _receipt(core, ActionName.PREFERENCES, lead="1440")
    kept = await core.preferences(ANA)
    assert (kept.timezone, kept.timezone_known, kept.morning, kept.digest, kept.lead) == (
        "America/New_York", True, dt.time(7, 30), True, 1440,
    )  # fmt: skip
    assert "off" in ((await _receipt(core, ActionName.PREFERENCES, digest="off")).detail or "")
    assert not (await core.preferences(ANA)).digest
    assert (await core.preferences(BEN)).lead == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"timezone": "Mars"}, "Mars"),
        ({"morning": "25:00"}, "25"),
        ({"morning": "now"}, "now"),
        ({"digest": "maybe"}, "“maybe”"),
        ({"lead": "ten"}, "“ten”"),
        ({"lead": "-5"}, "“-5”"),
        ({"lead": "10081"}, "a week"),
        ({"lead": "9" * 5000}, "no number of minutes"),
    ],
)
async def test_a_preference_that_cannot_be_is_a_sentence(core: Service, fields: dict[str, str], sentence: str) -> None:
    """And the others of the same form are not set either."""
    before = await core.preferences(ANA)
    assert sentence in await _problem(core, ActionName.PREFERENCES, **({"timezone": "Asia/Tokyo"} | fields))
    assert await core.preferences(ANA) == before


@pytest.mark.parametrize("name", ON_TASKS)
async def test_a_button_on_a_card_of_a_task_that_never_was(core: Service, name: ActionName) -> None:
    """Says so, with the number; so does the card of a task of somebody else's."""
    await _press(core, Action(BEN, ActionName.ADD, fields={"title": "Ben's"}))
    told = await _receipt(core, name, 1)
    assert (told.tasks, told.change) == ((), None)
    assert "no task #1" in (told.detail or "")
    assert [task.title for task in (await core.find(BEN, TaskQuery())).tasks] == ["Ben's"]


@pytest.mark.parametrize("name", ON_TASKS)
async def test_a_button_on_a_card_of_a_deleted_task(core: Service, name: ActionName) -> None:
    """Says that there is no such task, and leaves it deleted."""
    await _receipt(core, ActionName.ADD, title="Gone", due="friday")
    await _receipt(core, ActionName.DELETE, 1)
    assert "no task #1" in ((await _receipt(core, name, 1)).detail or "")
    assert await _all(core) == ()


@pytest.mark.parametrize(
    ("name", "action"),
    [
        (ActionName.DONE, "already completed"),
        (ActionName.SNOOZE, "unchanged"),
        (ActionName.REOPEN, "reopened"),
        (ActionName.NOT_A_DATE, "updated"),
        (ActionName.EDIT, "updated"),
        (ActionName.DELETE, "deleted"),
    ],
)
async def test_a_button_on_a_card_of_a_done_task(core: Service, name: ActionName, action: str) -> None:
    """What makes sense is done, and the receipt shows the task as it is now either way."""
    await _receipt(core, ActionName.ADD, title="Done", due="friday")
    await _receipt(core, ActionName.DONE, 1)
    told = await _receipt(core, name, 1, **({"notes": "late"} if name is ActionName.EDIT else {}))
    assert told.action == action
    assert [task.number for task in told.tasks] == [1]
    assert told.tasks[0].done == (name is not ActionName.REOPEN)
    if name is ActionName.SNOOZE:
        assert told.detail == "#1 is done already."
        assert told.tasks[0].remind_at is None


@pytest.mark.parametrize("name", ON_TASKS)
async def test_two_quick_presses_leave_what_one_would(core: Service, name: ActionName) -> None:
    """At the same moment, on the card of a task that repeats: no date is skipped, and nothing fails."""
    await _receipt(core, ActionName.ADD, title="Gym", due="2026-11-24T18:00", recurrence="every day", notes="n")
    fields = {"title": "Run"} if name is ActionName.EDIT else {}
    first, second = await asyncio.gather(_act(core, name, 1, **fields), _act(core, name, 1, **fields))
    assert all(isinstance(part, Receipt) for part in (*first.parts, *second.parts))
    left = await _all(core)
    if name is ActionName.DELETE:
        assert left == ()
    else:
        expected = {ActionName.DONE: "2026-11-25T18:00", ActionName.NOT_A_DATE: "None"}.get(name, "2026-11-24T18:00")
        assert [(task.title, str(task.due)) for task in left] == [(fields.get("title", "Gym"), expected)]


async def test_undo_pressed_twice_takes_one_change_back(core: Service) -> None:
    """The second press is told that nothing is left to undo, and the change before stays."""
    await _receipt(core, ActionName.ADD, title="Call Ana")
    change = (await _receipt(core, ActionName.EDIT, 1, title="Call Ben")).change
    undone = await _press(core, Action(ANA, ActionName.UNDO, change=change))
    assert undone.receipts[0].tasks[0].title == "Call Ana"
    again = await _press(core, Action(ANA, ActionName.UNDO, change=change))
    assert [type(part) for part in again.parts] == [Problem]
    assert [task.title for task in await _all(core)] == ["Call Ana"]


async def test_undo_of_a_change_that_another_has_overtaken(core: Service) -> None:
    """Names the change that came after it; nothing is taken back."""
    change = (await _receipt(core, ActionName.ADD, title="Call Ana")).change
    later = (await _receipt(core, ActionName.DONE, 1)).change
    answer = await _press(core, Action(ANA, ActionName.UNDO, change=change))
    assert f"by change {later}" in answer.text
    assert [task.done for task in await _all(core)] == [True]


@pytest.mark.parametrize("name", ON_TASKS)
async def test_a_press_that_names_no_task_is_a_sentence(core: Service, name: ActionName) -> None:
    """A broken button changes nothing and says so."""
    assert "which task" in await _problem(core, name)


async def test_snoozing_moves_the_reminder_alone(core: Service) -> None:
    """Not the due date and not the series; a time that has passed is refused."""
    await _receipt(core, ActionName.ADD, title="Gym", due="2026-11-24T18:00", recurrence="every day")
    told = await _receipt(core, ActionName.SNOOZE, 1, until="tomorrow 9am")
    (task,) = told.tasks
    assert (told.action, str(task.due), task.repeats) == ("snoozed", "2026-11-24T18:00", "every day")
    assert task.remind_at is not None
    assert task.remind_at.isoformat() == "2026-11-24T09:00:00+01:00"
    assert "passed already" in await _problem(core, ActionName.SNOOZE, 1, until="2020-01-01")


async def test_forget_me_by_a_button(core: Service) -> None:
    """Everything goes at once; pressing twice, or beside a form that adds, is harmless."""
    for title in ("Call Ana", "Call Ben"):
        await _receipt(core, ActionName.ADD, title=title)
    first, second = await asyncio.gather(_act(core, ActionName.FORGET_ME), _act(core, ActionName.FORGET_ME))
    assert sorted(("2 tasks are deleted" in answer.text) for answer in (first, second)) == [False, True]
    assert "`forget`" in first.text
    assert await _all(core) == ()
    (task,) = (await _receipt(core, ActionName.ADD, title="Afresh")).tasks
    assert task.number == 1
