"""Each tool does what its description says, tells the model what the database holds, and shows the person a receipt."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.core.tools.conftest import Hands

BERLIN = ZoneInfo("Europe/Berlin")


async def test_add_task(hands: Hands) -> None:
    """Many at once, as one change; dates as phrases or ISO; the message's link is kept as the source."""
    result = await hands.call(
        "add_task",
        tasks=[
            {"title": "Call Ana", "due": "friday 5pm", "priority": 1, "tags": ["#Work"], "notes": "Bring the papers"},
            {"title": "Pay rent", "recurrence": "every 1st at 9am"},
            {"title": "Buy milk", "due": None, "tags": None},
        ],
    )
    assert [task["number"] for task in result["tasks"]] == [1, 2, 3]
    assert result["tasks"][0] == {
        "number": 1,
        "title": "Call Ana",
        "due": "2026-11-27T17:00",
        "weekday": "Fri",
        "priority": 1,
        "tags": ["work"],
        "notes": "Bring the papers",
    }
    assert result["tasks"][1]["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=1"
    (receipt,) = hands.receipts
    assert receipt.change == result["change"]
    assert [task.source for task in await hands.tasks()] == ["https://chat/m1"] * 3


async def test_add_task_with_a_start_and_a_rule(hands: Hands) -> None:
    """A due date given beside a rule starts the series; a time may stand in either."""
    await hands.call(
        "add_task",
        tasks=[
            {"title": "a", "due": "2026-12-08", "recurrence": "every other tuesday at 9"},
            {"title": "b", "due": "at 7pm", "recurrence": "every weekday"},
            {"title": "c", "due": "every monday at 8"},
            {"title": "d", "recurrence": "every 3 days after completion"},
        ],
    )
    dues = [(str(task.due), task.recurrence) for task in await hands.tasks()]
    assert dues == [
        ("2026-12-08T09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("2026-11-23T19:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("2026-11-30T08:00", "FREQ=WEEKLY;BYDAY=MO"),
        ("2026-11-23", "FREQ=DAILY;INTERVAL=3"),
    ]
    assert [task.recurs_from_completion for task in await hands.tasks()] == [False, False, False, True]


async def test_list_tasks(hands: Hands) -> None:
    """Filters combine; the model gets the page and the total, the person the list."""
    await hands.call("add_task", tasks=[{"title": f"Task {n}", "due": "tomorrow", "tags": ["x"]} for n in range(25)])
    result = await hands.call("list_tasks", due="tomorrow", tag="#x", text="task", page=2)
    assert (result["total"], result["page"], result["pages"], len(result["tasks"])) == (25, 2, 2, 5)
    assert hands.lists[-1].page.total == 25
    assert (await hands.call("list_tasks", due="today"))["total"] == 0
    assert (await hands.call("list_tasks", status=None, due=None, sort="title", page=None))["total"] == 25


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("friday", "2026-11-27T14:30"),
        ("4pm", "2026-11-24T16:00"),
        ("friday 4pm", "2026-11-27T16:00"),
        ("2026-12-01", "2026-12-01T14:30"),
        ("2026-12-01T08:00", "2026-12-01T08:00"),
        ("2026-12-01T08:00Z", "2026-12-01T09:00"),
    ],
)
async def test_update_task_keeps_what_was_not_said(hands: Hands, phrase: str, due: str) -> None:
    """A day alone keeps the time of day, a time alone keeps the day."""
    await hands.call("add_task", tasks=[{"title": "Dentist", "due": "tomorrow 2:30pm"}])
    result = await hands.call("update_task", changes=[{"number": 1, "due": phrase}])
    assert result["tasks"][0]["due"] == due


async def test_update_task_never_moves_into_the_past_by_a_time_alone(hands: Hands) -> None:
    """`10am` for a task that was due last week means the next 10am."""
    await hands.call("add_task", tasks=[{"title": "Late", "due": "2026-11-16T09:00"}])
    result = await hands.call("update_task", changes=[{"number": 1, "due": "10am"}])
    assert result["tasks"][0]["due"] == "2026-11-23T10:00"


async def test_update_task_changes_any_field(hands: Hands) -> None:
    """Title, notes, priority, tags whole or one by one, recurrence, reminder; and each can be emptied."""
    await hands.call(
        "add_task", tasks=[{"title": "a", "due": "friday", "tags": ["x", "y"], "priority": 1, "notes": "n"}]
    )
    await hands.call(
        "update_task",
        changes=[
            {"number": 1, "title": "b", "notes": "m", "priority": 2, "tags": ["-x", "+z"], "recurrence": "weekly"}
        ],
    )
    (task,) = await hands.tasks()
    assert (task.title, task.notes, task.priority, task.tags, task.recurrence) == (
        "b",
        "m",
        2,
        ("y", "z"),
        "FREQ=WEEKLY",
    )
    await hands.call("update_task", changes=[{"number": 1, "tags": ["only"], "remind": "tomorrow 9am"}])
    (task,) = await hands.tasks()
    assert task.tags == ("only",)
    assert task.remind_at == dt.datetime(2026, 11, 24, 9, tzinfo=BERLIN)
    await hands.call("update_task", changes={"number": 1, "clear": ["notes", "due", "priority", "tags"]})
    (task,) = await hands.tasks()
    assert (task.notes, task.due, task.recurrence, task.priority, task.tags) == (None, None, None, 4, ())


async def test_snoozing_moves_the_reminder_only(hands: Hands) -> None:
    """`remind` leaves the due date and the series alone; a day without a time means the person's morning."""
    await hands.call("add_task", tasks=[{"title": "Plants", "recurrence": "every friday at 9"}])
    before = (await hands.tasks())[0]
    await hands.call("update_task", changes=[{"number": 1, "remind": "thursday"}])
    after = (await hands.tasks())[0]
    assert after.remind_at == dt.datetime(2026, 11, 26, 9, tzinfo=BERLIN)
    assert (after.due, after.recurrence) == (before.due, before.recurrence)
    refused = await hands.call("update_task", changes=[{"number": 1, "remind": "2020-01-01"}])
    assert "passed already" in refused["error"]


async def test_complete_reopen_delete_undo(hands: Hands) -> None:
    """The round of a task's life, each step undoable by its id."""
    await hands.call("add_task", tasks=[{"title": "a"}, {"title": "b"}])
    done = await hands.call("complete_task", numbers=[1, 2, 9])
    assert (done["result"], done["not_found"]) == ("completed", [9])
    assert done["tasks"] == [{"number": 1, "title": "a"}, {"number": 2, "title": "b"}]
    assert (await hands.call("reopen_task", numbers=1))["result"] == "reopened"
    deleted = await hands.call("delete_task", numbers=["2"])
    assert (deleted["result"], deleted["tasks"][0]["number"]) == ("deleted", 2)
    assert [task.title for task in await hands.tasks()] == ["a"]
    await hands.call("undo", change=deleted["change"])
    assert [task.done for task in await hands.tasks()] == [False, True]
    await hands.call("undo")
    await hands.call("undo")
    assert [task.done for task in await hands.tasks()] == [False, False]


async def test_set_preferences(hands: Hands) -> None:
    """A zone by its name or its city, a morning as people say it; the rest of the turn runs on the new clock."""
    told = await hands.call("set_preferences", timezone="new york", morning="half past eight")
    assert told == {
        "timezone": "America/New_York",
        "morning": "08:30",
        "digest": False,
        "lead": 0,
        "now": "2026-11-23T03:00",
    }
    assert hands.turn.actor.timezone.key == "America/New_York"
    assert "America/New_York" in (hands.receipts[0].detail or "")
    assert hands.receipts[0].change is None


async def test_a_bug_in_a_tool_is_an_answer_too(hands: Hands) -> None:
    """An exception nobody foresaw is told with an error id and none of its text, so that the call has its output."""
    await hands.turn.database.close()
    object.__setattr__(hands.turn, "database", None)
    result = await hands.call("undo")
    assert "error id" in result["error"]
    assert "NoneType" not in result["error"]


async def test_answers_are_short(hands: Hands) -> None:
    """Each later turn pays for them: long notes are cut in lists, of many changed tasks the numbers do."""
    added = await hands.call("add_task", tasks=[{"title": f"Task {n}", "notes": "x" * 2000} for n in range(30)])
    assert (len(added["tasks"]), added["other_numbers"]) == (10, list(range(11, 31)))
    listed = await hands.call("list_tasks")
    assert all(len(task["notes"]) == 121 for task in listed["tasks"])
    (one,) = (await hands.call("list_tasks", text="Task 7"))["tasks"]
    assert len(one["notes"]) == 2000
    done = await hands.call_raw("complete_task", '{"numbers": [1, 2, 3]}')
    assert done["tasks"] == [{"number": n, "title": f"Task {n - 1}"} for n in (1, 2, 3)]


async def test_a_zone_is_told_where_it_is_not_the_persons_own(hands: Hands) -> None:
    """A task made in Berlin is still due at Berlin's clock after its owner has moved."""
    await hands.call("add_task", tasks=[{"title": "Call", "due": "tomorrow 5pm"}])
    await hands.call("set_preferences", timezone="America/New_York")
    (task,) = (await hands.call("list_tasks"))["tasks"]
    assert (task["due"], task["zone"]) == ("2026-11-24T17:00", "Europe/Berlin")


async def test_a_second_change_builds_on_the_first(hands: Hands) -> None:
    """What was read at the beginning of the turn is not what the task is by then."""
    await hands.call("add_task", tasks=[{"title": "Write report", "due": "friday 3pm"}])
    hands.turn.open_tasks = tuple(await hands.tasks())
    for change in ({"tags": ["+work"]}, {"tags": ["+urgent"]}, {"due": "monday"}, {"due": "5pm"}):
        await hands.call("update_task", changes=[{"number": 1, **change}])
    (task,) = await hands.tasks()
    assert task.tags == ("work", "urgent")
    assert str(task.due) == "2026-11-30T17:00"
