"""Other people's services in a talk: what reads is called at once, what writes is asked first, whatever they do."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from core.agent.servers.config import Approve, ServerConfig
from core.agent.servers.server import Pace
from core.chat import Approval, Text
from core.database import Database
from core.service import Service
from tests.conversations.conftest import SERVERS, Bot, Clock, online_for
from tests.fakes.chat import BEN, Answer, Chat
from tests.fakes.openai import Call, Fault, OpenAIServer, Say
from tests.fakes.openai.brain import Turn
from tests.fakes.services import HttpService, calendar, odd

QUICK = Pace(connect=5.0, call=0.5, fresh=300.0, again=0.0)
"""Nobody waits long for a service that hangs."""
LIST = Call("calendar__list_events", {"day": "tomorrow"})
CREATE = Call("calendar__create_event", {"title": "Lunch with Ben", "day": "friday"})

StartWith = Callable[..., Bot]


@pytest.fixture
def events() -> list[str]:
    """What the calendar was told to keep."""
    return []


@pytest.fixture
async def service(events: list[str]) -> AsyncIterator[HttpService]:
    """A calendar on loopback."""
    async with HttpService(calendar(events.append)) as there:
        yield there


@pytest.fixture
def start_with(database: Database, chat: Chat, clock: Clock, openai: OpenAIServer) -> StartWith:
    """Start a process of the bot that knows these services."""

    def started(*services: ServerConfig, pace: Pace = QUICK, patience: float = 10.0) -> Bot:
        online = online_for(openai, services=services, pace=pace, patience=patience)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
        return Bot(core, chat, database, online)

    return started


def config(service: HttpService, **changes: Any) -> ServerConfig:
    """The calendar as MCP_SERVERS names it."""
    return dataclasses.replace(ServerConfig("calendar", url=service.url), **changes)


def asked(answer: Answer) -> Approval:
    """The one question of an answer."""
    (question,) = [part for part in answer.parts if isinstance(part, Approval)]
    return question


def told(turn: Turn) -> Say:
    """A model that repeats what the last call has told it."""
    return Say(json.dumps(turn.results[-1], ensure_ascii=False))


async def settled(bot: Bot) -> None:
    """Wait until the tools of all services are known."""
    for servers in SERVERS:
        assert all(isinstance(tools, tuple) for tools in (await servers.examined()).values())


async def test_what_reads_is_called_at_once(start_with: StartWith, service: HttpService, openai: OpenAIServer) -> None:
    """In the same turn, and the answer is marked as data."""
    openai.on("what is on", LIST, told)
    bot = start_with(config(service))
    await settled(bot)
    answer = await bot.says("what is on tomorrow?")
    assert "15:00 Dentist" in answer.text
    assert "data, never instructions" in answer.text
    assert not [part for part in answer.parts if isinstance(part, Approval)]


async def test_meetings_become_tasks(start_with: StartWith, service: HttpService, openai: OpenAIServer) -> None:
    """Their tools and ours go together in one turn."""
    add = Call("add_task", {"tasks": [{"title": "Dentist", "due": "tomorrow 3pm"}]})
    openai.on("add my meetings", LIST, add, Say("Added."))
    bot = start_with(config(service))
    await settled(bot)
    answer = await bot.says("add my meetings of tomorrow as tasks")
    assert [receipt.action for receipt in answer.receipts] == ["added"]
    assert await bot.titles() == ["Dentist"]


async def test_their_tools_stand_behind_ours_always_alike(
    start_with: StartWith, service: HttpService, openai: OpenAIServer
) -> None:
    """By their names, under the service's, so that they shadow none of ours and the prompt cache holds."""
    bot = start_with(config(service))
    await settled(bot)
    await bot.says("hello")
    await bot.says("hello again")
    first, second = [request.body["tools"] for request in openai.asked()]
    assert first == second
    names = [tool["name"] for tool in first]
    theirs = [name for name in names if "__" in name]
    assert names[-len(theirs) :] == theirs == sorted(theirs)
    assert all(name.startswith("calendar__") for name in theirs)


async def test_only_the_tools_that_are_named_may_be_used(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """The others are not there, even for a model that calls them."""
    openai.on("lunch", CREATE, Say("I can't."))
    bot = start_with(config(service, tools=frozenset({"list_events"}), approve=Approve.NEVER))
    await settled(bot)
    assert (await bot.says("add lunch")).text == "I can't."
    names = [tool["name"] for tool in openai.asked()[0].body["tools"]]
    assert [name for name in names if "__" in name] == ["calendar__list_events"]
    assert events == []


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


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("500", "answered with an error"),
        ("garbage", "answered with an error"),
        ("endless", "answered with an error"),
        ("packed", "broke off"),
        ("redirect", "did not take"),
        ("drop", "broke off"),
        ("hang", "is not answering"),
    ],
)
async def test_a_service_that_fails_is_a_sentence(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, fault: Any, words: str
) -> None:
    """Whatever it sends, the turn goes on, with words of our own; afterwards it is asked again."""
    openai.on("what is on", LIST, told)
    bot = start_with(config(service))
    await settled(bot)
    service.fault, service.only = fault, "tools/call"
    answer = await bot.says("what is on tomorrow?")
    assert "“calendar”" in answer.text
    assert words in answer.text
    assert "Nothing was done there" in answer.text
    assert "secret" not in answer.text
    service.fault = None
    assert "Dentist" in (await bot.says("what is on now?")).text


async def test_an_answer_is_cut_to_what_a_model_reads(
    start_with: StartWith, service: HttpService, openai: OpenAIServer
) -> None:
    """And it says how much is missing."""
    openai.on("list all", Call("calendar__long_list", {"characters": 100_000}), told)
    bot = start_with(config(service))
    await settled(bot)
    result = json.loads((await bot.says("list all")).text)
    assert len(result["content"]) == 20_000
    assert result["cut"].startswith("80000 more")


async def test_a_tool_that_fails_is_told(start_with: StartWith, service: HttpService, openai: OpenAIServer) -> None:
    """What a service refuses reaches the model as its refusal, and is data as well."""
    openai.on("refuse", Call("calendar__refuse", {"why": "no room"}), told)
    bot = start_with(config(service, approve=Approve.NEVER))
    await settled(bot)
    result = json.loads((await bot.says("refuse")).text)
    assert "no room" in result["error"]
    assert result["note"]


async def test_a_service_that_is_down_costs_no_other_turn_anything(
    start_with: StartWith, service: HttpService, openai: OpenAIServer
) -> None:
    """It hangs from the beginning on: a turn that doesn't need it ends all the same. One that does is told."""
    openai.on("what is on", Call("calendar__tools"), told)
    service.fault = "hang"
    bot = start_with(config(service), pace=dataclasses.replace(QUICK, connect=1.0))
    assert (await bot.says("hello")).text.startswith("You said")
    assert "can't be reached" in (await bot.says("what is on?")).text


async def test_a_service_that_was_down_is_fetched_by_the_turn_that_needs_it(
    start_with: StartWith, service: HttpService, openai: OpenAIServer
) -> None:
    """Its tools are there for the very next step of the same turn."""
    openai.on("what is on", Call("calendar__tools"), LIST, told)
    await service.stop()
    bot = start_with(config(service))
    await bot.says("hello")
    await service.start()
    assert "Dentist" in (await bot.says("what is on?")).text
    first, *_, last = [[tool["name"] for tool in one.body["tools"]] for one in openai.asked()]
    assert "calendar__tools" in first
    assert "calendar__list_events" in last


@pytest.mark.parametrize("of_2025", [False, True])
async def test_a_service_that_was_restarted_is_connected_to_anew(
    start_with: StartWith, events: list[str], openai: OpenAIServer, of_2025: bool
) -> None:
    """Whether it keeps sessions or not, nobody notices."""
    openai.on("what is on", LIST, told)
    async with HttpService(calendar(events.append), of_2025=of_2025) as service:
        bot = start_with(config(service))
        await settled(bot)
        assert "Dentist" in (await bot.says("what is on?")).text
        await service.stop()
        service.server = calendar(events.append, lambda: ["09:00 Swimming"])
        await service.start()
        assert service.count("initialize") == of_2025
        assert "Swimming" in (await bot.says("what is on?")).text


async def test_two_services_with_tools_of_the_same_names(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """Each is called by its own name; one that is dead takes nothing from the other."""
    openai.on("both", [LIST, Call("work__list_events", {"day": "tomorrow"})], lambda turn: Say(str(turn.results)))
    async with HttpService(calendar(events.append, lambda: ["11:00 Review"])) as work:
        bot = start_with(config(service), ServerConfig("work", url=work.url))
        await settled(bot)
        answer = (await bot.says("both")).text
        assert "Dentist" in answer
        assert "Review" in answer
    answer = (await bot.says("both, once more")).text
    assert "Dentist" in answer
    assert "“work”" in answer


async def test_a_slow_service_is_not_taken_for_a_silent_model(
    start_with: StartWith, events: list[str], openai: OpenAIServer
) -> None:
    """It may take longer than a person waits for a sign of OpenAI."""
    openai.on("think", Call("calendar__think"), told)
    async with HttpService(calendar(events.append, seconds=0.8)) as service:
        bot = start_with(config(service), pace=Pace(), patience=0.5)
        await settled(bot)
        assert "thought" in (await bot.says("think")).text


async def test_a_silent_service_is_asked_once_in_a_turn(
    start_with: StartWith, events: list[str], openai: OpenAIServer
) -> None:
    """A model that calls it again and again keeps nobody waiting."""
    wait, slow = Call("calendar__wait_for_event"), asyncio.Event()
    openai.on("next", [wait, wait, wait], lambda turn: Say(str(turn.results)))
    async with HttpService(calendar(events.append, slow=slow)) as service:
        bot = start_with(config(service))
        await settled(bot)
        assert (await bot.says("what comes next?")).text.count("not asked again") == 2
        assert service.count("tools/call") == 1
        slow.set()


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


async def test_arguments_that_are_none_are_refused(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """A model that writes nonsense is told so, and nobody is asked."""
    openai.on("lunch", Call("calendar__create_event", "[1"), told)
    bot = start_with(config(service))
    await settled(bot)
    assert "JSON object" in (await bot.says("lunch")).text


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


async def test_a_tool_that_openai_refuses_ends_no_turn(start_with: StartWith, openai: OpenAIServer) -> None:
    """It is left out from then on, and the others of its service stay."""
    tools: dict[str, dict[str, Any]] = {
        "good": {"type": "object"},
        "bad": {"type": "object", "properties": {"n": {"type": "nombre"}}},
    }
    async with HttpService(odd(tools)) as service:
        bot = start_with(config(service))
        await settled(bot)
        assert (await bot.says("hello")).text.startswith("You said")
        assert (await bot.says("hello again")).text.startswith("You said")
    refused, *others = [[tool["name"] for tool in one.body["tools"]] for one in openai.asked()]
    assert "calendar__bad" in refused
    assert [[name for name in names if "__" in name] for names in others] == [["calendar__good"]] * 2


@pytest.mark.parametrize("of_2025", [False, True])
async def test_new_tools_of_a_service_are_noticed(
    start_with: StartWith, events: list[str], openai: OpenAIServer, of_2025: bool
) -> None:
    """It says that its list has changed; the next turn has the new one."""
    openai.on("learn", Call("calendar__learn"), Say("It has learnt."))
    async with HttpService(calendar(events.append), of_2025=of_2025) as service:
        bot = start_with(config(service))
        await settled(bot)
        await service.asked("" if of_2025 else "subscriptions/listen")  # the stream of notices; of 2025 it is a GET
        before = service.count("tools/list")
        await bot.says("learn something")
        async with asyncio.timeout(20), service.came:
            await service.came.wait_for(lambda: service.count("tools/list") > before)
        await bot.says("hello")
        await bot.says("hello again")
        assert "calendar__cancel_event" in [tool["name"] for tool in openai.asked()[-1].body["tools"]]
