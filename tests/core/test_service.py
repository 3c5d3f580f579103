"""Commands, buttons and lists, as an adapter asks for them: no model is there to help."""

from __future__ import annotations

import datetime as dt
from contextlib import aclosing

import pytest

from core.chat import Action, ActionName, Choices, DueFilter, Part, Receipt, Status, TaskList, TaskQuery, Text
from core.database import Database
from core.service import Service
from tests.fakes.chat import ANA, BEN, Answer, Chat


@pytest.fixture
def chat() -> Chat:
    """The platform."""
    return Chat()


@pytest.fixture
def core(database: Database, chat: Chat, now: dt.datetime) -> Service:
    """The core without OpenAI, on Monday 23 November 2026, 9:00 in Berlin."""
    return Service(database, {chat.name: chat}, None, default_zone="UTC", clock=lambda: now)


async def _act(core: Service, name: ActionName, *numbers: int, change: int | None = None, **fields: str) -> Answer:
    answer = Answer()
    async with aclosing(core.act(Action(ANA, name, numbers, change, fields))) as parts:
        async for part in parts:
            answer.parts.append(part)
    return answer


async def test_a_command_without_a_verb_adds(core: Service, chat: Chat) -> None:
    """`/task buy milk tomorrow 5pm #home` is a task."""
    answer = await chat.command(core, "buy milk tomorrow 5pm #home")
    (task,) = answer.receipts[0].tasks
    assert (task.title, str(task.due), task.tags) == ("buy milk", "2026-11-24T17:00", ("home",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("done 9", "You have no task #9"),
        ("done dentist", "no open task about"),
        ("delete all my meetings", "no task that fits"),
        ("undo", "nothing to undo"),
        ("undo 77", "77"),
        ("add tomorrow 5pm", "What is to be done"),
        ("add rent on 31 April", "April"),
        ("timezone Mars", "Mars"),
        ("snooze 1 until 2020-01-01", "passed already"),
        ("add " + "x" * 501, "501"),
        ("add", "I didn't understand"),
        ("help", "What you can type"),
        ("", "I didn't understand"),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(core: Service, chat: Chat, text: str, sentence: str) -> None:
    """Each says what is wrong and what to do next; nothing is changed."""
    answer = await chat.command(core, text)
    said = answer.text + " ".join(receipt.detail or "" for receipt in answer.receipts)
    assert sentence in said
    assert (await core.find(ANA, TaskQuery(status=Status.ALL))).total == 0


async def test_a_word_after_morning_is_a_task_of_its_own(core: Service, chat: Chat) -> None:
    """`morning run` is nothing that sets a preference."""
    assert (await chat.command(core, "morning run")).receipts[0].tasks[0].title == "morning run"


async def test_commands_ask_when_several_fit(core: Service, chat: Chat) -> None:
    """One match acts, several are shown as choices."""
    for title in ("Call Ana", "Call Ben"):
        await chat.command(core, f"add {title}")
    asked = await chat.command(core, "done call")
    assert [type(part) for part in asked.parts] == [Choices]
    assert (await chat.command(core, "done ben")).receipts[0].tasks[0].number == 2
    assert len((await chat.command(core, "delete all")).receipts[0].tasks) == 1


async def test_preferences_by_command(core: Service, chat: Chat) -> None:
    """Zone and morning are told back with the time it is there now."""
    answer = await chat.command(core, "timezone new york")
    assert "America/New_York, where it is 03:00" in (answer.receipts[0].detail or "")
    assert "08:30" in ((await chat.command(core, "morning 8:30")).receipts[0].detail or "")


async def test_buttons(core: Service, chat: Chat) -> None:
    """Done, undo, snooze, edit, not a date, delete: each is one change with a receipt."""
    await chat.command(core, "add Call May tomorrow 5pm #work")
    assert (await _act(core, ActionName.DONE, 1)).receipts[0].action == "completed"
    assert (await _act(core, ActionName.REOPEN, 1)).receipts[0].action == "reopened"
    snoozed = await _act(core, ActionName.SNOOZE, 1, until="in 1 hour")
    assert snoozed.receipts[0].tasks[0].remind_at is not None
    edited = await _act(core, ActionName.EDIT, 1, title="Call June", due="friday", tags="", priority="1", notes="n")
    (task,) = edited.receipts[0].tasks
    assert (task.title, str(task.due), task.tags, task.priority, task.notes) == (
        "Call June", "2026-11-27", (), 1, "n",
    )  # fmt: skip
    assert (await _act(core, ActionName.NOT_A_DATE, 1)).receipts[0].tasks[0].due is None
    deleted = await _act(core, ActionName.DELETE, 1)
    undone = await _act(core, ActionName.UNDO, change=deleted.receipts[0].change)
    assert undone.receipts[0].tasks[0].title == "Call June"


async def test_a_button_on_a_stale_card_tells_what_is_true(core: Service, chat: Chat) -> None:
    """Pressing done twice changes nothing the second time; a deleted task is not found."""
    await chat.command(core, "add Call Ana")
    await _act(core, ActionName.DONE, 1)
    again = await _act(core, ActionName.DONE, 1)
    assert (again.receipts[0].action, again.receipts[0].change) == ("already completed", None)
    await _act(core, ActionName.DELETE, 1)
    assert "no task #1" in ((await _act(core, ActionName.DONE, 1)).receipts[0].detail or "")


async def test_a_series_pressed_done_twice_moves_once_and_says_so(core: Service, chat: Chat) -> None:
    """A double click does not skip a date, and the person is told why nothing happened the second time."""
    await chat.command(core, "add Gym every monday and thursday at 7pm")
    first = await _act(core, ActionName.DONE, 1)
    again = await _act(core, ActionName.DONE, 1)
    assert again.receipts[0].tasks == first.receipts[0].tasks
    assert "done a moment ago" in (again.receipts[0].detail or "")


async def test_a_title_in_quotes_is_its_words(core: Service, chat: Chat) -> None:
    """Quotes around the whole title keep it from being read as a date, and are no part of it."""
    (task,) = (await chat.command(core, 'add "Call Ana tomorrow" friday')).receipts[0].tasks
    assert (task.title, str(task.due)) == ("Call Ana tomorrow", "2026-11-27")
    (task,) = (await chat.command(core, 'add compare "a" and "b"')).receipts[0].tasks
    assert task.title == 'compare "a" and "b"'


async def test_undoing_twice_is_told(core: Service, chat: Chat) -> None:
    """The second press on undo says that it was undone already."""
    change = (await chat.command(core, "add Call Ana")).receipts[0].change
    await _act(core, ActionName.UNDO, change=change)
    again = await _act(core, ActionName.UNDO, change=change)
    assert again.text
    assert not again.receipts


async def test_lists_for_autocomplete_and_pages(core: Service, chat: Chat) -> None:
    """`find` reads one person's tasks, page by page, and nobody else's."""
    for number in range(3):
        await chat.command(core, f"add Task {number} tomorrow")
    page = await core.find(ANA, TaskQuery(due=DueFilter.TOMORROW, size=2, page=2))
    assert (page.total, page.pages, [task.number for task in page.tasks]) == (3, 2, [3])
    assert (await core.find(BEN, TaskQuery())).total == 0


async def test_a_bug_is_told_with_an_error_id(core: Service, chat: Chat, database: Database) -> None:
    """What nobody foresaw becomes a sentence with an id, and none of the exception's text."""
    object.__setattr__(core, "_clock", lambda: "not a time")
    answer = await chat.command(core, "list")
    assert "Error id" in answer.text
    assert "not a time" not in answer.text


async def test_every_part_of_a_command_is_a_part(core: Service, chat: Chat) -> None:
    """A listing yields a list, help yields text: nothing is formatted by the core."""
    parts: list[Part] = [*(await chat.command(core, "list")).parts, *(await chat.command(core, "help")).parts]
    assert [type(part) for part in parts] == [TaskList, Text]
    assert not any(isinstance(part, Receipt) for part in parts)
