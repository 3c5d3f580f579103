"""What ordinary people type at a task bot without a model: a table of sentences, and what each may do."""

from __future__ import annotations

import datetime as dt

import pytest

from core.chat import Offer
from tests.conversations.conftest import Bot

KEPT = (
    "add Buy milk tomorrow 9am #home",
    "add Pay rent every 1st at 9am p1",
    "add Call the dentist friday 3pm",
    "add Write report #work p2 next tuesday",
    "add Standup every weekday at 9:30 #work",
    "add Fix garage door",
    "add Buy bread today",
)
"""Tasks 1 to 7. It is Monday 23 November 2026."""

ADDED = (
    ("Cancel Netflix on 1 Dec", "Cancel Netflix", "2026-12-01"),
    ("Finish the essay by Friday 5pm", "Finish the essay", "2026-11-27T17:00"),
    ("Close the bank account tomorrow", "Close the bank account", "2026-11-24"),
    ("Check the mail tomorrow 9am", "Check the mail", "2026-11-24T09:00"),
    ("Find a new doctor by friday", "Find a new doctor", "2026-11-27"),
    ("trash every tuesday evening", "trash", "2026-11-24T19:00"),
    ("set up a reminder to water the plants tomorrow at 8", "water the plants", "2026-11-24T08:00"),
    ("Reminder for the meeting tomorrow at 10", "the meeting", "2026-11-24T10:00"),
    ("put eggs on my shopping list", "eggs", None),
    ("I need to renew my passport by march", "renew my passport", "2027-03-01"),
    ("gym every monday and thursday at 7", "gym", "2026-11-26T07:00"),
    ("remind me about the tax return tomorrow at 9", "the tax return", "2026-11-24T09:00"),
    ("add eggs and butter to my shopping list", "eggs and butter", None),
    ("add Task 3 tomorrow", "Task 3", "2026-11-24"),
)

CHANGED = (
    ("set garage due sunday", 6, "due", "2026-11-29"),
    ("add tag urgent to report", 4, "tags", "('work', 'urgent')"),
    ("make standup repeat every monday instead", 5, "recurrence", "FREQ=WEEKLY;BYDAY=MO"),
    ("make standup repeat every monday instead", 5, "due", "2026-11-23T09:30"),
    ("change rent to every 2nd of the month", 2, "due", "2026-12-02T09:00"),
    ("push everything from today to thursday", 7, "due", "2026-11-26"),
    ("move 6 to friday at 10", 6, "due", "2026-11-27T10:00"),
    ("mark milk and bread as done", 7, "done", "True"),
    ("I bought the bread today!", 7, "done", "True"),
    ("oops, done 7", 7, "done", "True"),
    ("garage door is urgent", 6, "priority", "1"),
    ("the garage door should be done by sunday", 6, "due", "2026-11-29"),
    ("remind me about the garage door tomorrow at 9", 6, "due", "None"),
    ("remind me about the garage door tomorrow at 9", 6, "remind_at", "2026-11-24 09:00:00+01:00"),
)

LISTED: tuple[tuple[str, set[int], str], ...] = (
    ("list friday", {3}, "Open tasks due on Fri 27 Nov"),
    ("list tomorrow", {1}, "Open tasks due tomorrow"),
    ("list next week", {2, 4}, "Open tasks due from Mon 30 Nov to Sun 6 Dec"),
    ("list december", {2, 4}, "Open tasks due from Tue 1 Dec to Thu 31 Dec"),
    ("list this month", {1, 3, 5, 7}, "Open tasks due from Sun 1 Nov to Mon 30 Nov"),
    ("list yesterday", set(), "Open tasks due on Sun 22 Nov"),
    ("list in the next 3 days", {1, 5, 7}, "Open tasks due from Mon 23 Nov to Thu 26 Nov"),
    ("list recurring", {2, 5}, "Open tasks that repeat"),
    ("list tagged work", {4, 5}, "Open tasks #work"),
    ("list #home or #work", {1, 4, 5}, "Open tasks #home or #work"),
    ("show p2s with tag work", {4}, "Open tasks of priority 2 · #work"),
    ("what did I finish today", set(), "Done tasks finished on Mon 23 Nov"),
    ("when is the dentist?", {3}, "Open tasks about “dentist”"),
    ("what are my reminders for next sunday?", set(), "Open tasks due on Sun 6 Dec"),
    ("give me my todo list", {1, 2, 3, 4, 5, 6, 7}, ""),
)

HARMLESS = (
    "hello", "thanks", "yes", "how are you all?", "remind me in 45 minutes", "delete all done tasks",
    "delete the holiday one",
    "I saw him yesterday at the station", "it was a nice evening on friday", "see you tomorrow at 5",
    "ok", "who are you?", "I read the news", "I bought the milk bottles", "skip the dishes today",
    "clear all completed tasks", "The meeting on Monday was great.", "we are leaving on friday", "Happy new year!",
)  # fmt: skip


@pytest.fixture
async def kept(offline_bot: Bot) -> Bot:
    """A person with seven tasks, alone with the bot."""
    for line in KEPT:
        await offline_bot.command(line)
    return offline_bot


@pytest.mark.parametrize(("text", "title", "due"), ADDED)
async def test_a_plain_request_becomes_a_task(kept: Bot, text: str, title: str, due: str | None) -> None:
    """Whatever its first word is, where it names no task that is there."""
    await kept.says(text)
    *before, new = await kept.tasks()
    assert len(before) == len(KEPT)
    assert (new.title, str(new.due) if new.due else None) == (title, due)


@pytest.mark.parametrize(("text", "number", "field", "value"), CHANGED)
async def test_an_edit_is_an_edit(kept: Bot, text: str, number: int, field: str, value: str) -> None:
    """And never one task more."""
    await kept.says(text)
    tasks = await kept.tasks()
    assert len(tasks) == len(KEPT)
    assert str(getattr(tasks[number - 1], field)) == value


@pytest.mark.parametrize(("text", "numbers", "title"), LISTED)
async def test_a_list_says_what_was_understood(kept: Bot, text: str, numbers: set[int], title: str) -> None:
    """Also when it is empty."""
    answer = await kept.says(text)
    assert {task.number for task in answer.listed} == numbers
    assert [one.title for one in answer.lists] == [title]


@pytest.mark.parametrize("text", HARMLESS)
async def test_chatter_changes_nothing(kept: Bot, text: str) -> None:
    """Nor does what can't be understood."""
    before = await kept.tasks()
    answer = await kept.says(text)
    assert answer.text
    assert await kept.tasks() == before


async def test_without_a_date_it_is_offered(kept: Bot) -> None:
    """A button adds it; nothing is added before."""
    answer = await kept.says("Cancel the gym membership")
    (offer,) = [part for part in answer.parts if isinstance(part, Offer)]
    assert offer.fields == {"title": "Cancel the gym membership"}
    assert len(await kept.tasks()) == len(KEPT)


async def test_bulk_by_filter(kept: Bot) -> None:
    """`all` and a filter: so many are told, and one undo takes it back."""
    await kept.says("done 1, 6")
    answer = await kept.says("delete all done tasks")
    assert [len(receipt.tasks) for receipt in answer.receipts] == [2]
    await kept.says("undo")
    assert len(await kept.tasks()) == len(KEPT)
    assert (await kept.tasks())[0].done


def test_it_is_monday(now: dt.datetime) -> None:
    """What the table counts on."""
    assert f"{now:%A %Y-%m-%d}" == "Monday 2026-11-23"
