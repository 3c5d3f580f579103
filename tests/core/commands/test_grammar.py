"""The command grammar understands what people type, and leaves alone what it has no place for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.chat import DueFilter, Sort, Status, TaskQuery
from core.commands import understand
from core.intents import (
    Add,
    Complete,
    Delete,
    Edit,
    Forget,
    Help,
    Intent,
    New,
    Numbers,
    Prefer,
    Redo,
    Reopen,
    Restore,
    Show,
    Snooze,
    Undo,
    Unknown,
    Words,
)

THREE = Numbers((3,))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Add a task to buy groceries", Add("buy groceries")),
        ("I need to remember to pay bills", Add("pay bills")),
        ("add Buy milk tomorrow 5pm #home", Add("Buy milk tomorrow 5pm #home")),
        ("add buy a new monitor", Add("buy a new monitor")),
        ("Please add eggs to my list", Add("eggs")),
        ("todo: buy milk", Add("buy milk")),
        ("remind me to call Ana at 5", Add("call Ana at 5")),
        ("don't let me forget the keys", Add("the keys")),
        ("set a reminder to stretch every hour", Add("stretch every hour")),
        ("i have to call Ana tomorrow", Add("call Ana tomorrow")),
    ],
)
def test_adding(text: str, intent: Intent) -> None:
    """What says by its first words that it adds, adds the rest, word for word."""
    assert understand(text) == intent


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Show me all my tasks", TaskQuery(status=Status.ALL)),
        ("What's pending?", TaskQuery()),
        ("What have I completed?", TaskQuery(status=Status.DONE)),
        ("what did I do?", TaskQuery(status=Status.DONE)),
        ("how many tasks are done?", TaskQuery(status=Status.DONE)),
        ("list", TaskQuery()),
        ("today", TaskQuery(due=DueFilter.TODAY)),
        ("what's overdue?", TaskQuery(due=DueFilter.OVERDUE)),
        ("what do I have to do this week?", TaskQuery(due=DueFilter.WEEK)),
        ("list overdue #Home p1", TaskQuery(due=DueFilter.OVERDUE, tag="home", priority=1)),
        ("list without a date", TaskQuery(due=DueFilter.NONE)),
        ("list done page 3", TaskQuery(status=Status.DONE, page=3)),
        ("list sorted by title", TaskQuery(sort=Sort.TITLE)),
        ("list milk", TaskQuery(text="milk")),
        ("find 'call ana'", TaskQuery(status=Status.ALL, text="call ana")),
        ("which tasks are urgent?", TaskQuery(priority=1)),
    ],
)
def test_listing(text: str, query: TaskQuery) -> None:
    """A listing's filters combine, in any order, in commands and in questions."""
    assert understand(text) == Show(query)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Mark task 3 as complete", Complete(THREE)),
        ("done 2, 3 and 5", Complete(Numbers((2, 3, 5)))),
        ("done 2-4", Complete(Numbers((2, 3, 4)))),
        ("done #3 #3", Complete(THREE)),
        ("I finished the milk one", Complete(Words("milk"))),
        ("the milk one is done", Complete(Words("milk"))),
        ("complete everything", Complete(Words("", every=True))),
        ("reopen 3", Reopen(THREE)),
        ("mark 3 as not done", Reopen(THREE)),
        ("Delete the meeting task", Delete(Words("meeting"))),
        ("delete all my meetings", Delete(Words("meetings", every=True))),
        ("remove the milk one from my list", Delete(Words("milk"))),
        ("DROP TABLE tasks;", Delete(Words("TABLE tasks;"))),
        ("snooze 3", Snooze(THREE)),
        ("snooze 3 2h", Snooze(THREE, "in 2h")),
        ("snooze the milk one until tomorrow 9am", Snooze(Words("milk"), "tomorrow 9am")),
        ("undo", Undo()),
        ("undo that", Undo()),
        ("undo change 41", Undo(41)),
    ],
)
def test_acting_on_tasks(text: str, intent: Intent) -> None:
    """Tasks are called by number, by several, by a range, or by words of theirs."""
    assert understand(text) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Edit task 1 to 'Call mom tonight'", Edit(Numbers((1,)), title="Call mom tonight")),
        ("change 3 to friday", Edit(THREE, title_or_due="friday")),
        ("rename 3 to friday", Edit(THREE, title="friday")),
        ("move 3 to friday", Edit(THREE, due="friday")),
        ("3 due next monday 9am", Edit(THREE, due="next monday 9am")),
        ("Reschedule my morning meetings to 2 PM", Edit(Words("morning meetings", every=True), due="2 PM")),
        ("move send contract to Ana to friday", Edit(Words("send contract to Ana"), due="friday")),
        ("make 3 urgent", Edit(THREE, priority=1)),
        ("priority 3 p2", Edit(THREE, priority=2)),
        ("tag 3 #Home", Edit(THREE, tags=("+home",))),
        ("untag 3 #home", Edit(THREE, tags=("-home",))),
        ("add #home to 3", Edit(THREE, tags=("+home",))),
        ("remove the tag #home from 3", Edit(THREE, tags=("-home",))),
        ("clear the due date of 3", Edit(THREE, clear=frozenset({"due"}))),
        ("no date 3", Edit(THREE, clear=frozenset({"due"}))),
        ("note 3 bring the papers", Edit(THREE, notes="bring the papers")),
    ],
)
def test_changing(text: str, intent: Intent) -> None:
    """Quoted text is a title; an unquoted one may be a date, which is decided where the clock is known."""
    assert understand(text) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("help", Help()),
        ("What can you do?", Help()),
        ("new", New()),
        ("forget", Forget()),
        ("timezone Berlin", Prefer(timezone="Berlin")),
        ("my timezone is Europe/Berlin", Prefer(timezone="Europe/Berlin")),
        ("morning 8:30", Prefer(morning="8:30")),
    ],
)
def test_the_rest(text: str, intent: Intent) -> None:
    """Help, conversations and preferences have words of their own."""
    assert understand(text) == intent


@pytest.mark.parametrize(
    "text", ["", "  ", "hello", "what is the meaning of life?", "done", "add", "make a cake tomorrow"]
)
def test_what_has_no_place_is_left_alone(text: str) -> None:
    """Small talk, questions about the world and verbs without an object make nothing up."""
    assert isinstance(understand(text), Unknown)


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text(alphabet="add list done move to 3 # ' \" - , . tomorrow p1", max_size=200))
def test_any_text_is_understood_as_something(text: str) -> None:
    """Nothing a person can type breaks the grammar."""
    understand(text)


def test_a_novel_can_only_be_added() -> None:
    """A text of 100,000 characters is a task to add after `add`, and nothing else; it is read at once."""
    novel = "done 1, " * 12_500
    assert isinstance(understand(novel), Unknown)
    assert understand(f"add {novel}") == Add(novel.strip())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("redo", Redo()),
        ("redo that", Redo()),
        ("undo the undo", Redo()),
        ("do that again", Redo()),
        ("restore 3", Restore(THREE)),
        ("undelete #3", Restore(THREE)),
        ("bring back task 3 from the bin", Restore(THREE)),
        ("recover the milk one", Restore(Words("milk"))),
        ("restore everything", Restore(Words("", every=True))),
        ("list deleted", Show(TaskQuery(status=Status.DELETED))),
        ("what have I deleted?", Show(TaskQuery(status=Status.DELETED))),
        ("deleted tasks", Unknown("deleted tasks")),
    ],
)
def test_bringing_back_and_doing_again(text: str, intent: Intent) -> None:
    """What was undone, and what was deleted."""
    assert understand(text) == intent


@pytest.mark.parametrize(
    ("text", "target", "when"),
    [
        ("postpone rent by 2 days", Words("rent"), "2 days later"),
        ("delay 3 by an hour", THREE, "an hour later"),
        ("delay 3 an hour", THREE, "an hour later"),
        ("move the dentist 2 days later", Words("dentist"), "2 days later"),
        ("push 3 back a week", THREE, "a week later"),
        ("push back 3 by a day", THREE, "a day later"),
        ("push 3 forward a day", THREE, "a day later"),
        ("bring it forward by a day", Words("it"), "a day earlier"),
        ("bring forward 3 by a day", THREE, "a day earlier"),
        ("shift 3 by -1 day", THREE, "1 day earlier"),
        ("move it up an hour", Words("it"), "an hour earlier"),
        ("postpone everything by a day", Words("", every=True), "a day later"),
        ("move 3 to friday at 10", THREE, "friday at 10"),
        ("move go to gym to friday at 10", Words("go to gym"), "friday at 10"),
        ("move 3 in 2 days", THREE, "in 2 days"),
        ("move 3 to monday dec 5 at 10", THREE, "monday dec 5 at 10"),
        ("move 3 and 4 to vendredi at 10", Numbers((3, 4)), "vendredi at 10"),
        ("postpone rent until friday", Words("rent"), "friday"),
        ("move the 3pm meeting to 4pm", Words("3pm meeting"), "4pm"),
        ("move 3, 4 to next monday at 9", Numbers((3, 4)), "next monday at 9"),
        ("bring the dentist forward to monday", Words("dentist"), "monday"),
    ],
)
def test_moving(text: str, target: Numbers | Words, when: str) -> None:
    """The task's words end where the rest is all date, or all length of time."""
    assert understand(text) == Edit(target, due=when)


@pytest.mark.parametrize("text", ["bring milk", "bring milk in 2 bottles", "postpone 3"])
def test_what_only_begins_like_a_move(text: str) -> None:
    """It is left alone."""
    assert understand(text) == Unknown(text)
