"""The digest each morning, and the review of a week."""

from __future__ import annotations

import datetime as dt

from core.chat import Offer, TaskList, Text
from tests.core.reminders.conftest import TOLD, Home
from tests.fakes.chat import BEN, Post


def _titles(post: Post) -> dict[str, list[str]]:
    lists = [part for part in post.answer.parts if isinstance(part, TaskList)]
    return {part.title: [task.title for task in part.page.tasks] for part in lists}


async def test_a_digest_is_off_until_it_is_asked_for(home: Home) -> None:
    """Nobody is written to who didn't ask."""
    await home.add("Call Ana in 10 days")
    home.at += dt.timedelta(days=1)
    assert await home.quiet() == []


async def test_a_digest_tells_what_is_overdue_due_and_done(home: Home) -> None:
    """At the person's morning; with a button that turns it off."""
    await home.says("digest on")
    for text in (
        "Late one today at 10",
        "Old one today",
        "Soon tomorrow at 5pm",
        "Whole day tomorrow",
        "Other on friday",
    ):
        await home.add(f"{text} no reminder")
    await home.add("Milk")
    await home.says("done 6")
    await home.until("tomorrow 8:59")
    assert await home.quiet() == []
    await home.until("today 9:00")
    (post,) = await home.posted()
    assert _titles(post) == {"Overdue": ["Old one", "Late one"], "Today": ["Whole day", "Soon"]}
    assert "Good morning, Ana" in post.answer.text
    assert "Tuesday, 24 November" in post.answer.text
    assert "Done yesterday: #6 Milk" in post.answer.text
    (offer,) = [part for part in post.answer.parts if isinstance(part, Offer)]
    await home.press(offer.action, fields=offer.fields)
    await home.until("tomorrow 9:00")
    assert len(await home.quiet()) == 1


async def test_there_is_no_digest_when_there_is_nothing_to_say(home: Home) -> None:
    """And the next morning is looked at again."""
    await home.says("digest on")
    await home.until("tomorrow 9:00")
    assert await home.quiet() == []
    await home.add("Call Ana tomorrow no reminder")
    await home.until("tomorrow 9:00")
    assert len(await home.posted()) == 1


async def test_a_digest_comes_in_everybodys_own_morning(home: Home) -> None:
    """By their own clock, across the change to summer time too."""
    home.at = dt.datetime(2027, 3, 27, 12, tzinfo=home.at.tzinfo)
    for who in (BEN,):
        await home.says("digest on", who=who)
        await home.says("morning 7:00", who=who)
        await home.add("Something every day no reminder", who=who)
    for day, hour in ((28, 11), (29, 11)):  # 7:00 in New York; Berlin is six hours, then five hours ahead
        home.at = dt.datetime(2027, 3, day, hour, tzinfo=dt.UTC) - dt.timedelta(minutes=1)
        before = len(await home.quiet())
        home.at += dt.timedelta(minutes=1)
        await home.posted(before + 1)


async def test_a_digest_that_is_half_a_day_late_is_left_out(home: Home) -> None:
    """The next one tells all."""
    await home.says("digest on")
    await home.add("Call Ana today no reminder")
    await home.until("tomorrow 22:00")
    assert await home.quiet() == []
    await home.until("tomorrow 9:00")
    assert len(await home.posted()) == 1


async def test_after_days_of_outage_the_digest_is_of_today(home: Home) -> None:
    """One, not one for each morning that was missed."""
    await home.says("digest on")
    await home.add("Call Ana today no reminder")
    home.at += dt.timedelta(days=4, minutes=20)
    (post,) = await home.posted()
    assert "Friday, 27 November" in post.answer.text


async def test_a_digest_nobody_takes_is_not_tried_for_ever(home: Home) -> None:
    """Once a morning."""
    await home.says("digest on")
    await home.add("Call Ana today no reminder")
    home.chat.closed |= {TOLD}
    await home.until("tomorrow 9:00")
    assert await home.quiet() == []
    home.chat.closed.clear()
    assert await home.quiet() == []
    await home.until("tomorrow 9:00")
    assert len(await home.posted()) == 1


async def test_how_the_week_was(home: Home) -> None:
    """A bar a day; dates of series count, what was undone doesn't."""
    await home.add("Water the plants every day")
    for number in range(2, 7):
        await home.add(f"Thing {number}")
    await home.says("done 2")
    await home.says("done 3")
    home.at += dt.timedelta(days=2)
    await home.says("done 1")
    await home.says("done 4")
    await home.says("done 5")
    await home.says("undo")
    answer = await home.says("how was my week?")
    text = answer.text or "".join(part.markdown for part in answer.parts if isinstance(part, Text))
    assert "4 tasks done, 6 added" in text
    assert "Mon 23  2  ██" in text
    assert "Wed 25  2  ██" in text
    assert "Tue 24  0\n" in text
    home.at += dt.timedelta(days=30)
    assert "nothing done, 0 added" in (await home.says("weekly review")).text


async def test_the_last_date_of_a_series_counts_once(home: Home) -> None:
    """It is a date that was done, and a task that is completed by it."""
    await home.add("Take the medicine every day 2 times")
    await home.says("done 1")
    home.at += dt.timedelta(days=1)
    await home.says("done 1")
    assert "2 tasks done" in (await home.says("how was my week")).text
