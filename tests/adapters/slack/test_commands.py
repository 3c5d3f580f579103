"""`/task` and `/ask`."""

from __future__ import annotations

import csv
import io
import json

from tests.adapters.slack.conftest import There
from tests.fakes.slack import Fault


async def test_a_slash_command_answers_to_the_person_alone(there: There) -> None:
    """A card with date, weekday and zone; nobody else sees it, and no model is asked."""
    seen = await there.task(there.ana, "buy milk tomorrow 5pm #home")
    for fact in ("Added", "buy milk", "tomorrow 17:00", "#home", "Undo", "Not a date"):
        assert fact in seen, fact
    assert there.slack.whispers[0].user == there.ana.id
    assert not there.slack.messages(there.channel)
    assert await there.titles(there.ana) == ["buy milk"]


async def test_a_command_that_slack_hands_over_twice_is_done_once(there: There) -> None:
    """As happens when the acknowledgement is lost on its way."""
    typed = await there.slack.slash(there.ana, there.channel, "/task", "buy milk")
    await there.slack.until(lambda: there.slack.whispers)
    there.slack.envelopes.again(typed)
    await typed.done.wait()
    await there.platform.idle()
    assert await there.titles(there.ana) == ["buy milk"]
    assert len(there.slack.whispers) == 1


async def test_what_can_be_typed(there: There) -> None:
    """The words of the grammar: lists, done, undo, help, and a sentence for what makes no sense."""
    await there.task(there.ana, "buy milk tomorrow")
    assert "buy milk" in await there.task(there.ana, "list")
    assert "~buy milk~" in await there.task(there.ana, "done 1")
    assert "Taken back" in await there.task(there.ana, "undo")
    assert "no task #12" in await there.task(there.ana, "done 12")
    assert "What you can type" in await there.task(there.ana, "")
    assert "What you can type" in await there.task(there.ana, "help")
    assert "time zone" in await there.task(there.ana, "timezone Mars")


async def test_a_long_list_has_pages(there: There) -> None:
    """Twenty at a time; the buttons turn the page in its place."""
    for number in range(45):
        await there.add(there.ana, f"Thing {number:02d}")
    seen = await there.task(there.ana, "list")
    assert "45 tasks, page 1 of 3" in seen
    whisper = there.slack.whispers[-1]
    await there.slack.press(there.ana, there.channel, whisper.ts, "list_page:on")
    await there.slack.until(lambda: "page 2 of 3" in json.dumps(whisper.blocks))
    assert "Thing 20" in json.dumps(whisper.blocks)
    await there.slack.press(there.ana, there.channel, whisper.ts, "list_page:back")
    await there.slack.until(lambda: "page 1 of 3" in json.dumps(whisper.blocks))


async def test_a_row_of_a_private_list_can_be_pressed(there: There) -> None:
    """What was done is shown in the list's place, with the list as it is now."""
    for text in ("add One", "add Two"):
        await there.task(there.ana, text)
    await there.task(there.ana, "list")
    whisper = there.slack.whispers[-1]
    await there.slack.press(there.ana, there.channel, whisper.ts, "task_menu", block_id="row:1:", choice="Done")
    await there.slack.until(lambda: "Completed" in json.dumps(whisper.blocks))
    seen = json.dumps(whisper.blocks)
    assert "~One~" in seen
    assert "*Two*" in seen
    assert "1 task" in seen


async def test_export_sends_private_files(there: There) -> None:
    """Four formats, in the direct messages with the bot; one when one is asked for."""
    await there.task(there.ana, "add Pay rent every 1st at 9am p1 #home")
    assert "direct messages" in await there.task(there.ana, "export")
    dm = there.slack.dm(there.ana).id
    assert [(channel, name) for channel, name, _ in there.slack.shared] == [
        (dm, name) for name in ("tasks.json", "tasks.csv", "tasks.ics", "todo.txt")
    ]
    contents = {name: content.decode() for _, name, content in there.slack.shared}
    assert json.loads(contents["tasks.json"])["tasks"][0]["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=1"
    assert next(csv.DictReader(io.StringIO(contents["tasks.csv"])))["title"] == "Pay rent"
    assert "RRULE:FREQ=MONTHLY;BYMONTHDAY=1" in contents["tasks.ics"]
    assert "Pay rent @home due:2026-12-01" in contents["todo.txt"]
    await there.task(there.ana, "export csv")
    assert [name for _, name, _ in there.slack.shared][4:] == ["tasks.csv"]


async def test_files_that_slack_refuses_are_told(there: There) -> None:
    """A sentence with what to do next."""
    there.slack.fail("files.getUploadURLExternal", Fault(error="file_upload_size_restricted"))
    assert "didn't take the file" in await there.task(there.ana, "export json")
    assert not there.slack.shared


async def test_forget_me_asks_first(there: There) -> None:
    """Nothing goes without a yes; then all of it goes, and the next message begins anew."""
    await there.task(there.ana, "add Secret")
    await there.task(there.ben, "add Ben's")
    await there.task(there.ana, "forget me")
    asked = there.slack.whispers[-1]
    await there.slack.press(there.ana, there.channel, asked.ts, "confirm_no")
    await there.slack.until(lambda: "Nothing was changed" in asked.text)
    assert await there.titles(there.ana) == ["Secret"]
    await there.task(there.ana, "forget me")
    asked = there.slack.whispers[-1]
    await there.slack.press(there.ana, there.channel, asked.ts, "confirm_yes")
    await there.slack.until(lambda: "one task is deleted" in asked.text)
    assert await there.titles(there.ana) == []
    assert await there.titles(there.ben) == ["Ben's"]
    await there.task(there.ana, "add Fresh")
    assert [task.number for task in await there.tasks(there.ana)] == [1]


async def test_forget_offers_the_threads_of_the_channel(there: There) -> None:
    """Slack tells a command's channel and no thread: those of the bot and the person are in a menu."""
    thread = await there.mention(there.ana, "add Milk")
    await there.mention(there.ben, "add Ben's")
    await there.slack.say(there.ana, there.channel, "nothing to do with the bot")
    await there.task(there.ana, "forget")
    menu = there.slack.whispers[-1]
    options = menu.blocks[-1]["elements"][0]["options"]  # type: ignore[index]
    assert [option["value"] for option in options] == [f"{there.channel.id}:{thread}"]
    await there.slack.press(there.ana, there.channel, menu.ts, "forget_pick", choice="Milk")
    await there.slack.until(lambda: "no conversation to forget" in menu.text)


async def test_forget_where_there_is_nothing(there: There) -> None:
    """A sentence that says where it can be said."""
    assert "say `forget`" in await there.task(there.ana, "forget")
    elsewhere = there.slack.channel("elsewhere", members=[there.ana], bot=False)
    await there.slack.slash(there.ana, elsewhere, "/task", "forget")
    await there.slack.until(lambda: len(there.slack.whispers) == 2)


async def test_ask_answers_in_the_direct_messages(there: There) -> None:
    """A command has no thread, so one is begun where the person can go on talking."""
    await there.slack.slash(there.ana, there.channel, "/ask", "what's overdue?")
    dm = there.slack.dm(there.ana)
    await there.slack.until(
        lambda: [one for one in there.slack.messages(dm) if len(there.slack.messages(dm, one.ts)) > 1]
    )
    (root,) = there.slack.messages(dm)
    assert "what's overdue?" in root.text
    assert "No tasks" in str(there.slack.messages(dm, root.ts)[-1].blocks)
    assert f"https://acme.slack.com/archives/{dm.id}/p{root.ts.replace('.', '')}" in there.whispered()
    await there.slack.say(there.ana, dm, "add Milk", thread=root.ts)
    await there.slack.until(lambda: len(there.slack.messages(dm, root.ts)) == 4)
    assert await there.titles(there.ana) == ["Milk"]


async def test_ask_without_a_question_says_how(there: There) -> None:
    """Nothing is posted."""
    await there.slack.slash(there.ana, there.channel, "/ask", " ")
    await there.slack.until(lambda: there.slack.whispers)
    assert "/ask what" in there.whispered()
    assert not there.slack.asked("chat.postMessage")
