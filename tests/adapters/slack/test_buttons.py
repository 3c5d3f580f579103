"""Cards in a channel: pressed by their owner, by strangers, twice, and when they are stale."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.adapters.slack.conftest import There
from tests.fakes.slack import Fault


def card(there: There, ts: str) -> str:
    """What the card shows now."""
    return json.dumps(there.slack.store.message(there.channel.id, ts).blocks, ensure_ascii=False)


async def test_done_undo_and_reopen_in_place(there: There) -> None:
    """The card is told anew each time, in the same message, which keeps its stamp."""
    _, ts = await there.card(there.ana, "add Call May tomorrow 5pm")
    stamp = there.slack.store.message(there.channel.id, ts).metadata
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "~Call May~" in card(there, ts))
    await there.slack.press(there.ana, there.channel, ts, "task_act:undo")
    await there.slack.until(lambda: "*Call May*" in card(there, ts))
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "~Call May~" in card(there, ts))
    await there.slack.press(there.ana, there.channel, ts, "task_act:reopen")
    await there.slack.until(lambda: "*Call May*" in card(there, ts))
    assert there.slack.store.message(there.channel.id, ts).metadata == stamp
    assert len(there.slack.asked("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("choice", "reminder"),
    [
        ("In 1 hour", "Mon 23 Nov 10:00"),
        ("This evening", "Mon 23 Nov 18:00"),
        ("Tomorrow", "Tue 24 Nov 09:00"),
        ("Next week", "Mon 30 Nov 09:00"),
    ],
)
async def test_snooze_moves_the_reminder_alone(there: There, choice: str, reminder: str) -> None:
    """Each entry of the menu; the due date stays."""
    _, ts = await there.card(there.ana, "add Call May tomorrow 5pm")
    await there.slack.press(there.ana, there.channel, ts, "task_snooze", choice=choice)
    await there.slack.until(lambda: reminder in card(there, ts))
    (task,) = await there.tasks(there.ana)
    assert str(task.due) == "2026-11-24T17:00"


async def test_not_a_date_takes_the_date_away(there: There) -> None:
    """For words of a title that were read as a date."""
    _, ts = await there.card(there.ana, "add Watch the film friday")
    await there.slack.press(there.ana, there.channel, ts, "task_act:not_a_date")
    await there.slack.until(lambda: ":calendar:" not in card(there, ts))
    assert (await there.tasks(there.ana))[0].due is None


async def test_delete_and_take_back(there: There) -> None:
    """A deleted task's card can still undo."""
    _, ts = await there.card(there.ana, "add Call May")
    await there.slack.press(there.ana, there.channel, ts, "task_act:delete")
    await there.slack.until(lambda: "deleted" in card(there, ts))
    assert await there.titles(there.ana) == []
    await there.slack.press(there.ana, there.channel, ts, "task_act:undo")
    await there.slack.until(lambda: "*Call May*" in card(there, ts))
    assert await there.titles(there.ana) == ["Call May"]


async def test_only_the_owner_may_press(there: There) -> None:
    """Somebody else gets a private sentence, and neither their tasks nor the owner's change."""
    _, ts = await there.card(there.ana, "add Ana's")
    await there.add(there.ben, "Ben's")
    await there.slack.press(there.ben, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: there.slack.whispers)
    assert there.slack.whispers[0].user == there.ben.id
    assert "Ana's tasks" in there.slack.whispers[0].text
    assert [task.done for task in [*await there.tasks(there.ana), *await there.tasks(there.ben)]] == [False, False]


async def test_a_stale_card_tells_what_is_now_true(there: There) -> None:
    """Renamed and completed elsewhere meanwhile: the press changes nothing twice, and the card shows it."""
    _, ts = await there.card(there.ana, "add Old name")
    await there.task(there.ana, "rename 1 to New name")
    await there.task(there.ana, "done 1")
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "~New name~" in card(there, ts))
    assert "Already done" in card(there, ts)


async def test_a_card_of_a_task_that_is_gone(there: There) -> None:
    """Deleted elsewhere: the card says so, and so does a private sentence."""
    _, ts = await there.card(there.ana, "add Call May")
    await there.task(there.ana, "delete 1")
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "#1 is deleted" in card(there, ts))
    await there.slack.until(lambda: "no task #1" in there.whispered())


async def test_a_second_undo_is_told(there: There) -> None:
    """Two tabs, one undo: the second hears that there is nothing to take back."""
    _, ts = await there.card(there.ana, "add Call May")
    message = there.slack.store.message(there.channel.id, ts)
    before = [dict(block) for block in message.blocks]
    await there.slack.press(there.ana, there.channel, ts, "task_act:undo")
    await there.slack.until(lambda: "deleted" in card(there, ts))
    message.blocks = before
    await there.slack.press(there.ana, there.channel, ts, "task_act:undo")
    await there.slack.until(lambda: there.slack.whispers)
    assert await there.titles(there.ana) == []


async def test_two_quick_clicks_complete_a_series_once(there: There) -> None:
    """A double click on a repeating task moves it on by one date."""
    _, ts = await there.card(there.ana, "add Water plants every day at 8am")
    first = (await there.tasks(there.ana))[0].due
    await asyncio.gather(*(there.slack.press(there.ana, there.channel, ts, "task_act:done") for _ in range(2)))
    await there.slack.until(lambda: len(there.slack.asked("chat.update")) == 2)
    second = (await there.tasks(there.ana))[0].due
    assert first
    assert second
    assert (second.date - first.date).days == 1


async def test_other_cards_of_the_message_stay(there: There) -> None:
    """Several tasks in one message: the one pressed is told anew, with whatever changed in the others."""
    for name in ("One", "Two", "Three"):
        await there.add(there.ana, name)
    _, ts = await there.card(there.ana, "list")
    await there.task(there.ana, "rename 3 to Third")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", block_id="row:1:", choice="Done")
    await there.slack.until(lambda: "~One~" in card(there, ts))
    assert "*Two*" in card(there, ts)
    assert "*Third*" in card(there, ts)


async def test_pages_turn_in_a_thread(there: There) -> None:
    """A list in a channel turns in its message; a stranger can't turn it."""
    for number in range(25):
        await there.add(there.ana, f"Thing {number:02d}")
    _, ts = await there.card(there.ana, "list")
    await there.slack.press(there.ben, there.channel, ts, "list_page:on")
    await there.slack.until(lambda: there.slack.whispers)
    await there.slack.press(there.ana, there.channel, ts, "list_page:on")
    await there.slack.until(lambda: "page 2 of 2" in card(there, ts))
    assert "Thing 24" in card(there, ts)
    assert "Thing 00" not in card(there, ts)


async def test_a_card_that_slack_does_not_let_update(there: There) -> None:
    """The change is made all the same, and the next press works."""
    _, ts = await there.card(there.ana, "add Call May")
    there.slack.fail("chat.update", Fault(error="cant_update_message"))
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: there.slack.asked("chat.update"))
    assert (await there.tasks(there.ana))[0].done
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "~Call May~" in card(there, ts))


async def test_a_check_mark_on_ones_card_completes_it(there: There) -> None:
    """By its owner; anybody else's, any other sign, and any other message do nothing, the latter without a read."""
    thread, ts = await there.card(there.ana, "add Call May")
    reads = len(there.slack.asked("conversations.replies"))
    await there.slack.react(there.ana, there.channel, ts, "eyes")
    await there.slack.react(there.ana, there.channel, thread, "white_check_mark")
    await there.slack.react(there.ben, there.channel, ts, "white_check_mark")
    await there.slack.until(lambda: len(there.slack.asked("conversations.replies")) == reads + 1)
    assert not (await there.tasks(there.ana))[0].done
    await there.slack.react(there.ana, there.channel, ts, "white_check_mark")
    await there.slack.until(lambda: "~Call May~" in card(there, ts))
    assert (await there.tasks(there.ana))[0].done


async def test_a_forged_card_is_no_card(there: There) -> None:
    """Blocks that look like the bot's, in another app's message, complete nothing."""
    thread, ts = await there.card(there.ana, "add Call May")
    forged = await there.slack.other_app.post(there.channel, thread, "Call May")
    there.slack.store.message(there.channel.id, forged).blocks = there.slack.store.message(there.channel.id, ts).blocks
    item = {"type": "message", "channel": there.channel.id, "ts": forged}
    reacted: dict[str, object] = {"type": "reaction_added", "user": there.ana.id, "reaction": "white_check_mark"}
    told = there.slack.event({**reacted, "item": item, "item_user": there.slack.bot_user})
    await told.done.wait()
    await there.platform.idle()
    assert not (await there.tasks(there.ana))[0].done
