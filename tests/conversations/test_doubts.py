"""What the bot asks when it isn't sure when a task is due. It is Monday 23 November 2026, 9:00 in Berlin."""

from __future__ import annotations

from tests.conversations.conftest import Bot


async def test_the_receipt_of_a_half_read_date_offers_what_it_may_mean(offline_bot: Bot) -> None:
    """The task is kept with all its words and without a date; the offered command sets the one that was read."""
    added = (await offline_bot.command("add dentiste vendredi à 15h")).receipts[0]
    (task,) = added.tasks
    assert (task.title, task.due) == ("dentiste vendredi à 15h", None)
    assert added.detail == (
        "I read “vendredi à 15h” only in part, so it stays in the title and #1 has no date. "
        "If you mean Mon 23 Nov 15:00, say `move 1 to 2026-11-23 15:00`."
    )
    (moved,) = (await offline_bot.says("move 1 to 2026-11-23 15:00")).receipts[0].tasks
    assert str(moved.due) == "2026-11-23T15:00"


async def test_the_receipt_of_a_contradiction_asks_which_is_meant(offline_bot: Bot) -> None:
    """A weekday that is not that of its date: both may be meant, and each has its command."""
    added = (await offline_bot.says("Call Ana monday dec 5")).receipts[0]
    assert (added.tasks[0].title, added.tasks[0].due) == ("Call Ana monday dec 5", None)
    assert added.detail == (
        "5 December 2026 is a Saturday, not a Monday, so #1 has no date yet. "
        "Say `move 1 to 2026-12-05` or `move 1 to 2026-12-07`."
    )
    (moved,) = (await offline_bot.says("move 1 to 2026-12-07")).receipts[0].tasks
    assert str(moved.due) == "2026-12-07"


async def test_of_several_tasks_each_doubt_names_its_own(offline_bot: Bot) -> None:
    """The lines that were read for sure are not asked about."""
    added = (await offline_bot.command("Call Bo tomorrow\nZahnarzt Montag 15:00\nCall Ana monday dec 5")).receipts[0]
    assert [str(task.due) if task.due else None for task in added.tasks] == ["2026-11-24", None, None]
    assert added.detail is not None
    assert "#2 has no date" in added.detail
    assert "#3 has no date yet" in added.detail
    assert "#1" not in added.detail


async def test_a_move_to_a_contradiction_says_so_and_moves_nothing(offline_bot: Bot) -> None:
    """`6 to monday dec 5` is no name of a task either."""
    await offline_bot.command("Call Ana tomorrow")
    answer = await offline_bot.says("move 1 to monday dec 5 at 10")
    assert "5 December 2026 is a Saturday, not a Monday." in answer.text
    (task,) = await offline_bot.tasks()
    assert str(task.due) == "2026-11-24"


async def test_every_third_friday_is_the_months_and_says_so(offline_bot: Bot) -> None:
    """The receipt tells the repetition in words."""
    (task,) = (await offline_bot.says("Swim every 3rd friday")).receipts[0].tasks
    assert (str(task.due), task.repeats) == ("2026-12-18", "every month on the 3rd Fri")
