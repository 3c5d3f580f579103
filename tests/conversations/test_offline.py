"""Talks with the offline assistant: it understands dates and commands, and says so when it doesn't."""

from __future__ import annotations

import datetime as dt

import pytest

from core.database import Database
from core.service import Service
from tests.conversations.conftest import Bot, Clock, StartBot
from tests.fakes.chat import Chat
from tests.fakes.openai import OpenAIServer


async def test_the_seed_sentences(offline_bot: Bot) -> None:
    """The sentences everybody tries first, one after the other, in one thread."""
    bot = offline_bot
    added = await bot.says("Add a task to buy groceries")
    assert [task.title for task in added.receipts[0].tasks] == ["buy groceries"]

    await bot.says("add Team meeting tomorrow 9am")
    await bot.says("add Water the plants")
    assert [task.number for task in (await bot.says("Show me all my tasks")).listed] == [2, 1, 3]
    assert len((await bot.says("What's pending?")).listed) == 3

    done = await bot.says("Mark task 3 as complete")
    assert (done.receipts[0].action, done.receipts[0].tasks[0].title) == ("completed", "Water the plants")

    moved = await bot.says("Reschedule my morning meetings to 2 PM")
    due = moved.receipts[0].tasks[0].due
    assert due is not None
    assert (due.date, due.time) == (dt.date(2026, 11, 24), dt.time(14))

    deleted = await bot.says("Delete the meeting task")
    assert (deleted.receipts[0].action, deleted.receipts[0].tasks[0].number) == ("deleted", 2)

    renamed = await bot.says("Change task 1 to 'Call mom tonight'")
    assert renamed.receipts[0].tasks[0].title == "Call mom tonight"
    assert renamed.receipts[0].tasks[0].due is None

    remembered = await bot.says("I need to remember to pay bills")
    assert remembered.receipts[0].tasks[0].title == "pay bills"

    completed = await bot.says("What have I completed?")
    assert [task.title for task in completed.listed] == ["Water the plants"]
    assert await bot.titles() == ["Call mom tonight", "Water the plants", "pay bills"]


async def test_commands_and_plain_sentences(offline_bot: Bot) -> None:
    """Verbs, and sentences that carry a date, a priority or a tag, become what they say."""
    bot = offline_bot
    await bot.says("Buy milk friday 5pm #home p2")
    await bot.says("remind me to call Ana on Friday")
    milk, call = await bot.tasks()
    assert (milk.title, str(milk.due), milk.priority, milk.tags) == ("Buy milk", "2026-11-27T17:00", 2, ("home",))
    assert (call.title, str(call.due)) == ("call Ana", "2026-11-27")

    await bot.says("move 1 to monday")
    await bot.says("tag 2 #work")
    await bot.says("snooze 2 2h")
    milk, call = await bot.tasks()
    assert str(milk.due) == "2026-11-30T17:00"
    assert call.tags == ("work",)
    assert call.remind_at == dt.datetime(2026, 11, 23, 11, 0, tzinfo=milk.due.at.tzinfo if milk.due else None)
    assert str(call.due) == "2026-11-27"

    await bot.says("I finished the milk one")
    assert [task.done for task in await bot.tasks()] == [True, False]
    await bot.says("undo")
    assert [task.done for task in await bot.tasks()] == [False, False]


async def test_a_series_counted_from_completion(offline_bot: Bot) -> None:
    """`every 3 days after completion` goes through the same tool and moves on from the day it was done."""
    await offline_bot.says("add Water the plants every 3 days after completion")
    task = (await offline_bot.tasks())[0]
    assert task.recurs_from_completion
    assert task.recurrence == "FREQ=DAILY;INTERVAL=3"


async def test_several_tasks_fit_the_words(offline_bot: Bot) -> None:
    """One match acts, several ask, none says so; nothing is changed by asking."""
    bot = offline_bot
    await bot.says("add Call Ana")
    await bot.says("add Call Ben")
    asked = await bot.says("delete the call task")
    assert not asked.receipts
    assert [task.number for task in asked.listed] == [1, 2]
    assert "found no" in (await bot.says("delete the dentist one")).text
    assert await bot.titles() == ["Call Ana", "Call Ben"]


@pytest.mark.parametrize("text", ["hello", "what is the meaning of life?", "🦆", "سلام"])
async def test_what_it_cannot_parse_it_says(offline_bot: Bot, text: str) -> None:
    """With two examples, and without making up a task."""
    answer = await offline_bot.says(text)
    assert answer.text.count("`") >= 4
    assert not answer.receipts
    assert await offline_bot.titles() == []


async def test_an_impossible_date_is_told(offline_bot: Bot) -> None:
    """30 February is no date: nothing is added."""
    answer = await offline_bot.says("add Pay rent on 30 February")
    assert "February" in answer.text
    assert await offline_bot.titles() == []


async def test_a_message_delivered_twice_is_answered_once(
    offline_bot: Bot, database: Database, chat: Chat, clock: Clock
) -> None:
    """Without OpenAI too, the stamp tells a restarted process that the message was answered."""
    message = chat.message("add Call Ana")
    await chat.deliver(offline_bot.core, message)
    restarted = Service(database, {chat.name: chat}, None, default_zone="UTC", clock=clock)
    assert (await chat.deliver(restarted, message)).parts == []
    assert await offline_bot.titles() == ["Call Ana"]


async def test_a_key_that_was_missing_for_a_while(start: StartBot, offline_bot: Bot, openai: OpenAIServer) -> None:
    """A thread keeps its conversation while a process without a key answers in it."""
    await start().says("the door is blue")
    await offline_bot.says("add Call Ana")
    await start().says("which colour?")
    assert len(openai.store.conversations) == 1
    assert offline_bot.chat.recalls == 3
    await offline_bot.says("list")
    assert offline_bot.chat.recalls == 3


async def test_a_question_without_its_mark_adds_nothing(offline_bot: Bot) -> None:
    """However much it looks like a task with a date."""
    for question in ("what's due on friday", "when is the dentist on friday", "did I pay the rent yesterday"):
        await offline_bot.says(question)
    assert await offline_bot.titles() == []


async def test_a_move_counts_from_the_due_date(offline_bot: Bot) -> None:
    """As a command, in words, of several; those without a date stay where they are."""
    for line in ("add Pay rent 10 december 9am", "add Dentist 11 december 3pm", "add Buy milk"):
        await offline_bot.command(line)
    await offline_bot.says("postpone rent by 2 days")
    assert str((await offline_bot.tasks())[0].due) == "2026-12-12T09:00"
    await offline_bot.command("push 1 back a week")
    assert str((await offline_bot.tasks())[0].due) == "2026-12-19T09:00"
    await offline_bot.says("bring the dentist forward by an hour")
    assert str((await offline_bot.tasks())[1].due) == "2026-12-11T14:00"
    await offline_bot.says("postpone everything by a day")
    assert [str(task.due) for task in await offline_bot.tasks()] == ["2026-12-20T09:00", "2026-12-12T14:00", "None"]
    assert "no date yet" in (await offline_bot.says("delay 3 by a day")).text


async def test_each_line_builds_on_the_one_before(offline_bot: Bot) -> None:
    """What was read at the beginning of the turn is not what a task is after its first change."""
    await offline_bot.command("add Write report friday 3pm")
    await offline_bot.says("tag 1 #work\ntag 1 #urgent\nmove 1 to monday\nmove 1 to 5pm")
    (task,) = await offline_bot.tasks()
    assert task.tags == ("work", "urgent")
    assert str(task.due) == "2026-11-30T17:00"


async def test_a_thumb_under_a_reminder_says_that_it_is_done(offline_bot: Bot) -> None:
    """As it does on the card; elsewhere it is small talk, and so is `ok`."""
    await offline_bot.command("add Write report")
    for text in ("👍", "ok"):
        assert (await offline_bot.says(text)).text == "👍"
    (task,) = await offline_bot.tasks()
    assert not task.done
