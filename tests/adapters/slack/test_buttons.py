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
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Not a date")
    await there.slack.until(lambda: ":calendar:" not in card(there, ts))
    assert (await there.tasks(there.ana))[0].due is None


async def test_delete_and_take_back(there: There) -> None:
    """A deleted task's card can still undo."""
    _, ts = await there.card(there.ana, "add Call May")
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Delete")
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
    await there.slack.until(lambda: "not there any more" in there.whispered())


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


@pytest.mark.parametrize("tasks", [1, 3])
async def test_a_check_mark_on_a_list_asks_which(there: There, tasks: int) -> None:
    """Nothing is completed unasked; the question is for the person alone, and can be answered for one or for all."""
    for number in range(tasks):
        await there.add(there.ana, f"Thing {number}")
    _, ts = await there.card(there.ana, "list")
    await there.slack.react(there.ana, there.channel, ts, "white_check_mark")
    await there.slack.until(lambda: there.slack.whispers)
    (question,) = there.slack.whispers
    assert question.user == there.ana.id
    assert "completed none" in str(question.blocks)
    assert not any(task.done for task in await there.tasks(there.ana))
    await there.slack.press(there.ana, there.channel, question.ts, "task_menu", block_id="row:1:", choice="Done")
    await there.slack.until(lambda: "~Thing 0~" in str(question.blocks))
    assert [task.done for task in await there.tasks(there.ana)] == [True] + [False] * (tasks - 1)


async def test_a_check_mark_on_a_list_can_mean_all_of_it(there: There) -> None:
    """When the person says so; those that are done already are not asked about."""
    for number in range(3):
        await there.add(there.ana, f"Thing {number}")
    _, ts = await there.card(there.ana, "list")
    await there.task(there.ana, "done 2")
    await there.slack.react(there.ana, there.channel, ts, "white_check_mark")
    await there.slack.until(lambda: "completed none" in there.whispered())
    question = there.slack.whispers[-1]
    assert "Thing 1" not in str(question.blocks)
    await there.slack.press(there.ana, there.channel, question.ts, "task_act:done")
    await there.slack.until(lambda: "~Thing 2~" in str(question.blocks))
    assert all(task.done for task in await there.tasks(there.ana))


async def test_an_old_card_is_never_another_tasks(there: There) -> None:
    """After `forget me` numbers begin anew; what is pressed on a card of before touches and shows nothing of now."""
    thread, ts = await there.card(there.ana, "add Old secret")
    await there.reply(there.ana, thread, "list")
    listed = there.answers(thread)[-1].ts
    await there.slack.open_home(there.ana)
    await there.slack.until(lambda: there.slack.homes)
    await there.task(there.ana, "forget me")
    await there.slack.press(there.ana, there.channel, there.slack.whispers[-1].ts, "confirm_yes")
    await there.slack.until(lambda: "deleted" in there.slack.whispers[-1].text)
    await there.task(there.ana, "add New secret tomorrow")
    (before,) = await there.tasks(there.ana)
    assert before.number == 1
    whispers = len(there.slack.whispers)
    there.slack.views.clear()
    presses = [
        (ts, "task_act:done", ""),
        (ts, "task_menu", "Delete"),
        (ts, "task_snooze", "Tomorrow"),
        (ts, "task_menu", "Edit"),
    ]
    for message, action, choice in [*presses, (listed, "task_menu", "Done"), (listed, "task_menu", "Delete")]:
        kept = [dict(block) for block in there.slack.store.message(there.channel.id, message).blocks]
        await there.slack.press(there.ana, there.channel, message, action, choice=choice)
        await there.platform.idle()
        there.slack.store.message(there.channel.id, message).blocks = kept
    for message in (ts, listed):
        await (await there.slack.react(there.ana, there.channel, message, "white_check_mark")).done.wait()
        await there.platform.idle()
    assert (await there.tasks(there.ana)) == [before]
    public = [str(one.blocks) + one.text for one in there.slack.messages(there.channel, thread)]
    assert "New secret" not in str(public) + there.whispered(whispers) + str(
        [view.told for view in there.slack.views.values()]
    )


async def test_a_card_of_an_older_version_is_not_guessed_at(there: There) -> None:
    """Its buttons knew numbers alone: the person is told, and nothing is done."""
    _, ts = await there.card(there.ana, "add Call May")
    message = there.slack.store.message(there.channel.id, ts)
    old = {"type": "button", "action_id": "task_act:done", "text": {"type": "plain_text", "text": "Done"}}
    pressed = {**old, "value": json.dumps({"a": "done", "o": there.ana.id, "n": [1]})}
    message.blocks = [{"type": "actions", "block_id": f"buttons:1:{there.ana.id}", "elements": [pressed]}]
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "too old" in there.whispered())
    await (await there.slack.react(there.ana, there.channel, ts, "white_check_mark")).done.wait()
    await there.platform.idle()
    assert not (await there.tasks(there.ana))[0].done


async def test_a_card_below_many_words_can_be_told_anew(there: There) -> None:
    """Slack takes less in an update than a stream brought."""
    _, ts = await there.card(there.ana, "add Call May")
    message = there.slack.store.message(there.channel.id, ts)
    message.text = "word " * 1_500
    message.blocks = [{"type": "markdown", "text": message.text}, *message.blocks]
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "~Call May~" in card(there, ts))
    assert message.text.startswith("word word")
    assert message.blocks[0]["text"] == "word " * 1_500


async def test_a_card_that_cannot_be_told_anew_is_shown_beside(there: There) -> None:
    """So that the person knows what was done, and can go on from there."""
    _, ts = await there.card(there.ana, "add Call May")
    there.slack.fail("chat.update", Fault(error="msg_too_long", times=9))
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: there.slack.whispers)
    assert "~Call May~" in there.whispered()
    await there.slack.press(there.ana, there.channel, there.slack.whispers[-1].ts, "task_act:reopen")
    await there.slack.until(lambda: "*Call May*" in there.whispered())
    await there.slack.react(there.ana, there.channel, ts, "white_check_mark")
    await there.slack.until(lambda: "~Call May~" in str(there.slack.whispers[-1].blocks))


async def test_other_tasks_cards_are_not_said_to_be_done(there: There) -> None:
    """Two cards in one message: the heading and the undo are of the one that was pressed."""
    thread, ts = await there.card(there.ana, "add One")
    message = there.slack.store.message(there.channel.id, ts)
    await there.reply(there.ana, thread, "add Two")
    message.blocks = [*message.blocks, *there.answers(thread)[-1].blocks]
    await there.slack.press(there.ana, there.channel, ts, "task_act:done")
    await there.slack.until(lambda: "~One~" in card(there, ts))
    assert card(there, ts).count("Completed") == 1
    assert "*Two*" in card(there, ts)


@pytest.mark.parametrize("status", [500, 503, 429, 0])
async def test_an_answer_that_fails_once_is_sent_again(there: There, status: int) -> None:
    """A proxy's error, too much at once, a lost connection: the person gets the answer all the same."""
    there.slack.response_faults = [status, status]
    assert "Added" in await there.task(there.ana, "add Call May")
    assert len(there.slack.whispers) == 1
    assert not there.slack.asked("chat.postEphemeral")


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
