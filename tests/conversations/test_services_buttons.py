"""The question before another service is called, on each platform: its buttons, who may press, when they go."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from core.agent.servers.config import ServerConfig
from tests.conversations.conftest import SERVERS, online_for
from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace
from tests.fakes.openai import Call, Fault, OpenAIServer, Say
from tests.fakes.services import HttpService, calendar

CREATE = Call("calendar__create_event", {"title": "Lunch `with` <Ben> & *all*", "day": "friday"})
YES, NO = "service_answer:yes", "service_answer:no"


@pytest.fixture
def events() -> list[str]:
    """What the calendar was told to keep."""
    return []


@pytest.fixture
async def service(events: list[str], openai: OpenAIServer) -> AsyncIterator[HttpService]:
    """A calendar, and a model that uses it."""
    openai.on("lunch", CREATE, Say("It waits for you."), Say("It is in your calendar."))
    openai.on("what is on", Call("calendar__list_events", {"day": "today"}), lambda turn: Say(str(turn.results[-1])))
    async with HttpService(calendar(events.append)) as there:
        yield there


async def connect(town: Workspace | Guild, openai: OpenAIServer, service: HttpService) -> None:
    """Start the bot anew, with the calendar, whose tools it then knows."""
    services = [ServerConfig("calendar", url=service.url)]
    town.online = lambda: online_for(openai, services=services, patience=10.0)
    await town.restart()
    for servers in SERVERS:
        await servers.examined()


async def test_slack_the_press_makes_the_call_once(
    workspace: Workspace, openai: OpenAIServer, service: HttpService, events: list[str]
) -> None:
    """A stranger may not; a new process answers the press in the thread, and the buttons go."""
    slack, ana, ben = workspace.slack, workspace.ana, workspace.ben
    await connect(workspace, openai, service)
    thread = await workspace.mention(ana, "put lunch into my calendar")
    asked = workspace.answers(thread)[-1]
    (shown,) = [block for block in asked.blocks if block["type"] == "rich_text"]
    assert r"Lunch \u0060with\u0060 <Ben> & *all*" in str(shown).replace("\\\\", "\\")
    await slack.press(ben, workspace.channel, asked.ts, YES)
    await slack.until(lambda: slack.whispers)
    assert "Ana was asked that" in slack.whispers[0].text
    assert events == []
    await workspace.restart()
    await slack.press(ana, workspace.channel, asked.ts, YES)
    await workspace.answered(thread, 2)
    await slack.until(lambda: "Answered." in json.dumps(slack.store.message(workspace.channel.id, asked.ts).blocks))
    assert "It is in your calendar." in workspace.last(thread)
    assert events == ["Lunch `with` <Ben> & *all* friday"]
    assert asked.metadata, "the stamp stays"
    with pytest.raises(LookupError):
        await slack.press(ana, workspace.channel, asked.ts, YES)


async def test_slack_no_is_no(
    workspace: Workspace, openai: OpenAIServer, service: HttpService, events: list[str]
) -> None:
    """It is said in the thread."""
    await connect(workspace, openai, service)
    thread = await workspace.mention(workspace.ana, "put lunch into my calendar")
    await workspace.slack.press(workspace.ana, workspace.channel, workspace.answers(thread)[-1].ts, NO)
    await workspace.answered(thread, 2)
    assert "I leave that" in workspace.last(thread)
    assert events == []


async def test_slack_buttons_stay_while_nothing_is_decided(
    workspace: Workspace, openai: OpenAIServer, service: HttpService, events: list[str]
) -> None:
    """OpenAI is away, where the call lies: pressed again later it is made."""
    await connect(workspace, openai, service)
    thread = await workspace.mention(workspace.ana, "put lunch into my calendar")
    asked = workspace.answers(thread)[-1]
    openai.fail(Fault("status", status=503, path="/items"))
    await workspace.slack.press(workspace.ana, workspace.channel, asked.ts, YES)
    await workspace.answered(thread, 2)
    assert "can't look up" in workspace.last(thread)
    await workspace.platform.idle()
    openai.faults.clear()
    await workspace.slack.press(workspace.ana, workspace.channel, asked.ts, YES)
    await workspace.answered(thread, 3)
    assert len(events) == 1


async def test_discord_the_press_makes_the_call_once(
    guild: Guild, openai: OpenAIServer, service: HttpService, events: list[str]
) -> None:
    """A stranger may not; a new process answers the press in the thread, and the buttons go."""
    await connect(guild, openai, service)
    thread = await guild.mention(guild.ana, "put lunch into my calendar")
    asked = guild.answers(thread)[-1]
    assert "Lunch \\u0060with\\u0060 <Ben> & *all*" in asked.text
    refused = await guild.discord.press_label(guild.ben, asked, "Yes, do it")
    assert "was asked that" in refused.text
    assert events == []
    await guild.restart()
    await guild.discord.press_label(guild.ana, asked, "Yes, do it")
    await guild.answered(thread, 2)
    await guild.discord.until(lambda: "Answered." in asked.text)
    assert "It is in your calendar." in guild.last(thread)
    assert events == ["Lunch `with` <Ben> & *all* friday"]
    assert "Yes, do it" not in asked.labels
    assert "New conversation" in asked.labels, "the stamp stays"


async def test_discord_no_is_no_and_a_late_press_changes_nothing(
    guild: Guild, openai: OpenAIServer, service: HttpService, events: list[str]
) -> None:
    """On a screen that still shows the buttons they can be pressed; what was decided stays."""
    await connect(guild, openai, service)
    thread = await guild.mention(guild.ana, "put lunch into my calendar")
    asked = guild.answers(thread)[-1]
    (late,) = [one for one in asked.custom_ids if one.startswith("say:") and "approve" in one]
    await guild.discord.press_label(guild.ana, asked, "No")
    await guild.answered(thread, 2)
    assert "I leave that" in guild.last(thread)
    await guild.discord.until(lambda: "Answered." in asked.text)
    await guild.discord.press(guild.ana, asked, late, stale=True)
    await guild.answered(thread, 3)
    assert "said no" in guild.last(thread)
    assert events == []


async def test_a_talk_in_direct_messages(
    guild: Guild, openai: OpenAIServer, service: HttpService, events: list[str]
) -> None:
    """There a mere yes does it too; what reads needs none."""
    await connect(guild, openai, service)
    assert "15:00 Dentist" in await guild.answer(guild.ana, "", "what is on today?")
    await guild.answer(guild.ana, "", "put lunch into my calendar")
    assert "It is in your calendar." in await guild.answer(guild.ana, "", "yes")
    assert len(events) == 1
