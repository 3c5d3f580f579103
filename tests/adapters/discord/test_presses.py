"""Buttons, menus and forms on cards: in place, for their owner alone, whatever has happened meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.render.actions import act
from adapters.discord.stamps import stamp_of
from adapters.shared.refs import Ref
from core.chat import Action, ActionName, Status, TaskQuery
from tests.adapters.discord.conftest import There


async def test_done_undo_and_reopen_in_place(there: There) -> None:
    """The card tells what is now true; an undo takes back what it says."""
    _, card = await there.card(there.ana, "add Call May tomorrow 5pm")
    await there.press(there.ana, card, "Done")
    assert "~~Call May~~" in card.text
    assert {"Reopen", "Undo", "Delete"} <= set(card.labels)
    await there.press(there.ana, card, "Undo")
    assert "~~" not in card.text
    await there.press(there.ana, card, "Done")
    await there.press(there.ana, card, "Reopen")
    assert not (await there.tasks(there.ana))[0].done
    assert "New conversation" in card.labels, "the stamp stays"


@pytest.mark.parametrize(
    ("choice", "reminder"),
    [("in 1 hour", "09:00"), ("today 18:00", "18:00"), ("tomorrow", "24"), ("next monday", "30")],
)
async def test_snooze_moves_the_reminder_alone(there: There, choice: str, reminder: str) -> None:
    """By a menu; the due date stays."""
    _, card = await there.card(there.ana, "add Call May friday 5pm")
    before = (await there.tasks(there.ana))[0]
    await there.choose(there.ana, card, "snooze", choice)
    after = (await there.tasks(there.ana))[0]
    assert after.due == before.due
    assert after.remind_at
    assert reminder in f"{after.remind_at:%d %H:%M}"
    assert "⏰" in card.text


async def test_not_a_date_and_delete(there: There) -> None:
    """Both can be taken back."""
    _, card = await there.card(there.ana, "add Call May friday")
    await there.press(there.ana, card, "Not a date")
    assert (await there.tasks(there.ana))[0].due is None
    await there.press(there.ana, card, "Delete")
    assert await there.titles(there.ana) == []
    await there.press(there.ana, card, "Undo")
    assert len(await there.titles(there.ana)) == 1


async def test_only_the_owner_may_press(there: There) -> None:
    """Anybody else gets a sentence that nobody else sees."""
    _, card = await there.card(there.ana, "add Call May")
    pressed = await there.press(there.ben, card, "Done")
    assert pressed.ephemeral
    assert "only they can change them" in pressed.text
    assert not (await there.tasks(there.ana))[0].done


async def test_a_stale_card_tells_what_is_now_true(there: There) -> None:
    """Done elsewhere, gone elsewhere: the card is told anew, and nothing is done twice."""
    _, card = await there.card(there.ana, "add Call May")
    done = Action(there.author(there.ana), ActionName.DONE, (1,))
    async for _ in there.core.act(done):
        pass
    pressed = await there.press(there.ana, card, "Done")
    assert not pressed.failed
    assert "~~Call May~~" in card.text
    async for _ in there.core.act(Action(there.author(there.ana), ActionName.DELETE, (1,))):
        pass
    pressed = await there.press(there.ana, card, "Reopen")
    assert not pressed.failed
    assert "deleted" in card.text + pressed.text


async def test_two_quick_clicks_complete_a_series_once(there: There) -> None:
    """The second finds it moved on already."""
    _, card = await there.card(there.ana, "add Water the plants every day at 9am")
    await asyncio.gather(*(there.discord.press_label(there.ana, card, "Done") for _ in range(2)))
    await there.platform.idle()
    due = (await there.tasks(there.ana))[0].due
    assert due
    assert str(due) == "2026-11-24T09:00"


async def test_buttons_work_after_a_restart(there: There) -> None:
    """All that a press needs is in the button."""
    _, card = await there.card(there.ana, "add Call May")
    await there.restart()
    await there.press(there.ana, card, "Done")
    assert (await there.tasks(there.ana))[0].done


async def test_edit_opens_filled_in_and_saves_what_was_changed(there: There) -> None:
    """Five fields; date and time as text."""
    _, card = await there.card(there.ana, "add Call May friday 5pm p1 #work")
    opened = await there.press(there.ana, card, "Edit")
    assert opened.modal
    assert opened.modal.fields == {
        "title": "Call May", "due": "2026-11-27 17:00", "recurrence": "", "labels": "p1 #work", "notes": "",
    }  # fmt: skip
    await there.discord.submit(
        there.ana, opened.modal, {"title": "Call June", "due": "2026-11-28 09:30", "labels": "#home", "notes": "soon"}
    )
    await there.platform.idle()
    task = (await there.tasks(there.ana))[0]
    assert (task.title, str(task.due), task.priority, task.tags, task.notes) == (
        "Call June", "2026-11-28T09:30", 4, ("home",), "soon",
    )  # fmt: skip
    assert "Call June" in card.text


async def test_what_is_refused_in_a_form_is_told_with_what_was_typed(there: There) -> None:
    """Discord closes the form in any case; none of it is lost, and nothing is half changed."""
    _, card = await there.card(there.ana, "add Call May friday 5pm")
    opened = await there.press(there.ana, card, "Edit")
    assert opened.modal
    sent = await there.discord.submit(there.ana, opened.modal, {"title": "Call June", "due": "when pigs fly"})
    await there.platform.idle()
    assert "when pigs fly" in sent.text
    assert "Call June" in sent.text
    assert (await there.tasks(there.ana))[0].title == "Call May"


async def test_any_message_can_become_a_task(there: There) -> None:
    """By its menu: a form filled in by quick add; the task keeps the link."""
    said = await there.discord.say(there.ben, there.channel, "Send Ana the contract on Friday at 9")
    opened = await there.discord.message_menu(there.ana, said, "Add to tasks")
    assert opened.modal
    assert opened.modal.fields["title"] == "Send Ana the contract"
    assert opened.modal.fields["due"] == "2026-11-27 09:00"
    sent = await there.finished_(await there.discord.submit(there.ana, opened.modal, {}))
    assert sent.ephemeral
    task = (await there.tasks(there.ana))[0]
    assert (task.title, str(task.due)) == ("Send Ana the contract", "2026-11-27T09:00")
    assert task.source == f"https://discord.com/channels/{there.discord.guild.id}/{there.channel.id}/{said.id}"


async def test_edit_by_a_command(there: There) -> None:
    """The same form; its answer is for the person alone."""
    await there.add(there.ana, "Call May")
    opened = await there.discord.slash(there.ana, there.channel, "task edit", task="1")
    assert opened.modal
    sent = await there.finished_(await there.discord.submit(there.ana, opened.modal, {"title": "Call June"}))
    assert "Call June" in sent.text
    assert "offered" in (await there.discord.slash(there.ana, there.channel, "task edit", task="may")).text
    assert "deleted" in (await there.discord.slash(there.ana, there.channel, "task edit", task="9")).text


async def test_a_long_list_has_pages_and_opens_its_tasks(there: There) -> None:
    """Twenty at a time; a menu opens one for its buttons."""
    for number in range(45):
        await there.add(there.ana, f"Thing {number:02d}")
    listed = (await there.task(there.ana, "list")).original
    assert listed
    assert "45 tasks, page 1 of 3" in listed.text
    await there.press(there.ana, listed, "Next ›")
    assert "page 2 of 3" in listed.text
    await there.press(there.ana, listed, "Next ›")
    assert "Thing 44" in listed.text
    await there.press(there.ana, listed, "‹ Previous")
    opened = await there.choose(there.ana, listed, "open", Ref(21, 21).token)
    assert opened.original
    await there.press(there.ana, opened.original, "Done")
    assert [task.number for task in await there.tasks(there.ana) if task.done] == [21]


async def test_a_zone_is_asked_for_once(there: There) -> None:
    """Under the first receipt with a time; the answer is kept, and nobody is asked again."""
    thread, card = await there.card(there.ana, "add Call May friday 5pm")
    assert "time zone" in card.text
    await there.choose(there.ana, card, "zone", "Europe/Berlin")
    assert "time zone" not in card.text
    await there.reply(there.ana, thread, "add Call Ben friday 6pm")
    assert "time zone" not in there.last(thread)
    assert "Fri 27 Nov 18:00 (" in there.last(thread)


async def test_a_stranger_begins_no_new_conversation(there: There) -> None:
    """Who has written nothing in the thread is told so alone; the one whose mention opened it may."""
    thread, card = await there.card(there.ana, "add Call May")
    said = len(there.discord.messages(thread))
    pressed = await there.press(there.ben, card, "New conversation")
    assert pressed.ephemeral
    assert "Only people who take part" in pressed.text
    assert len(there.discord.messages(thread)) == said
    await there.reply(there.ben, thread, "list")
    await there.press(there.ben, card, "New conversation")
    assert there.discord.messages(thread)[-1].text.startswith("Ben began a new conversation")


async def test_a_new_conversation_by_the_button(there: There) -> None:
    """The thread is told who pressed, by a message whose stamp ends what was before."""
    thread, card = await there.card(there.ana, "add Call May")
    pressed = await there.press(there.ana, card, "New conversation")
    assert pressed.ephemeral
    assert "new conversation" in pressed.text
    last = there.discord.messages(thread)[-1]
    assert last.text.startswith("Ana began a new conversation")
    assert [one.kind.ends for one in map(stamp_of, last.custom_ids) if one] == [True]
    assert "Call May" in card.text


async def _elsewhere(there: There, action: Action) -> None:
    """Something done on another device."""
    async for _ in there.core.act(action):
        pass


async def test_an_old_card_is_never_another_tasks(there: There) -> None:
    """After `forget me` numbers begin at 1 again: neither buttons nor the form show or touch what is new."""
    who = there.author(there.ana)
    _, card = await there.card(there.ana, "add Old")
    await _elsewhere(there, Action(who, ActionName.FORGET_ME))
    await there.add(there.ana, "New and private")
    for label in ("Edit", "Done"):
        pressed = await there.press(there.ana, card, label)
        assert "private" not in pressed.text
        assert pressed.modal is None
    assert "private" not in card.text
    assert [(task.title, task.done) for task in await there.tasks(there.ana)] == [("New and private", False)]


async def test_a_second_take_back_takes_nothing_further_back(there: There) -> None:
    """It brings the task back, and says the second time that it is there."""
    _, card = await there.card(there.ana, "add Call May")
    await _elsewhere(there, Action(there.author(there.ana), ActionName.DONE, (1,)))
    await there.press(there.ana, card, "Delete")
    (task,) = (await there.core.find(there.author(there.ana), TaskQuery(status=Status.DELETED))).tasks
    back = act(ActionName.RESTORE, str(there.ana.id), Ref.of(task))
    for _ in range(2):
        await there.discord.press(there.ana, card, back, stale=True)
        await there.platform.idle()
    assert [(task.title, task.done) for task in await there.tasks(there.ana)] == [("Call May", True)]


async def test_a_form_overwrites_nothing_that_was_changed_while_it_was_open(there: There) -> None:
    """What was not touched stays as it is now, with all of twenty tags; what both changed is told, with all typed."""
    who = there.author(there.ana)
    tags = " ".join(f"#{chr(97 + number)}{'t' * 47}" for number in range(20))
    _, card = await there.card(there.ana, f"add Call May {tags}")
    opened = await there.press(there.ana, card, "Edit")
    assert opened.modal
    await _elsewhere(there, Action(who, ActionName.EDIT, (1,), fields={"notes": "Said meanwhile"}))
    await there.finished_(await there.discord.submit(there.ana, opened.modal, {"title": "Call June"}))
    (task,) = await there.tasks(there.ana)
    assert (task.title, task.notes, len(task.tags)) == ("Call June", "Said meanwhile", 20)
    opened = await there.press(there.ana, card, "Edit")
    assert opened.modal
    await _elsewhere(there, Action(who, ActionName.EDIT, (1,), fields={"title": "Call July"}))
    sent = await there.finished_(await there.discord.submit(there.ana, opened.modal, {"title": "Call August"}))
    assert "its title is now “Call July”" in sent.text
    assert "Call August" in sent.text
    assert await there.titles(there.ana) == ["Call July"]


async def test_a_button_of_another_time(there: There) -> None:
    """One that the bot no longer knows says what to do."""
    _, card = await there.card(there.ana, "add Call May")
    pressed = await there.discord.press(there.ana, card, "do:explode:1:2:3", stale=True)
    assert pressed.ephemeral
    assert "/task list" in pressed.text


async def test_many_cards_are_several_messages(there: There) -> None:
    """A message takes forty components; each is there, and each has its buttons."""
    thread, _ = await there.card(there.ana, "add start")
    text = "\n".join(f"add Thing {number}" for number in range(6))
    await there.reply(there.ana, thread, text)
    shown = " ".join(message.text for message in there.discord.messages(thread))
    assert all(f"Thing {number}" in shown for number in range(6))
