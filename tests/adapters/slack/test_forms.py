"""Forms: editing, adding, preferences; the shortcuts that open them."""

from __future__ import annotations

import json
from contextlib import aclosing

from core.chat import Action, ActionName
from tests.adapters.slack.conftest import There
from tests.fakes.slack.surfaces import View


def the_view(there: There) -> View:
    """The one open form."""
    (view,) = there.slack.views.values()
    return view


async def opened(there: There) -> View:
    """Wait for a form."""
    await there.slack.until(lambda: there.slack.views)
    return the_view(there)


def filled(view: View) -> dict[str, object]:
    """What the form's inputs hold at first."""
    held = {}
    for block in view.told["blocks"]:  # type: ignore[attr-defined]
        if block["type"] == "input":
            element = block["element"]
            chosen = element.get("initial_option")
            told = (element.get(f"initial_{kind}") for kind in ("value", "date", "time"))
            held[block["block_id"]] = chosen["value"] if chosen else next((one for one in told if one), None)
    return held


async def test_edit_opens_filled_in_and_saves_what_was_changed(there: There) -> None:
    """All fields with pickers; the card is told anew in place."""
    _, ts = await there.card(there.ana, "add Pay rent every 1st at 9am p1 #home")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    view = await opened(there)
    assert filled(view) == {
        "title": "Pay rent",
        "due": "2026-12-01",
        "time": "09:00",
        "recurrence": "every month on the 1st",
        "remind": None,
        "priority": "1",
        "tags": "home",
        "notes": None,
    }
    await there.task(there.ana, "tag 1 #money")
    await there.slack.submit(there.ana, view, title="Pay the rent", time="10:30", notes="Account 7")
    await there.slack.until(lambda: "Pay the rent" in str(there.slack.store.message(there.channel.id, ts).blocks))
    (task,) = await there.tasks(there.ana)
    assert (task.title, str(task.due), task.notes, task.priority) == (
        "Pay the rent",
        "2026-12-01T10:30",
        "Account 7",
        1,
    )
    assert task.recurrence == "FREQ=MONTHLY;BYMONTHDAY=1", "what was not touched stays"
    assert task.tags == ("home", "money"), "a tag added meanwhile is not lost"
    assert not there.slack.views


async def test_fields_can_be_emptied(there: There) -> None:
    """No date, no tags, no priority; without a time the whole day is meant."""
    _, ts = await there.card(there.ana, "add Call May tomorrow 5pm p1 #work")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    await there.slack.submit(there.ana, await opened(there), time="", tags="", priority="4")
    await there.slack.until(lambda: len(there.slack.asked("chat.update")) == 1)
    (task,) = await there.tasks(there.ana)
    assert (str(task.due), task.tags, task.priority) == ("2026-11-24", (), 4)
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    await there.slack.submit(there.ana, await opened(there), due="")
    await there.slack.until(lambda: len(there.slack.asked("chat.update")) == 2)
    assert (await there.tasks(there.ana))[0].due is None


async def test_what_is_refused_is_told_in_the_form(there: There) -> None:
    """It stays open with the sentence on top and everything that was typed."""
    _, ts = await there.card(there.ana, "add Call May")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    view = await opened(there)
    await there.slack.submit(there.ana, view, recurrence="every purple moon")
    assert "purple moon" in json.dumps(view.told["blocks"][0])  # type: ignore[index]
    assert there.slack.views
    await there.slack.submit(there.ana, view, recurrence="every monday")
    assert not there.slack.views
    await there.slack.until(lambda: there.slack.asked("chat.update"))
    assert (await there.tasks(there.ana))[0].recurrence == "FREQ=WEEKLY;BYDAY=MO"


async def test_a_reminder_in_a_form(there: There) -> None:
    """Words in the field, as quick add reads them."""
    _, ts = await there.card(there.ana, "add Call May friday 5pm")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    await there.slack.submit(there.ana, await opened(there), remind="friday 4pm")
    await there.slack.until(lambda: there.slack.asked("chat.update"))
    reminder = (await there.tasks(there.ana))[0].remind_at
    assert reminder
    assert f"{reminder:%a %H:%M}" == "Fri 16:00"


async def test_editing_what_is_deleted_says_so(there: There) -> None:
    """A form that tells how to get the task back."""
    _, ts = await there.card(there.ana, "add Call May")
    await there.task(there.ana, "delete 1")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    assert "deleted" in str((await opened(there)).told["blocks"])


async def test_an_expired_trigger_is_told(there: There) -> None:
    """Slack gives three seconds; afterwards one presses again."""
    _, ts = await there.card(there.ana, "add Call May")
    there.slack.slow["views.open"] = 0.01
    pressing = there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    delivery = await pressing
    assert delivery.done.is_set()
    there.slack.expire_triggers()
    await there.slack.until(lambda: "press again" in there.whispered())
    assert not there.slack.views


async def test_any_message_can_become_a_task(there: There) -> None:
    """The form is filled in by quick add, and the task keeps the link to the message."""
    ts = await there.slack.say(
        there.ben, there.channel, f"Please send <@{there.ana.id}> the contract by friday 9am #legal"
    )
    await there.slack.message_shortcut(there.ana, there.channel, ts, "add_message")
    view = await opened(there)
    assert filled(view)["title"] == "Please send @Ana the contract"
    assert filled(view)["due"] == "2026-11-27"
    assert filled(view)["tags"] == "legal"
    await there.slack.submit(there.ana, view, title="Send Ana the contract")
    await there.slack.until(lambda: there.slack.whispers)
    assert "Send Ana the contract" in there.whispered()
    (task,) = await there.tasks(there.ana)
    link = f"https://acme.slack.com/archives/{there.channel.id}/p{ts.replace('.', '')}"
    assert (task.title, str(task.due), task.source) == ("Send Ana the contract", "2026-11-27T09:00", link)


async def test_a_long_message_keeps_its_words_as_notes(there: There) -> None:
    """The first line is the title, all of it the notes."""
    ts = await there.slack.say(there.ben, there.channel, "Launch plan\n- cake\n- music\n" + "more " * 200)
    await there.slack.message_shortcut(there.ana, there.channel, ts, "add_message")
    view = await opened(there)
    assert filled(view)["title"] == "Launch plan"
    assert "- cake" in str(filled(view)["notes"])


async def test_a_new_task_from_anywhere(there: There) -> None:
    """The global shortcut: an empty form; the card comes to the direct messages."""
    await there.slack.shortcut(there.ana, "new_task")
    view = await opened(there)
    await there.slack.submit(there.ana, view, title=" ")
    assert "needs a title" in str(view.told["blocks"])
    await there.slack.submit(there.ana, view, title="Buy milk friday", due="2026-12-01")
    dm = there.slack.dm(there.ana)
    await there.slack.until(lambda: there.slack.messages(dm))
    assert "Buy milk friday" in str(there.slack.messages(dm)[0].blocks), "words in a form are not read again"
    assert str((await there.tasks(there.ana))[0].due) == "2026-12-01"


async def test_forgetting_by_a_messages_menu(there: There) -> None:
    """It works in threads, where slash commands don't."""
    thread, ts = await there.card(there.ana, "add Milk")
    await there.slack.message_shortcut(there.ana, there.channel, ts, "forget_thread")
    await there.slack.until(lambda: there.slack.whispers)
    assert "no conversation to forget" in there.whispered()
    assert thread


async def test_what_somebody_else_changed_meanwhile_is_shown_in_the_form(there: There) -> None:
    """It stays open with all that was typed; saved again, it overwrites what the person now knows of."""
    _, ts = await there.card(there.ana, "add Call May p2")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    view = await opened(there)
    await there.task(there.ana, "rename 1 to Call June")
    await there.task(there.ana, "tag 1 #theirs")
    await there.slack.submit(there.ana, view, title="Call April", notes="Soon")
    assert "title" in json.dumps(view.told["blocks"][0])  # type: ignore[index]
    assert "Save again" in json.dumps(view.told["blocks"][0])  # type: ignore[index]
    assert await there.titles(there.ana) == ["Call June"]
    await there.slack.submit(there.ana, view, title="Call April", notes="Soon")
    await there.slack.until(lambda: "Call April" in str(there.slack.store.message(there.channel.id, ts).blocks))
    (task,) = await there.tasks(there.ana)
    assert (task.title, task.notes, task.tags) == ("Call April", "Soon", ("theirs",)), "tags were not touched"


async def test_a_form_saved_untouched_does_nothing(there: There) -> None:
    """Not even a read."""
    _, ts = await there.card(there.ana, "add Call May")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    view = await opened(there)
    await there.task(there.ana, "rename 1 to Call June")
    await there.slack.submit(there.ana, view)
    await there.platform.idle()
    assert not there.slack.views
    assert await there.titles(there.ana) == ["Call June"]
    assert not there.slack.asked("chat.update")


async def test_long_notes_are_saved_whole(there: There) -> None:
    """Four thousand characters, of which the person changes a word in the first half."""
    notes = "\n".join(f"line {number:03d} of the notes" for number in range(180))
    await there.add(there.ana, "Plan")
    kept = Action(there.author(there.ana), ActionName.EDIT, (1,), fields={"notes": notes})
    async with aclosing(there.core.act(kept)) as reply:
        async for _ in reply:
            pass
    _, ts = await there.card(there.ana, "list")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Edit")
    view = await opened(there)
    first = str(filled(view)["notes"])
    await there.slack.submit(there.ana, view, notes=first.replace("line 007", "LINE 007"))
    await there.slack.until(lambda: not there.slack.views)
    await there.platform.idle()
    assert (await there.tasks(there.ana))[0].notes == notes.replace("line 007", "LINE 007")
