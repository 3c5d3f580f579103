"""A person's own data: taken along as files, or forgotten, by plain words and without a model."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest

from core.chat import Action, ActionName, Confirm, Erasure, File, Part, Stamp, Text
from tests.conversations.conftest import Bot, StartBot
from tests.fakes.chat import ANA, BEN, Chat
from tests.fakes.openai import OpenAIServer


def _kinds(parts: list[Part]) -> list[type[Part]]:
    return [type(part) for part in parts if not isinstance(part, Stamp)]


async def test_export_in_plain_words(bot: Bot, openai: OpenAIServer) -> None:
    """All four files, of the person's own tasks alone; no model sees them."""
    await bot.command("add Pay rent every 1st at 9am p1 #home")
    await bot.command("add Ben's", author=BEN)
    answer = await bot.says("export")
    files = [part for part in answer.parts if isinstance(part, File)]
    assert [file.name for file in files] == ["tasks.json", "tasks.csv", "tasks.ics", "todo.txt"]
    assert [task["title"] for task in json.loads(files[0].content)["tasks"]] == ["Pay rent"]
    assert "one task" in answer.text
    assert openai.asked() == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("export csv", "tasks.csv"),
        ("export my tasks as ical", "tasks.ics"),
        ("Please export all my tasks to JSON.", "tasks.json"),
        ("export as a todo.txt file", "todo.txt"),
        ("download my tasks as iCalendar", "tasks.ics"),
    ],
)
async def test_one_format(offline_bot: Bot, text: str, name: str) -> None:
    """Named in any of the ways people name it; the same by command."""
    for answer in (await offline_bot.says(text), await offline_bot.command(text)):
        assert [part.name for part in answer.parts if isinstance(part, File)] == [name]


async def test_what_only_begins_like_an_export_is_none(offline_bot: Bot) -> None:
    """`export the report to Ben` is a task."""
    answer = await offline_bot.command("export the report to Ben tomorrow")
    assert answer.receipts[0].tasks[0].title == "export the report to Ben"


async def test_forgetting_asks_first_and_then_does_it(bot: Bot, openai: OpenAIServer) -> None:
    """The words asked for do it; the next message is a stranger's."""
    await bot.command("add Buy milk")
    await bot.command("timezone Tokyo")
    asked = await bot.says("forget me")
    (question,) = [part for part in asked.parts if isinstance(part, Confirm)]
    assert question.action is ActionName.FORGET_ME
    assert await bot.titles() == ["Buy milk"]
    done = await bot.says(question.words)
    assert "your one task is deleted" in done.text
    assert openai.asked() == []
    assert await bot.tasks() == []
    assert (await bot.core.preferences(ANA)).timezone == "Europe/Berlin"


@pytest.mark.parametrize("text", ["forget me", "/forget me", "delete all my data", "Please delete my account!"])
async def test_the_ways_to_ask_for_it(offline_bot: Bot, text: str) -> None:
    """Each asks first and deletes nothing, said or typed as a command."""
    await offline_bot.command("add Buy milk")
    assert _kinds((await offline_bot.command(text.removeprefix("/"))).parts) == [Confirm]
    if not text.startswith("/"):
        assert _kinds((await offline_bot.says(text)).parts) == [Confirm]
    assert await offline_bot.titles() == ["Buy milk"]


async def test_forget_alone_is_about_the_conversation(offline_bot: Bot) -> None:
    """`forget` leaves the tasks."""
    await offline_bot.command("add Buy milk")
    answer = await offline_bot.command("forget")
    assert "Your tasks stay" in answer.text
    assert await offline_bot.titles() == ["Buy milk"]


async def test_a_redelivered_wish_is_answered_once(bot: Bot, start: StartBot, chat: Chat) -> None:
    """By the same process, and by the next one, which knows the thread's stamps alone; the conversation stays."""
    await bot.says("hello")
    before = chat.stamps[chat.thread()][-1].conversation
    message = chat.message("export csv")
    assert _kinds((await chat.deliver(bot.core, message)).parts) == [Text, File]
    assert (await chat.deliver(bot.core, message)).parts == []
    assert chat.stamps[chat.thread()][-1] == Stamp(before, answers=message.id)


async def test_forgetting_in_the_middle_of_turns(bot: Bot, chat: Chat) -> None:
    """Turns that add while their person is forgotten either had it deleted with the rest, or are a fresh person's."""
    await bot.command("add Buy milk")

    async def press() -> list[Part]:
        async with aclosing(bot.core.act(Action(ANA, ActionName.FORGET_ME))) as parts:
            return [part async for part in parts]

    add = 'tool:add_task {"tasks": [{"title": "Meanwhile"}]}'
    turns = [bot.says(add, thread=chat.thread(f"T{number}")) for number in range(4)]
    answers, (pressed, again) = await asyncio.gather(asyncio.gather(*turns), asyncio.gather(press(), press()))
    assert _kinds(pressed) == _kinds(again) == [Text, Erasure]
    assert all("Error id" not in answer.text for answer in answers)
    assert "Buy milk" not in await bot.titles()
    kept = await bot.tasks()
    assert len({task.number for task in kept}) == len(kept) <= len(answers)
