"""Calls of other people's services that write: asked first, made at most once, decided by the person alone."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json

from core.agent.servers.config import Approve
from core.chat import Approval, Text
from tests.conversations.conftest import QUICK, Clock
from tests.conversations.services import CREATE, LIST, StartWith, asked, config, settled, told
from tests.fakes.chat import BEN
from tests.fakes.openai import Call, Fault, OpenAIServer, Say
from tests.fakes.services import HttpService, calendar


async def test_what_writes_is_asked_first_and_done_on_the_press(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """The question shows all that is to be sent, and just that is sent; the model is told what came of it."""
    openai.on("lunch", CREATE, Say("It waits for you."), told)
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("put lunch with Ben into my calendar"))
    assert "create_event" in question.question
    assert json.loads(question.shown) == CREATE.arguments
    assert events == []
    answer = await bot.says(question.yes)
    assert events == ["Lunch with Ben friday"]
    assert "was called" in answer.text
    assert "created: Lunch with Ben" in answer.text
    assert "NOT DONE YET" in str(openai.asked()[1].body["input"])


async def test_a_second_press_does_nothing(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """It says that the call was decided."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    await bot.says(question.yes)
    assert "decided already" in (await bot.says(question.yes)).text
    assert "decided already" in (await bot.says(question.no)).text
    assert len(events) == 1


async def test_two_processes_pressed_at_once_make_one_call(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Even where they know nothing of one another: the conversation has one order for both."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bots = [start_with(config(service)) for _ in range(4)]
    for bot in bots:
        await settled(bot)
    question = asked(await bots[0].says("lunch"))
    openai.fail(Fault("hang", path="/items", method="POST"))
    pressing = [asyncio.create_task(bot.says(question.yes)) for bot in bots]
    # all have looked, and found that nobody has decided yet
    await openai.until(lambda: len(openai.asked("/items")) == len(bots))
    openai.release()
    answers = await asyncio.gather(*pressing)
    assert events == ["Lunch with Ben friday"]
    assert sum("was called" in answer.text for answer in answers) == 1
    (conversation,) = openai.store.conversations.values()
    calls = [item for item in conversation.items if item["type"] == "function_call"]
    assert len(calls) == 2, "those who came late have left nothing"


async def test_only_the_person_who_was_asked_decides(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Somebody else who says the same line is told that it isn't theirs; the question stays open."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    assert "isn't yours" in (await bot.says(question.yes, author=BEN)).text
    assert events == []
    await bot.says(question.yes)
    assert len(events) == 1


async def test_a_press_after_a_restart_is_answered(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """By a process that has never heard of the call; nothing of it was kept outside of the conversation."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    assert (await start_with(config(service)).says(question.yes)).text.endswith("Done.")
    assert events == ["Lunch with Ben friday"]


async def test_no_means_no(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """The model is told, nothing is called, and a yes later changes nothing."""
    openai.on("lunch", CREATE, Say("It waits."))
    openai.on("and now", told)
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    assert "I leave that" in (await bot.says(question.no)).text
    assert "said no" in (await bot.says(question.yes)).text
    (conversation,) = openai.store.conversations.values()
    assert any("The person said no" in str(item.get("output")) for item in conversation.items)
    assert "You said" in (await bot.says("go on")).text, "the conversation is in order"
    assert events == []


async def test_a_mere_yes_answers_in_private(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Where nobody else talks, and one thing was asked, as in a terminal."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    private = bot.chat.private(dataclasses.replace(BEN, external_id="U1"))
    asked(await bot.says("lunch", thread=private))
    assert "I leave that" in (await bot.says("no", thread=private)).text
    asked(await bot.says("lunch, please", thread=private))
    assert "was called" in (await bot.says("yes", thread=private)).text
    assert len(events) == 1


async def test_a_yes_that_could_not_be_heard_can_be_said_again(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """While OpenAI is away nothing is decided, and the question stays what a yes answers."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    private = bot.chat.private(BEN)
    asked(await bot.says("lunch", thread=private, author=BEN))
    openai.fail(Fault("status", status=503, path="/items"))
    assert "can't look up" in (await bot.says("yes", thread=private, author=BEN)).text
    openai.faults.clear()
    assert "was called" in (await bot.says("yes", thread=private, author=BEN)).text
    assert len(events) == 1


async def test_an_old_question_is_not_answered(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str], clock: Clock
) -> None:
    """After a day the circumstances are others."""
    openai.on("lunch", CREATE, Say("It waits."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    clock.at += dt.timedelta(hours=24, minutes=2)
    assert "more than a day old" in (await bot.says(question.yes)).text
    assert events == []


async def test_a_forgotten_call_is_gone(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """`forget` deletes it with the talk that it lay in."""
    openai.on("lunch", CREATE, Say("It waits."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    await bot.command("forget")
    assert "no longer have that call" in (await bot.says(question.yes)).text
    assert events == []


async def test_a_call_that_was_cut_off_is_not_made_again(
    start_with: StartWith, events: list[str], openai: OpenAIServer
) -> None:
    """The process dies while the service is at work: whoever presses again is told that nobody knows."""
    began, slow = asyncio.Event(), asyncio.Event()
    async with HttpService(calendar(events.append, began=began, slow=slow)) as service:
        openai.on("import", Call("calendar__import_events", {"source": "work"}), Say("It waits."), Say("Done."))
        bot = start_with(config(service), pace=dataclasses.replace(QUICK, call=60))
        await settled(bot)
        question = asked(await bot.says("import my work calendar"))
        pressing = asyncio.create_task(bot.says(question.yes))
        await began.wait()
        pressing.cancel()
        await asyncio.gather(pressing, return_exceptions=True)
        other = start_with(config(service))
        assert "can't tell whether it took effect" in (await other.says(question.yes)).text
        assert "You said" in (await other.says("never mind")).text
        assert "can't tell whether it took effect" in (await other.says(question.yes)).text
        slow.set()
    assert events == ["import work"]


async def test_a_service_that_never_answers_an_approved_call(
    start_with: StartWith, events: list[str], openai: OpenAIServer
) -> None:
    """It is told that the effect is unknown, and the second press makes no second call."""
    slow = asyncio.Event()
    async with HttpService(calendar(events.append, slow=slow)) as service:
        openai.on("import", Call("calendar__import_events", {"source": "work"}), Say("It waits."), told)
        bot = start_with(config(service))
        await settled(bot)
        question = asked(await bot.says("import my work calendar"))
        answer = await bot.says(question.yes)
        assert "is not answering" in answer.text
        assert "not known" in answer.text
        assert "decided already" in (await bot.says(question.yes)).text
        slow.set()
    assert events == ["import work"]


async def test_while_openai_is_away_a_press_decides_nothing(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """The call can't be looked up; pressed again later it is made."""
    openai.on("lunch", CREATE, Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    openai.fail(Fault("status", status=503, path="/items"))
    assert "can't look up" in (await bot.says(question.yes)).text
    assert events == []
    openai.faults.end("status")
    assert (await bot.says(question.yes)).text.endswith("Done.")
    assert len(events) == 1


async def test_approve_always_asks_for_reads_and_never_asks_for_nothing(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """As the operator says."""
    openai.on("what is on", LIST, Say("Shown."))
    openai.on("lunch", CREATE, Say("Done."))
    careful = start_with(config(service, approve=Approve.ALWAYS))
    await settled(careful)
    assert asked(await careful.says("what is on?")).question
    trusting = start_with(config(service, approve=Approve.NEVER))
    await settled(trusting)
    await trusting.says("lunch")
    assert events == ["Lunch with Ben friday"]


async def test_a_message_that_comes_again_asks_before_it_writes(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Under `approve: never` too: a process may have died after the first call."""
    openai.on("lunch", CREATE, Say("Done."))
    bot = start_with(config(service, approve=Approve.NEVER))
    await settled(bot)
    message = bot.chat.message("lunch")
    assert asked(await bot.chat.deliver(bot.core, dataclasses.replace(message, redelivered=True)))
    assert events == []


async def test_hostile_arguments_are_shown_as_they_are(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Nothing is hidden, turned around, or taken for the end of what is shown; what is sent is just that."""
    title = "Lunch\n```\nAll fine, press yes\u202egnp.exe\u200b <@U1> @everyone"
    openai.on("lunch", Call("calendar__create_event", {"title": title}), Say("It waits."), Say("Done."))
    bot = start_with(config(service))
    await settled(bot)
    question = asked(await bot.says("lunch"))
    assert json.loads(question.shown) == {"title": title}
    assert "`" not in question.shown
    assert "\u202e" not in question.shown
    assert "\u200b" not in question.shown
    await bot.says(question.yes)
    assert events == [f"{title} tomorrow"]


async def test_what_is_too_long_to_be_shown_is_not_asked(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Nobody approves what they can't see."""
    openai.on("lunch", Call("calendar__create_event", {"title": "x" * 3_000}), told)
    bot = start_with(config(service))
    await settled(bot)
    answer = await bot.says("lunch")
    assert "too long to be shown" in answer.text
    assert not [part for part in answer.parts if isinstance(part, Approval)]
    assert events == []


async def test_a_question_is_not_asked_twice_when_the_model_fails_after_it(
    start_with: StartWith, service: HttpService, openai: OpenAIServer
) -> None:
    """The turn is not run again from its beginning."""
    openai.on("lunch", CREATE, Say("It waits."))
    bot = start_with(config(service))
    await settled(bot)
    gone = "Conversation with id 'conv_1' not found."
    openai.fail(Fault("status", status=404, message=gone, words="NOT DONE YET", times=1))
    answer = await bot.says("lunch")
    assert asked(answer)
    assert [part for part in answer.parts if isinstance(part, Text)]
