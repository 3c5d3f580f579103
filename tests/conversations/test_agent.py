"""Talks with the agent: the model speaks and calls tools, the database and the platform hold the truth."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import aclosing

from core.chat import Receipt, Stamp, StampKind, Step, Text
from tests.conversations.conftest import Bot, StartBot
from tests.fakes.chat import ANA, BEN, Chat
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.openai.brain import text_of


async def test_the_seed_sentences(bot: Bot, openai: OpenAIServer) -> None:
    """The sentences everybody tries first, through the model's tool calls, in one conversation."""
    openai.on("buy groceries", Call("add_task", {"tasks": [{"title": "Buy groceries"}]}), Say("Added."))
    openai.on(
        "team meeting and plants",
        Call("add_task", {"tasks": [{"title": "Team meeting", "due": "tomorrow 9am"}, {"title": "Water the plants"}]}),
        Say("Both added."),
    )
    openai.on("all my tasks", Call("list_tasks", {"status": "all"}), Say("Here they are."))
    openai.on("pending", Call("list_tasks", {"status": "open"}), Say("These are open."))
    openai.on("task 3 as complete", Call("complete_task", {"numbers": [3]}), Say("Done."))
    openai.on(
        "morning meetings",
        Call("list_tasks", {"text": "meeting"}),
        Call("update_task", {"changes": [{"number": 2, "due": "2 PM"}]}),
        Say("Moved."),
    )
    openai.on(
        "meeting task",
        Call("list_tasks", {"text": "meeting"}),
        lambda turn: Call("delete_task", {"numbers": [turn.results[-1]["tasks"][0]["number"]]}),
        Say("Deleted."),
    )
    openai.on(
        "task 1 to", Call("update_task", {"changes": [{"number": 1, "title": "Call mom tonight"}]}), Say("Renamed.")
    )
    openai.on("pay bills", Call("add_task", {"tasks": [{"title": "Pay bills"}]}), Say("I will remember."))
    openai.on("have i completed", Call("list_tasks", {"status": "done"}), Say("This."))

    added = await bot.says("Add a task to buy groceries")
    assert added.receipts[0].tasks[0].title == "Buy groceries"
    assert added.text == "Added."
    await bot.says("team meeting and plants")
    assert [task.number for task in (await bot.says("Show me all my tasks")).listed] == [2, 1, 3]
    assert len((await bot.says("What's pending?")).listed) == 3
    assert (await bot.says("Mark task 3 as complete")).receipts[0].action == "completed"
    moved = await bot.says("Reschedule my morning meetings to 2 PM")
    assert [str(task.due) for task in moved.receipts[0].tasks] == ["2026-11-24T14:00"]
    assert not moved.listed, "a list that was only looked at is not shown"
    assert (await bot.says("Delete the meeting task")).receipts[0].tasks[0].number == 2
    await bot.says("Change task 1 to 'Call mom tonight'")
    await bot.says("I need to remember to pay bills")
    assert [task.title for task in (await bot.says("What have I completed?")).listed] == ["Water the plants"]
    assert await bot.titles() == ["Call mom tonight", "Water the plants", "Pay bills"]
    assert len(openai.store.conversations) == 1


async def test_a_one_tool_turn_is_two_requests(bot: Bot, openai: OpenAIServer) -> None:
    """The thread's first turn opens a conversation; every turn then asks the model twice, and sends no history."""
    await bot.says('tool:add_task {"tasks": [{"title": "One"}]}')
    openai.requests.clear()
    await bot.says('tool:add_task {"tasks": [{"title": "Two"}]}')
    first, second = openai.asked()
    assert [item["type"] for item in second.body["input"]] == ["function_call_output"]
    assert first.texts() == ['Ana: tool:add_task {"tasks": [{"title": "Two"}]}']


async def test_the_briefing_knows_the_person(bot: Bot, openai: OpenAIServer) -> None:
    """Time, zone and the open tasks the message may mean; where others read along, only those that it names."""
    for title in ("Call the dentist", "Buy milk"):
        await bot.says(f'tool:add_task {{"tasks": [{{"title": "{title}", "due": "friday"}}]}}')
    openai.requests.clear()
    await bot.says("move the dentist to Friday")
    asked = openai.asked()[0]
    (briefing,) = asked.texts("developer")
    assert "Monday 2026-11-23 09:00 (Europe/Berlin)" in briefing
    assert "#1 Call the dentist" in briefing
    assert "Buy milk" not in briefing
    assert asked.texts() == ["Ana: move the dentist to Friday"]
    direct = bot.chat.thread("D1", shared=False)
    await bot.says("move the dentist", thread=direct)
    assert openai.asked()[-1].texts() == ["move the dentist"]
    (briefing,) = openai.asked()[-1].texts("developer")
    assert briefing.index("#1 Call the dentist") < briefing.index("#2 Buy milk")


async def test_tools_act_for_the_author_of_the_message(bot: Bot) -> None:
    """Two people in one thread and one conversation: each has tasks and numbers of their own."""
    await bot.says('tool:add_task {"tasks": [{"title": "Ana\'s"}]}')
    await bot.says('tool:add_task {"tasks": [{"title": "Ben\'s"}]}', author=BEN)
    refused = await bot.says('tool:complete_task {"numbers": [1, 2], "author": "Ana"}', author=BEN)
    assert not refused.receipts
    await bot.says('tool:complete_task {"numbers": [1]}', author=BEN)
    assert [(task.title, task.done) for task in await bot.tasks(ANA)] == [("Ana's", False)]
    assert [(task.title, task.done) for task in await bot.tasks(BEN)] == [("Ben's", True)]


async def test_memory_survives_a_restart(start: StartBot, openai: OpenAIServer) -> None:
    """A new process finds the conversation from the thread's stamp alone."""
    await start().says("remember the blue door")
    await start().says("which colour?")
    assert len(openai.store.conversations) == 1
    conversation = next(iter(openai.store.conversations.values()))
    said = [item["content"][0]["text"] for item in conversation.items if item.get("role") == "user"]
    assert said == ["Ana: remember the blue door", "Ana: which colour?"]


async def test_called_into_a_running_thread_it_has_read_what_came_before(
    bot: Bot, chat: Chat, openai: OpenAIServer
) -> None:
    """Without a stamp, the fresh conversation is seeded with the thread's last twenty messages."""
    for number in range(30):
        chat.message(f"line {number}", author=BEN)
    await bot.says("what did Ben say?")
    conversation = next(iter(openai.store.conversations.values()))
    seeded = [item["content"][0]["text"] for item in conversation.items if item["role"] == "user"][:-1]
    assert seeded == [f"Ben: line {number}" for number in range(10, 30)]


async def test_a_warm_turn_reads_nothing_from_the_platform(bot: Bot, chat: Chat) -> None:
    """The conversation's id is remembered: one recall for the thread's first turn, none after."""
    for text in ("one", "two", "three"):
        await bot.says(text)
    assert chat.recalls == 1


async def test_a_message_delivered_twice_is_answered_once(start: StartBot, chat: Chat, openai: OpenAIServer) -> None:
    """In one process by its id, after a restart by the stamp."""
    bot = start()
    message = chat.message('tool:add_task {"tasks": [{"title": "Once"}]}')
    await chat.deliver(bot.core, message)
    assert (await chat.deliver(bot.core, message)).parts == []
    assert (await chat.deliver(start().core, message)).parts == []
    assert await bot.titles() == ["Once"]


async def test_two_messages_at_once_in_a_fresh_thread(bot: Bot, openai: OpenAIServer) -> None:
    """They are answered one after the other, in one conversation, in the order they came."""
    openai.first_token_seconds = 0.05
    await asyncio.gather(bot.says("first"), bot.says("second"))
    assert len(openai.store.conversations) == 1
    assert [request.texts() for request in openai.asked()] == [["Ana: first"], ["Ana: second"]]


async def test_threads_run_in_parallel(bot: Bot, openai: OpenAIServer) -> None:
    """A silent model in one thread doesn't hold up another."""
    await bot.says("warm", thread=bot.chat.thread("A"))
    slow = asyncio.ensure_future(bot.says("slow", thread=bot.chat.thread("A")))
    async with bot.core._turns._threads.lock(bot.chat.thread("A")):
        answer = await bot.says("fast", thread=bot.chat.thread("B"))
        assert answer.text == "You said: Ana: fast"
    assert (await slow).text == "You said: Ana: slow"


async def test_calls_take_effect_in_the_models_order(bot: Bot, openai: OpenAIServer) -> None:
    """Several calls in one response run one after the other."""
    calls = [Call("add_task", {"tasks": [{"title": f"Task {number}"}]}) for number in range(6)]
    openai.on("six", [*calls, Call("delete_task", {"numbers": [6]})], Say("Done."))
    await bot.says("six")
    assert await bot.titles() == [f"Task {number}" for number in range(5)]


async def test_parts_come_in_the_order_things_happen(bot: Bot) -> None:
    """Stamp, step, receipt, text: a person sees what is done before the model speaks of it."""
    answer = await bot.says('tool:add_task {"tasks": [{"title": "One"}]}')
    kinds = [type(part).__name__ for part in answer.parts]
    assert kinds.index("Stamp") < kinds.index("Step") < kinds.index("Receipt") < kinds.index("Text")
    assert [step.status for step in answer.steps] == ["running", "done"]


async def test_a_reply_that_is_stopped_keeps_what_was_done(bot: Bot, openai: OpenAIServer) -> None:
    """Closing the reply after the receipt ends the run; the orphaned call is mended when the next message comes."""
    reply = bot.core.respond(bot.chat.message('tool:add_task {"tasks": [{"title": "One"}]}'))
    async with aclosing(reply) as parts:
        async for part in parts:
            if isinstance(part, Receipt | Step) and await bot.titles():
                break
    assert await bot.titles() == ["One"]
    answer = await bot.says("and now?")
    assert answer.text.endswith("You said: Ana: and now?")


async def test_a_conversation_starts_anew_on_request(bot: Bot, openai: OpenAIServer) -> None:
    """`/new` deletes the conversation, and the next message begins another, which is told nothing of before."""
    await bot.says("one")
    (before,) = openai.store.conversations
    assert "Ana began a new conversation" in (await bot.command("new")).text
    await bot.says("two")
    (after,) = openai.store.conversations.values()
    assert after.id != before
    assert openai.store.left_behind == []
    assert not any("one" in text_of(item) for item in after.items)


async def test_forgetting_deletes_the_items_first(bot: Bot, openai: OpenAIServer) -> None:
    """`/forget` leaves nothing at OpenAI: neither the conversation nor an item; a stamp says so, the tasks stay."""
    await bot.says('tool:add_task {"tasks": [{"title": "Stays"}]}')
    answer = await bot.command("forget")
    assert "deleted" in answer.text
    assert (openai.store.conversations, openai.store.left_behind) == ({}, [])
    assert bot.chat.stamps[bot.chat.thread()][-1] == Stamp(kind=StampKind.FORGOTTEN)
    assert await bot.titles() == ["Stays"]
    assert "no conversation" in (await bot.command("forget")).text


async def test_dates_are_resolved_by_the_grammar(bot: Bot) -> None:
    """A phrase or ISO, a repetition or an RRULE: the receipt holds what the database holds."""
    tasks = [
        '{"title": "a", "due": "next friday 5pm"}',
        '{"title": "b", "due": "2026-12-01T09:00"}',
        '{"title": "c", "recurrence": "every other tuesday at 9"}',
        '{"title": "d", "due": "2026-12-05", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=5", "priority": 1, "tags": "#x"}',
    ]
    await bot.says(f'tool:add_task {{"tasks": [{", ".join(tasks)}]}}')
    a, b, c, d = await bot.tasks()
    assert a.due is not None
    assert (a.due.date.weekday(), a.due.time) == (4, dt.time(17))
    assert str(b.due) == "2026-12-01T09:00"
    assert (str(c.due), c.recurrence) == ("2026-11-24T09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
    assert (d.recurrence, d.priority, d.tags) == ("FREQ=MONTHLY;BYMONTHDAY=5", 1, ("x",))


async def test_what_is_said_to_the_model_is_no_part_of_the_database(bot: Bot, openai: OpenAIServer) -> None:
    """Neither the words of a talk nor a thread's or conversation's id can be found in Postgres."""
    await bot.says("the secret word is sesame")
    conversation = next(iter(openai.store.conversations))

    async with bot.database.transaction() as session:
        rows = await session.execute("SELECT users::text FROM users UNION ALL SELECT tasks::text FROM tasks")
    dump = " ".join(rows.scalars())
    assert dump
    for secret in ("sesame", conversation, "T1"):
        assert secret not in dump


async def test_text_streams(bot: Bot, openai: OpenAIServer) -> None:
    """The answer comes in pieces, as the model makes it."""
    openai.on("story", Say("once upon a time there was a task"))
    answer = await bot.says("story")
    assert len([part for part in answer.parts if isinstance(part, Text)]) > 3
