"""A message as the task it may become, to be looked at in a form."""

from __future__ import annotations

import datetime as dt

import pytest

from core.chat import Status, Task, TaskQuery
from core.database import Database
from core.service import Service
from tests.fakes.chat import ANA, BEN, Chat


@pytest.fixture
def core(database: Database, now: dt.datetime) -> Service:
    """The core without OpenAI, on Monday 23 November 2026, 9:00 in Berlin."""
    chat = Chat()
    return Service(database, {chat.name: chat}, None, default_zone="UTC", clock=lambda: now)


async def test_one_line_is_read_as_quick_add_reads_it(core: Service) -> None:
    """Date, repetition, priority and tags fill their fields, and nothing is kept."""
    task = await core.draft(ANA, "Pay rent every 1st at 9am p1 #home")
    assert (task.number, task.title, str(task.due), task.repeats, task.priority, task.tags, task.notes) == (
        0, "Pay rent", "2026-12-01T09:00", "every month on the 1st", 1, ("home",), None,
    )  # fmt: skip
    assert (await core.find(ANA, TaskQuery(status=Status.ALL))).total == 0


async def test_dates_are_read_as_the_person_means_them(core: Service) -> None:
    """In their zone, and in their order of day and month."""
    british, american = await core.draft(ANA, "Party 5/6"), await core.draft(BEN, "Party 5/6")
    assert british.due is not None
    assert american.due is not None
    assert (str(british.due), british.due.zone) == ("2027-06-05", "Europe/Berlin")
    assert (str(american.due), american.due.zone) == ("2027-05-06", "America/New_York")


async def test_an_impossible_date_stays_in_the_title(core: Service) -> None:
    """The person sees it there, and can say what they mean."""
    assert await core.draft(ANA, "Pay rent on 31 April") == Task(0, "Pay rent on 31 April")


async def test_of_several_lines_the_first_is_the_title_and_all_are_notes(core: Service) -> None:
    """What quick add took out of the first line can still be read in the notes."""
    text = "Call Ana on friday #work\n\nShe wants the numbers of\nlast year."
    task = await core.draft(ANA, f"\n {text}\r\n")
    assert (task.title, str(task.due), task.tags, task.notes) == ("Call Ana", "2026-11-27", ("work",), text)


async def test_of_a_long_line_the_first_sentence_is_the_title(core: Service) -> None:
    """And of a sentence without an end as much as a title holds."""
    told = "Send Dr. May the contract by friday 5pm. " + "It has taken them long enough to read what we wrote. " * 4
    task = await core.draft(ANA, told)
    assert (str(task.due), task.notes) == ("2026-11-27T17:00", told.strip())
    assert task.title.startswith("Send Dr. May the contract")
    assert "long enough" not in task.title
    endless = await core.draft(ANA, "so " * 3_000)
    assert (len(endless.title), len(endless.notes or "")) == (500, 4000)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
async def test_no_words_are_an_empty_form(core: Service, text: str) -> None:
    """Nothing to read is no error."""
    assert await core.draft(ANA, text) == Task(0, "")


async def test_nothing_but_a_date_is_its_own_title(core: Service) -> None:
    """A form needs one, and the words are all there is."""
    task = await core.draft(ANA, "tomorrow 5pm")
    assert (task.title, str(task.due)) == ("tomorrow 5pm", "2026-11-24T17:00")
