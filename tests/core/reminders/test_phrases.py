"""What a task's text says of reminders, and what answers to a reminder ask for."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from core.chat import Due
from core.commands import about
from core.drafts import understood
from core.errors import Invalid
from core.intents import Complete, Delete, Edit, Intent, Numbers, Skip, Snooze
from core.reminder_phrases import asked, is_lead, reminding
from core.users import Actor

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
ME = Actor(1, 1, "Ana", BERLIN, timezone_known=True, locale="en-GB")
DUE = Due(dt.date(2026, 11, 27), dt.time(15), "Europe/Berlin")
IT = Numbers((5,))


@pytest.mark.parametrize(
    ("text", "title", "phrase"),
    [
        ("Pay rent friday 5pm remind me an hour before", "Pay rent", "an hour before"),
        ("Pay rent friday 5pm, and remind me 2 days and 1 hour before", "Pay rent", "2 days and 1 hour before"),
        ("meeting fri 10:00 (reminder 30 min before)", "meeting", "30 min before"),
        ("remind me an hour before the dentist friday 3pm", "the dentist", "an hour before"),
        ("Lunch fri noon without reminder", "Lunch", "none"),
        ("Lunch fri noon, but don't remind me", "Lunch", "none"),
        ("Dentist friday 3pm, remind me thursday evening", "Dentist", "thursday evening"),
        ("Call Ana, remind me tomorrow at 9", "Call Ana", None),
        ("Buy milk tomorrow and remind me", "Buy milk", None),
        ("remind Bob an hour before lunch", "remind Bob", None),
        ('Read "remind me an hour before" tomorrow', 'Read "remind me an hour before"', None),
        ("remind me of 3 things tomorrow", "3 things", None),
    ],
)
def test_a_text_is_parted_from_what_it_says_of_reminders(text: str, title: str, phrase: str | None) -> None:
    """The title stays as it was meant."""
    read = understood(text, now=NOW, locale="en-GB", morning=dt.time(9))
    assert (read.draft.title, read.remind) == (title, phrase)


@pytest.mark.parametrize(
    ("phrase", "minutes"),
    [
        ("an hour before", (60,)),
        ("1.5 hours before", (90,)),
        ("half an hour before", (30,)),
        ("a day, an hour and 10 min before", (1440, 60, 10)),
        ("2 weeks ahead", (20160,)),
        ("10 minutes before and at the time", (10, 0)),
        ("the day before", (1440,)),
        ("never", ()),
        ("no reminder", ()),
    ],
)
def test_leads(phrase: str, minutes: tuple[int, ...]) -> None:
    """Relative to the task's own time, the longest first."""
    assert is_lead(phrase)
    assert reminding(phrase, DUE, ME, NOW).before == minutes


def test_times_are_meant_on_the_day_of_the_task() -> None:
    """Unless another day is said."""
    found = reminding("at noon and again at 2:30", DUE, ME, NOW)
    assert (found.at, found.also) == (
        dt.datetime(2026, 11, 27, 12, tzinfo=BERLIN),
        (dt.datetime(2026, 11, 27, 14, 30, tzinfo=BERLIN),),
    )
    assert reminding("tomorrow", DUE, ME, NOW).at == dt.datetime(2026, 11, 24, 9, tzinfo=BERLIN)


def test_times_said_of_a_series_hold_for_each_of_its_dates() -> None:
    """A time after it is due counts as negative."""
    assert asked("at 2 and again at 4pm", DUE, "FREQ=DAILY", ME, NOW).before == (60, -60)
    assert asked("thursday at 6pm", DUE, "FREQ=DAILY", ME, NOW).at == dt.datetime(2026, 11, 26, 18, tzinfo=BERLIN)


@pytest.mark.parametrize("phrase", ["when pigs fly", "today at 8am", "400 weeks before"])
def test_what_makes_no_sense_is_refused_with_what_does(phrase: str) -> None:
    """In a sentence."""
    with pytest.raises(Invalid):
        reminding(phrase, DUE, ME, NOW)
    with pytest.raises(Invalid, match="no date yet"):
        reminding("an hour before", None, ME, NOW)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *[(text, Complete(IT)) for text in (
            "done", "Done!", "I did it", "finished", "it's done", "did that already", "ok done", "✅", "yes, all done",
            "I've finished it", "that one is done",
        )],
        *[(text, Skip(IT)) for text in ("skip", "skip this one", "skip it this time", "not this time", "Skip today.")],
        *[(text, Snooze(IT)) for text in ("later", "not now", "snooze", "remind me later")],
        ("tomorrow at 9", Snooze(IT, "tomorrow at 9")),
        ("after lunch", Snooze(IT, "after lunch")),
        ("in 20 minutes", Snooze(IT, "in 20 minutes")),
        ("20 min", Snooze(IT, "in 20 min")),
        ("snooze for 2 hours", Snooze(IT, "in 2 hours")),
        ("remind me again tomorrow morning", Snooze(IT, "tomorrow morning")),
        ("ok, monday", Snooze(IT, "monday")),
        ("every Friday instead", Edit(IT, due="every Friday")),
        ("every friday", Edit(IT, due="every friday")),
        ("tomorrow instead", Edit(IT, due="tomorrow")),
        ("move it to friday", Edit(IT, due="friday")),
        ("make it 5pm", Edit(IT, due="5pm")),
        ("postpone to next week", Edit(IT, due="next week")),
        ("push it back a day", Edit(IT, due="a day later")),
        ("postpone by 2 days", Edit(IT, due="2 days later")),
        ("bring it forward by an hour", Edit(IT, due="an hour earlier")),
        ("move it to friday at 10", Edit(IT, due="friday at 10")),
        ("an hour before", Edit(IT, remind="an hour before")),
        ("no reminder", Edit(IT, remind="no reminder")),
        ("delete it", Delete(IT)),
        ("delete", Delete(IT)),
        ("p1", Edit(IT, priority=1)),
        ("tag it #home", Edit(IT, tags=("+home",))),
        ("rename it to Call Ben", Edit(IT, title="Call Ben")),
    ],
)  # fmt: skip
def test_an_answer_to_a_reminder_is_about_its_task(said: str, meant: Intent) -> None:
    """Nobody says the number."""
    assert about(said, 5, now=NOW, locale="en-GB", morning=dt.time(9)) == meant


@pytest.mark.parametrize(
    "said",
    [
        "done 7", "delete #3", "move 4 to friday", "list", "what is overdue?", "add buy milk tomorrow", "undo", "help",
        "remind me to call Ben tomorrow", "Pay rent friday", "hello", "", "snooze 3 1h", "done with the milk",
    ],
)  # fmt: skip
def test_what_names_something_else_is_about_that(said: str) -> None:
    """Also in a reminder's thread."""
    assert about(said, 5, now=NOW, locale="en-GB", morning=dt.time(9)) is None
