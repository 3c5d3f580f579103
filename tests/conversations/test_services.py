"""Other people's services in a talk: what reads is called at once, and whatever they do is a sentence."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any

import pytest

from core.agent.servers.config import Approve, ServerConfig
from core.agent.servers.server import Pace
from core.chat import Approval
from tests.conversations.conftest import QUICK
from tests.conversations.services import CREATE, LIST, StartWith, config, settled, told
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.services import HttpService, calendar, odd


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


async def test_arguments_that_are_none_are_refused(
    start_with: StartWith, service: HttpService, openai: OpenAIServer, events: list[str]
) -> None:
    """A model that writes nonsense is told so, and nobody is asked."""
    openai.on("lunch", Call("calendar__create_event", "[1"), told)
    bot = start_with(config(service))
    await settled(bot)
    assert "JSON object" in (await bot.says("lunch")).text


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
