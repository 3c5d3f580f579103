"""Reminders on each platform, and what people answer to them, with a model and without."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import Any

import pytest

from core.chat import Command
from tests.conversations.conftest import Clock
from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace
from tests.fakes.discord import User as DiscordUser
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.slack.server import Fault

Town = Workspace | Guild


@pytest.fixture
def offline(town: Town) -> Town:
    """Without a key."""
    town.online = lambda: None
    return town


async def _add(town: Town, text: str) -> None:
    """Add a task behind the platform's back."""
    async for _ in town.core.command(Command(_ana(town), f"add {text}")):
        pass


def _ana(town: Town) -> Any:
    return town.author(town.ana)  # type: ignore[arg-type]


async def _task(town: Town, number: int = 1) -> Any:
    tasks = await town.tasks(town.ana)  # type: ignore[arg-type]
    return next(task for task in tasks if task.number == number)


async def _reminded(town: Town, count: int = 1) -> str:
    return await town.reminded(town.ana, count)  # type: ignore[arg-type]


async def _answer(town: Town, thread: str, text: str) -> str:
    return await town.answer(town.ana, thread, text)  # type: ignore[arg-type]


def _later(clock: Clock, **span: float) -> None:
    clock.at += dt.timedelta(**span)


@pytest.mark.parametrize("done", ["done!", "👍"])
async def test_a_reminder_is_answered_in_words(offline: Town, clock: Clock, done: str) -> None:
    """Later, at another time, done: nobody says the number."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(offline)
    assert "Call Ana" in offline.shown(offline.ana, thread)  # type: ignore[arg-type]
    due = (await _task(offline)).due
    await _answer(offline, thread, "after lunch")
    task = await _task(offline)
    assert task.due == due
    assert (task.next_reminder.hour, task.next_reminder.minute) == (13, 0)
    clock.at = task.next_reminder
    thread = await _reminded(offline, 2)
    assert "Completed" in await _answer(offline, thread, done)
    assert (await _task(offline)).done


async def test_a_series_is_skipped_and_moved(offline: Town, clock: Clock) -> None:
    """`skip this one` completes nothing; `every friday instead` changes how it repeats."""
    await offline.restart()
    await _add(offline, "Water the plants every day at 6pm")
    clock.at = (await _task(offline)).next_reminder
    thread = await _reminded(offline)
    assert "kipped" in await _answer(offline, thread, "skip this one")
    assert str((await _task(offline)).due) == "2026-11-24T18:00"
    assert "Fri" in await _answer(offline, thread, "every Friday instead")
    task = await _task(offline)
    assert (task.repeats, str(task.due)[:10]) == ("every week on Fri", "2026-11-27")
    assert task.last_done_at is None


async def test_the_thread_is_about_the_task_for_another_process_too(offline: Town, clock: Clock) -> None:
    """It is read from the thread alone."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(offline)
    await offline.restart()
    await _answer(offline, thread, "tomorrow at 9")
    task = await _task(offline)
    assert task.next_reminder is not None
    assert task.next_reminder.isoformat()[:16] == "2026-11-24T09:00"
    await offline.restart()
    await _answer(offline, thread, "done")
    assert (await _task(offline)).done


async def test_once_the_talk_is_of_something_else_it_is_about_that(offline: Town, clock: Clock) -> None:
    """`done` after another task was added means neither for sure."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(offline)
    await _answer(offline, thread, "add buy milk")
    await _answer(offline, thread, "done")
    assert not (await _task(offline, 1)).done
    assert not (await _task(offline, 2)).done


async def test_after_several_reminders_it_asks_which(offline: Town, clock: Clock) -> None:
    """`done` completes neither an older task nor any unasked: the question is there for another process too."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    _later(clock, hours=1)
    await _reminded(offline)
    for title in ("Pay rent", "Water plants", "Feed the cat"):
        await _add(offline, f"{title} in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(offline, 2)
    assert "which one" in await _answer(offline, thread, "done")
    assert not any([(await _task(offline, number)).done for number in (1, 2, 3, 4)])
    await offline.restart()
    await _answer(offline, thread, "the second one")
    assert [(await _task(offline, number)).done for number in (1, 2, 3, 4)] == [False, False, True, False]
    assert "Both, or which one" in await _answer(offline, thread, "tomorrow at 9")
    await _answer(offline, thread, "both")
    assert [str((await _task(offline, number)).next_reminder)[:16] for number in (2, 4)] == ["2026-11-24 09:00"] * 2
    await _answer(offline, thread, "done 2")
    await _answer(offline, thread, "done")
    assert [(await _task(offline, number)).done for number in (1, 2, 3, 4)] == [False, True, True, True]


async def test_after_a_digest_the_talk_is_about_no_task(offline: Town, clock: Clock) -> None:
    """`done` below it means none: it would be an older reminder's."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(offline)
    for command in ("timezone Europe/Berlin", "digest on"):
        await _answer(offline, thread, command)
    clock.at = dt.datetime(2026, 11, 24, 9, tzinfo=clock.at.tzinfo)
    thread = await _reminded(offline, 2)
    await _answer(offline, thread, "done")
    assert not (await _task(offline, 1)).done


async def test_a_model_knows_which_task_the_thread_is_about(town: Town, clock: Clock, openai: OpenAIServer) -> None:
    """Its instructions say so, and the conversation of the thread goes on."""
    await _add(town, "Call Ana in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(town)
    openai.on("after lunch", Call("update_task", {"changes": [{"number": 1, "remind": "after lunch"}]}), Say("Later."))
    await _answer(town, thread, "after lunch please")
    assert "reminder of task #1" in json.dumps(openai.asked()[0].body)
    assert (await _task(town)).remind_at is not None
    await _answer(town, thread, "thanks")
    assert len(openai.store.conversations) == 1


async def test_a_button_on_a_reminder_snoozes_it(offline: Town, clock: Clock) -> None:
    """The card is the same as any other."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    _later(clock, hours=1)
    thread = await _reminded(offline)
    if isinstance(offline, Workspace):
        there = offline.slack.dm(offline.ana)
        await offline.slack.press(offline.ana, there, thread, "task_snooze", choice="In 1 hour")
    else:
        said = next(one for one in offline.discord.messages(offline.discord.dm(offline.ana)) if str(one.id) == thread)
        assert isinstance(offline.ana, DiscordUser)
        menu = next(one for one in said.custom_ids if one.startswith("snooze:"))
        await offline.discord.select(offline.ana, said, menu, "in 1 hour")
    await offline.platform.idle()
    _later(clock, hours=1)
    await _reminded(offline, 2)


async def test_people_who_take_no_messages_are_told_where_the_task_was_made(offline: Town, clock: Clock) -> None:
    """By name, in the thread or channel."""
    await offline.restart()
    if isinstance(offline, Workspace):
        thread = await offline.mention(offline.ana, "add Call Ana in 1 hour")
        offline.slack.fail("conversations.open", Fault(error="user_disabled", times=9))
        _later(clock, hours=1)
        await offline.slack.until(
            lambda: "in private" in str(offline.slack.messages(offline.channel, thread)[-1].blocks)
        )
        assert f"<@{offline.ana.id}>" in str(offline.slack.messages(offline.channel, thread)[-1].blocks)
        return
    place = await offline.mention(offline.ana, "add Buy milk")
    await offline.reply(offline.ana, place, "add Call Ana in 1 hour")
    offline.ana.closed = True
    _later(clock, hours=1)
    await offline.discord.until(lambda: "in private" in offline.discord.messages(place)[-1].text)
    told = offline.discord.messages(place)[-1]
    assert told.mentions == [offline.ana]


async def test_closed_direct_messages_of_a_task_from_a_mention(offline: Town, clock: Clock) -> None:
    """The reminder comes to the thread that the mention opened, never to the channel above it."""
    await offline.restart()
    if isinstance(offline, Workspace):
        return
    place = await offline.mention(offline.ana, "add Call Ana in 1 hour")
    before = len(offline.discord.messages(offline.channel))
    offline.ana.closed = True
    _later(clock, hours=1)
    await offline.discord.until(lambda: "in private" in offline.discord.messages(place)[-1].text)
    assert len(offline.discord.messages(offline.channel)) == before


async def test_a_rate_limit_delays_and_loses_nothing(offline: Town, clock: Clock) -> None:
    """It comes when it may."""
    await offline.restart()
    await _add(offline, "Call Ana in 1 hour")
    if isinstance(offline, Workspace):
        offline.slack.fail("chat.postMessage", Fault(error="ratelimited", retry_after=1, times=2))
    else:
        offline.discord.storm(0.5)
    _later(clock, hours=1)
    async with asyncio.timeout(20):
        await _reminded(offline)


async def test_a_digest_comes_in_the_morning_and_its_button_ends_it(offline: Town, clock: Clock) -> None:
    """With lists under their titles; pressed again, it says the same."""
    await offline.restart()
    for command in ("timezone Europe/Berlin", "digest on"):
        async for _ in offline.core.command(Command(_ana(offline), command)):
            pass
    await _add(offline, "Pay rent tomorrow no reminder")
    _later(clock, days=1, hours=1)
    thread = await _reminded(offline)
    shown = offline.shown(offline.ana, thread)  # type: ignore[arg-type]
    for fact in ("Good morning, Ana", "Today", "Pay rent"):
        assert fact in shown
    for _ in range(2):
        if isinstance(offline, Workspace):
            there = offline.slack.dm(offline.ana)
            await offline.slack.press(offline.ana, there, thread, "task_offer")
        else:
            said = next(
                one for one in offline.discord.messages(offline.discord.dm(offline.ana)) if str(one.id) == thread
            )
            await offline.discord.press_label(offline.ana, said, "Turn the digest off")
        await offline.platform.idle()
        assert not (await offline.core.preferences(_ana(offline))).digest
    _later(clock, days=1)
    await offline.restart()
    async with asyncio.timeout(10):
        await offline.reminders.asleep.wait()
    await _reminded(offline)
