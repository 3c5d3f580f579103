"""Slash commands: private, at once, in every place; what is offered while one types."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import pytest

from tests.adapters.discord.conftest import There


async def test_a_command_answers_to_the_person_alone(there: There) -> None:
    """A card with date, weekday and zone; nobody else sees it, and no model is asked."""
    added = await there.task(there.ana, "add", text="buy milk tomorrow 5pm #home")
    assert added.ephemeral
    for fact in ("Added", "buy milk", "tomorrow 17:00 UTC", "\\#home"):
        assert fact in added.text, fact
    assert added.original
    assert {"Done", "Edit", "Undo", "Not a date", "Delete"} <= set(added.original.labels)
    assert not there.discord.messages(there.channel)
    assert await there.titles(there.ana) == ["buy milk"]


async def test_an_answer_can_be_shared(there: There) -> None:
    """For everybody in the channel to see."""
    shared = await there.task(there.ana, "add", text="bring cake", share=True)
    assert not shared.ephemeral
    assert "bring cake" in there.discord.messages(there.channel)[-1].text


async def test_options_are_fields_and_the_text_stays_the_title(there: There) -> None:
    """Nothing in it is read as a date then."""
    options: dict[str, str | int | bool] = {
        "due": "friday 9am",
        "priority": 1,
        "tags": "home, garden",
        "repeats": "every week",
    }
    await there.task(there.ana, "add", text="Watch Friday Night Lights", **options)
    task = (await there.tasks(there.ana))[0]
    assert (task.title, str(task.due), task.priority, set(task.tags)) == (
        "Watch Friday Night Lights", "2026-11-27T09:00", 1, {"home", "garden"},
    )  # fmt: skip
    assert task.recurrence
    wrong = await there.task(there.ana, "add", text="x", due="the day after never")
    assert "never" in wrong.text
    assert len(await there.tasks(there.ana)) == 1


async def test_what_else_can_be_typed(there: There) -> None:
    """List, done, snooze, delete, undo, help; numbers or words; a sentence for what can't be."""
    await there.add(there.ana, "Call Ben tomorrow")
    await there.add(there.ana, "Buy milk #home")
    assert "2 tasks" in (await there.task(there.ana, "list")).text
    assert "Buy milk" not in (await there.task(there.ana, "list", show="tomorrow")).text
    assert "Call Ben" not in (await there.task(there.ana, "list", tag="home")).text
    assert "~~Buy milk~~" in (await there.task(there.ana, "done", task="milk")).text
    assert "Taken back" in (await there.task(there.ana, "undo")).text
    assert "⏰" in (await there.task(there.ana, "snooze", task="1", until="in 2 hours")).text
    assert "deleted" in (await there.task(there.ana, "delete", task="1")).text
    assert "no task" in (await there.task(there.ana, "done", task="99")).text
    assert "What you can type" in (await there.task(there.ana, "help")).text


async def test_settings_are_shown_and_changed(there: There) -> None:
    """A city is enough for a zone."""
    shown = await there.finished_(await there.discord.slash(there.ana, there.channel, "settings"))
    assert "UTC" in shown.text
    assert "nobody told me" in shown.text
    options: dict[str, str] = {"zone": "Europe/Berlin", "morning": "8:30", "digest": "on"}
    await there.finished_(await there.discord.slash(there.ana, there.channel, "settings", **options))
    shown = await there.finished_(await there.discord.slash(there.ana, there.channel, "settings"))
    for fact in ("Europe/Berlin", "08:30", "**on**"):
        assert fact in shown.text
    wrong = await there.finished_(await there.discord.slash(there.ana, there.channel, "settings", zone="Mars"))
    assert "Mars" in wrong.text


async def test_export_sends_private_files(there: There) -> None:
    """All four at once; the person alone sees them."""
    await there.add(there.ana, "Buy milk tomorrow")
    sent = await there.task(there.ana, "export")
    files = {file.filename: file.content for message in sent.followups for file in message.attachments}
    assert {name.rpartition(".")[2] for name in files} == {"json", "csv", "ics", "txt"}
    assert all(message.ephemeral for message in sent.followups)
    table = next(content for name, content in files.items() if name.endswith("csv"))
    assert "Buy milk" in next(iter(list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))[1:]))
    assert json.loads(next(content for name, content in files.items() if name.endswith("json")))


async def test_forget_me_asks_first(there: There) -> None:
    """No keeps everything, yes deletes it; the next message begins anew."""
    await there.add(there.ana, "Buy milk")
    asked = await there.task(there.ana, "forget", what="me")
    assert asked.original
    await there.press(there.ana, asked.original, "No")
    assert await there.titles(there.ana) == ["Buy milk"]
    asked = await there.task(there.ana, "forget", what="me")
    assert asked.original
    await there.press(there.ana, asked.original, "Yes, do it")
    assert await there.titles(there.ana) == []


async def test_ask_answers_in_the_direct_messages(there: There) -> None:
    """Where a conversation can be kept; where they are closed, at once and without one."""
    asked = await there.finished_(await there.discord.slash(there.ana, there.channel, "ask", question="add milk"))
    dm = there.discord.dm(there.ana)
    assert dm.mention in asked.text
    assert "milk" in there.last(dm)
    there.ben.closed = True
    asked = await there.finished_(await there.discord.slash(there.ben, there.channel, "ask", question="add bread"))
    assert "won't remember" in asked.text
    assert await there.titles(there.ben) == ["bread"]


async def test_commands_work_where_the_bot_is_not(there: There) -> None:
    """For a person who has added the app to their account: in other servers and between people."""
    carla = there.discord.user("Carla", installed=True, locale="de")
    away = there.discord.channel("far", guild=there.discord.new_guild("Elsewhere", members=[carla], bot=False))
    for place in (away, there.discord.private(carla, there.ben)):
        added = await there.discord.slash(carla, place, "task add", text="buy milk")
        await there.finished_(added)
        assert "buy milk" in added.text
        assert added.ephemeral


async def test_a_command_is_acknowledged_while_the_database_is_slow(there: There) -> None:
    """The answer comes when it comes; autocomplete offers nothing rather than being late."""
    room, engine = asyncio.Event(), there.database

    async def busy() -> None:
        async with engine.transaction() as session:
            await session.execute("SELECT 1")
            await room.wait()

    blockers = [asyncio.create_task(busy()) for _ in range(10)]
    await asyncio.sleep(0)
    typed = await there.discord.slash(there.ana, there.channel, "task add", text="buy milk")
    assert not typed.failed
    assert typed.seconds is not None
    assert typed.seconds < 2
    offered = await there.discord.autocomplete(there.ana, there.channel, "task done", task="mi")
    assert not offered.failed
    room.set()
    await asyncio.gather(*blockers)
    await there.finished_(typed)
    assert "buy milk" in typed.text


async def test_what_is_offered_while_one_types(there: There) -> None:
    """Tasks by number and words, dates with what they mean, one's own tags, zones by their cities."""
    await there.add(there.ana, "Call Ben #work")
    await there.add(there.ana, "Buy milk #home")
    type_ = there.discord.autocomplete
    assert (await type_(there.ana, there.channel, "task done", task="milk")).offered == ["#2 Buy milk"]
    assert (await type_(there.ana, there.channel, "task done", task="1")).offered == ["#1 Call Ben"]
    assert len((await type_(there.ana, there.channel, "task done", task="")).offered) == 2
    assert not (await type_(there.ben, there.channel, "task done", task="")).offered
    due = await type_(there.ana, there.channel, "task add", text="x", due="fri 5pm")
    assert due.offered == ["fri 5pm → Fri 27 Nov 17:00"]
    assert not (await type_(there.ana, there.channel, "task add", text="x", due="banana")).offered
    assert len((await type_(there.ana, there.channel, "task add", text="x", due="")).offered) > 3
    assert (await type_(there.ana, there.channel, "task list", tag="h")).offered == ["home"]
    zones = (await type_(there.ana, there.channel, "settings", zone="berl")).offered
    assert any("Europe/Berlin" in one for one in zones)


async def test_commands_are_registered_only_when_they_changed(there: There) -> None:
    """The second process asks once, and writes nothing."""
    first = len([call for call in there.discord.calls if "bulk" in call.operation and "command" in call.operation])
    await there.restart()
    again = len([call for call in there.discord.calls if "bulk" in call.operation and "command" in call.operation])
    assert (first, again) == (1, 1)


@pytest.mark.parametrize("text", ["x" * 4_000, "\u202e<@&1> @everyone ``` ![a](https://evil.example)", "\n\n"])
async def test_any_text_is_answered(there: There, text: str) -> None:
    """A novel, marks, mentions, nothing: a card or a sentence, and nobody is called."""
    added = await there.task(there.ana, "add", text=text)
    assert added.text
    assert not added.failed
    assert "@everyone" not in added.text
