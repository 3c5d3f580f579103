"""Reminders as people get them: in time, once, in one message, and somewhere."""

from __future__ import annotations

import datetime as dt

import pytest

from core.chat import ActionName, Stamp, StampKind, Text
from core.tasks import NewTask
from tests.core.reminders.conftest import TOLD, Home
from tests.fakes.chat import ANA, BEN


async def test_a_reminder_comes_at_its_time_as_a_card_about_the_task(home: Home) -> None:
    """Not before; once; in private; and its thread is about the task."""
    await home.add("Call Ana at 10")
    assert await home.quiet() == []
    await home.until("today 10:00")
    (post,) = await home.posted()
    assert post.to == TOLD
    assert post.answer.stamps == [Stamp(about=(1,), kind=StampKind.UNASKED)]
    (receipt,) = post.answer.receipts
    assert (receipt.action, receipt.tasks[0].title, receipt.detail) == ("reminder", "Call Ana", None)
    await home.until("today 18:00")
    assert len(await home.quiet()) == 1


async def test_an_all_day_task_reminds_in_the_morning(home: Home) -> None:
    """At the person's own morning."""
    await home.says("morning 7:30")
    await home.add("Pay rent on friday")
    await home.until("friday 7:29")
    assert await home.quiet() == []
    await home.until("friday 7:30")
    (post,) = await home.posted()
    assert post.answer.receipts[0].tasks[0].title == "Pay rent"


async def test_it_comes_earlier_by_the_persons_lead(home: Home) -> None:
    """For tasks with a time."""
    await home.says("lead 15 min")
    await home.add("Dentist today at 3pm")
    await home.until("today 14:45")
    assert len(await home.posted()) == 1


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Dentist today 3pm remind me an hour before", ["14:00"]),
        ("Dentist today 3pm remind me an hour and 10 minutes before", ["14:00", "14:50"]),
        ("remind me at 3 and again at 5 to call Ben", ["15:00", "17:00"]),
        ("Dentist today 3pm no reminder", []),
        ("Dentist today 3pm, remind me at noon", ["12:00", "15:00"]),
        ("Dentist today 3pm, remind me at noon and at 2:30", ["12:00", "14:30", "15:00"]),
        ("Water the plants every day at 5pm remind me at 3 and again at 5", ["15:00", "17:00"]),
    ],
)
async def test_people_say_when_to_be_reminded(home: Home, text: str, times: list[str]) -> None:
    """In the words of the task itself."""
    await home.add(text)
    for count, time in enumerate(times, 1):
        hour, minute = map(int, time.split(":"))
        home.at = home.at.replace(hour=hour, minute=minute) - dt.timedelta(minutes=1)
        assert len(await home.quiet()) == count - 1
        home.at += dt.timedelta(minutes=1)
        assert len(await home.posted(count)) == count
    home.at = home.at.replace(hour=23)
    assert len(await home.quiet()) == len(times)


async def test_a_late_reminder_says_how_late(home: Home) -> None:
    """And when it was to come."""
    await home.add("Call Ana at 10")
    await home.until("today 13:30")
    (post,) = await home.posted()
    detail = post.answer.receipts[0].detail or ""
    assert "3 hours late" in detail.lower()
    assert "10:00" in detail


async def test_after_an_outage_there_is_one_message_a_person(home: Home) -> None:
    """With all that came due, one entry a series, the oldest first."""
    for text in ("Water the plants every day at 8am", "Call Ana at 10", "Pay rent tomorrow", "Send it tomorrow at 11"):
        await home.add(text)
    await home.add("Stretch at 11", who=BEN)
    home.at += dt.timedelta(days=3)
    posts = await home.posted(2)
    mine = next(post for post in posts if getattr(post.to, "external_id", "") == "U1")
    assert "4 reminders came due while I was away" in mine.answer.text
    assert [task.number for task in mine.answer.receipts[0].tasks] == [2, 1, 3, 4]
    assert await home.quiet() == posts


async def test_a_flood_is_counted_rather_than_shown(home: Home) -> None:
    """Ten are shown, the others counted."""
    await home.new(*(NewTask(f"Task {number}", remind_at=home.at + dt.timedelta(minutes=5)) for number in range(25)))
    home.at += dt.timedelta(minutes=5)
    (post,) = await home.posted()
    (receipt,) = post.answer.receipts
    assert len(receipt.tasks) == 10
    assert "15 more" in (receipt.detail or "")


async def test_done_deleted_and_moved_tasks_are_not_reminded_of(home: Home) -> None:
    """What is done by then needs no word."""
    for text in ("One at 10", "Two at 10", "Three at 10", "Four at 10"):
        await home.add(text)
    await home.says("done 1")
    await home.says("delete 2")
    await home.says("move 3 to tomorrow")
    await home.until("today 10:00")
    (post,) = await home.posted()
    assert [task.number for task in post.answer.receipts[0].tasks] == [4]


async def test_undoing_a_change_does_not_bring_a_told_reminder_again(home: Home) -> None:
    """The row comes back as it was; what was said was said."""
    await home.add("Call Ana at 10")
    await home.until("today 10:00")
    await home.posted()
    await home.says("done 1")
    await home.says("undo")
    assert len(await home.quiet()) == 1


async def test_where_direct_messages_are_closed_it_comes_where_the_task_was_made(home: Home) -> None:
    """By name, since others read there; a reply in words there is nobody's in particular."""
    where = home.chat.thread("T7")
    await home.add("Call Ana at 10", link="chat:T7")
    home.chat.closed.add(TOLD)
    await home.until("today 10:00")
    (post,) = await home.posted()
    assert post.to == where
    assert post.mention is not None
    assert post.mention.external_id == "U1"
    assert "in private" in (post.answer.receipts[0].detail or "")
    assert post.answer.stamps == []


@pytest.mark.parametrize("contact", ["message", "command"])
async def test_what_can_be_told_nowhere_is_shown_at_the_next_contact(home: Home, contact: str) -> None:
    """Once."""
    await home.add("Call Ana at 10", link="chat:T7")
    await home.add("Call Ben at 10")
    home.chat.closed |= {TOLD, home.chat.thread("T7")}
    await home.until("today 10:00")
    assert await home.quiet() == []
    for _ in range(2):
        if contact == "message":
            answer = await home.says("list today")
        else:
            answer = await home.chat.command(home.core, "list today", thread=home.chat.thread("T9"))
        shown = [receipt for receipt in answer.receipts if receipt.action == "reminder"]
        home.at += dt.timedelta(minutes=1)
        if _ == 0:
            assert [task.number for task in shown[0].tasks] == [1, 2]
            assert "could not reach you" in "".join(part.markdown for part in answer.parts if isinstance(part, Text))
        else:
            assert shown == []


async def test_a_platform_that_asks_to_wait_is_left_alone_and_nothing_is_lost(home: Home) -> None:
    """The pause is kept, then the message comes."""
    await home.add("Call Ana at 10")
    home.chat.delays = [0.2]
    await home.until("today 10:00")
    assert len(await home.posted()) == 1
    assert home.chat.delays == []


async def test_a_change_in_this_process_wakes_the_loop_without_a_question(home: Home) -> None:
    """A task that comes due sooner than the loop meant to sleep."""
    async with home.speaking():
        await home.asleep()
        await home.says("remind me in 5 minutes to stretch")
        home.at += dt.timedelta(minutes=5)
        await home.chat.posted(1)


async def test_what_cannot_be_said_for_sure_is_tried_ever_more_rarely_and_then_kept(home: Home) -> None:
    """Not every two minutes for ever: after two hours once an hour, and after a day it waits for the person to come."""
    await home.add("Call Ana at 10")
    await home.until("today 10:00")
    home.chat.broken = True
    waits = []
    for late in (dt.timedelta(), dt.timedelta(minutes=30), dt.timedelta(hours=3)):
        home.at = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC) + late
        await home.quiet()
        wait = await home.value("SELECT EXTRACT(EPOCH FROM reminder_lease - now()) FROM tasks")
        waits.append(round(float(str(wait)), -1))
        await home.run("UPDATE tasks SET reminder_lease = now() - interval '1 second'")
    assert waits == [120, 900, 3600]
    assert home.chat.tries == 3
    home.at += dt.timedelta(days=1)
    await home.quiet()
    assert await home.value("SELECT reminder_kept AND reminder_claim IS NULL FROM tasks") is True
    home.chat.broken = False
    assert "I could not reach you" in (await home.says("list")).text


async def test_a_reminder_on_time_is_not_overdue(home: Home) -> None:
    """Though a moment has passed since; later it is."""
    await home.add("Call Ana at 10")
    await home.add("Call Ben at 11")
    await home.until("today 10:00")
    home.at += dt.timedelta(seconds=5)
    (post,) = await home.posted()
    assert [task.overdue for receipt in post.answer.receipts for task in receipt.tasks] == [False]
    await home.until("today 11:10")
    posts = await home.posted(2)
    assert [task.overdue for receipt in posts[1].answer.receipts for task in receipt.tasks] == [True]


async def test_a_clock_that_jumps_is_noticed(home: Home) -> None:
    """A laptop that slept: nothing waits for the time that was slept through."""
    await home.add("Call Ana on friday at 10")
    async with home.speaking():
        await home.asleep()
        await home.until("friday 10:00")
        await home.chat.posted(1)


async def test_snoozing_moves_neither_the_date_nor_the_series(home: Home) -> None:
    """By a button; afterwards the series goes on."""
    await home.add("Water the plants every day at 10am")
    await home.until("today 10:00")
    await home.posted()
    answer = await home.press(ActionName.SNOOZE, 1, fields={"until": "in 1 hour"})
    (task,) = answer.receipts[0].tasks
    assert str(task.due) == "2026-11-23T10:00"
    await home.until("today 11:00")
    await home.posted(2)
    task = await home.task(1)
    assert str(task.due) == "2026-11-23T10:00"
    assert task.next_reminder is not None
    assert task.next_reminder.isoformat() == "2026-11-24T10:00:00+01:00"


async def test_a_reminder_goes_to_the_identity_that_made_the_task(home: Home) -> None:
    """Of two identities of one account, the one that said it."""
    await home.actor(ANA)
    await home.actor(BEN)
    await home.run("UPDATE users SET account_id = 1 WHERE id = 2")
    await home.add("Call Ana at 10", who=BEN)
    home.at += dt.timedelta(hours=8)
    (post,) = await home.posted()
    assert getattr(post.to, "external_id", "") == "U2"


async def test_reminders_come_to_where_the_person_prefers_them(home: Home) -> None:
    """What is open, and what is added anywhere from then on; the last wish counts."""
    await home.actor(ANA)
    await home.actor(BEN)
    await home.run("UPDATE users SET account_id = 1 WHERE id = 2")
    await home.add("One at 10", who=BEN)
    assert "Reminders come here" in (await home.says("remind me here")).receipts[0].detail  # type: ignore[operator]
    await home.add("Two at 10", who=BEN)
    home.at += dt.timedelta(hours=8)
    (post,) = await home.posted()
    assert getattr(post.to, "external_id", "") == "U1"
    await home.says("send my reminders here", who=BEN)
    await home.add("Three in 1 hour", who=ANA)
    home.at += dt.timedelta(hours=1)
    (_, post) = await home.posted(2)
    assert getattr(post.to, "external_id", "") == "U2"


async def test_an_undo_that_brings_an_old_time_back_tells_nothing_twice(home: Home) -> None:
    """The task was moved, the reminder came, and the move is taken back: what lies in the past has been told."""
    await home.add("Call Ana at 10")
    await home.says("move 1 to tomorrow")
    await home.until("tomorrow 10:00")
    await home.posted()
    await home.says("undo")
    assert str((await home.task(1)).due) == "2026-11-23T10:00"
    assert len(await home.quiet()) == 1


async def test_where_several_talk_a_word_means_nobodys_task(home: Home) -> None:
    """Numbers are each person's own: Ben's `done` must not complete his #1 because Ana was reminded of hers."""
    await home.add("Call Ana at 10")
    await home.add("Feed the cat", who=BEN)
    thread = home.chat.thread("T7")
    home.chat.stamps[thread] = [Stamp(about=(1,), kind=StampKind.UNASKED)]
    await home.says("done", who=BEN, thread=thread)
    assert not (await home.task(1, BEN)).done
