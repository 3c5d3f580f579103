"""A sign within a second, and an end in every case: whatever the database does, and whatever becomes of an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from adapters.slack.render import cards
from core.chat import (
    Action,
    Author,
    Command,
    Message,
    Outcome,
    Part,
    Preferences,
    Problem,
    Receipt,
    Task,
    TaskList,
    TaskPage,
    TaskQuery,
)
from tests.adapters.contract import ScriptedCore
from tests.adapters.slack.test_contract import SlackHarness
from tests.fakes.slack import SlackServer

TASK = Task(number=1, title="Call May", id=7)


class SlowCore(ScriptedCore):
    """Its database answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def _reply(self, event: Message | Command | Action) -> AsyncGenerator[Part, None]:
        self.asked.append(event)
        await self.let.wait()
        for part in self.parts:
            yield part

    async def find(self, who: Author, query: TaskQuery) -> TaskPage:
        """One task, late."""
        await self.let.wait()
        return TaskPage(query, (TASK,), 1)

    async def preferences(self, who: Author) -> Preferences:
        """Late."""
        await self.let.wait()
        return await super().preferences(who)


@pytest.fixture
def core() -> SlowCore:
    """A core whose database takes for ever."""
    return SlowCore()


@pytest.fixture
async def harness(core: SlowCore) -> AsyncIterator[SlackHarness]:
    """Slack over it."""
    async with SlackServer() as slack:
        one = SlackHarness(slack, core)
        await one.ready()
        yield one
        core.let.set()
        await one.close()


def whispered(harness: SlackHarness) -> str:
    """What was said to Ana alone."""
    return " ".join(f"{one.text} {json.dumps(one.blocks)}" for one in harness.slack.whispers)


def posted(harness: SlackHarness) -> str:
    """A card of Ana's in the channel."""
    blocks = cards.receipt(Receipt(Outcome.ADDED, (TASK,), change=3), harness.ana.id)
    return harness.slack.posted(harness.channel, "Added", blocks, None, None).ts


async def test_a_command(harness: SlackHarness, core: SlowCore) -> None:
    """First that it takes a moment, then the answer, both for the person alone."""
    core.parts = [Problem("The database is away. Please try again.")]
    await harness.slack.slash(harness.ana, harness.channel, "/task", "list")
    await harness.slack.until(lambda: "One moment" in whispered(harness))
    core.let.set()
    await harness.slack.until(lambda: "The database is away" in whispered(harness))


async def test_a_button(harness: SlackHarness, core: SlowCore) -> None:
    """As a command; the card is told anew at the end."""
    ts = posted(harness)
    core.parts = [Receipt(Outcome.COMPLETED, (TASK,), change=4)]
    await harness.slack.press(harness.ana, harness.channel, ts, "task_act:done")
    await harness.slack.until(lambda: "One moment" in whispered(harness))
    core.let.set()
    await harness.slack.until(lambda: "Completed" in str(harness.slack.store.message(harness.channel.id, ts).blocks))


async def test_the_pages_of_a_list(harness: SlackHarness, core: SlowCore) -> None:
    """They are read before they are turned."""
    page = cards.task_list(TaskList(TaskPage(TaskQuery(size=1), (TASK,), 2)), harness.ana.id)
    ts = harness.slack.posted(harness.channel, "Tasks", page, None, None).ts
    await harness.slack.press(harness.ana, harness.channel, ts, "list_page:on")
    await harness.slack.until(lambda: "One moment" in whispered(harness))
    core.let.set()
    await harness.slack.until(lambda: harness.slack.asked("chat.update"))


async def test_home(harness: SlackHarness, core: SlowCore) -> None:
    """It shows that something comes, then what comes; a press in it too."""
    slack, ana = harness.slack, harness.ana
    await slack.open_home(ana)
    await slack.until(lambda: "One moment" in str(slack.homes[ana.id].told) if ana.id in slack.homes else False)
    core.let.set()
    await slack.until(lambda: "Call May" in str(slack.homes[ana.id].told))
    core.let.clear()
    core.parts = [Receipt(Outcome.COMPLETED, (TASK,), change=4)]
    await slack.press_view(ana, slack.homes[ana.id], "task_menu", choice="Done")
    await slack.until(lambda: "One moment" in str(slack.homes[ana.id].told))
    core.let.set()
    await slack.until(lambda: "Call May" in str(slack.homes[ana.id].told))


@pytest.mark.parametrize("action", ["edit", "home_prefer"])
async def test_a_form_that_is_opened(harness: SlackHarness, core: SlowCore, action: str) -> None:
    """An empty one is there at once."""
    slack, ana = harness.slack, harness.ana
    if action == "edit":
        await slack.press(ana, harness.channel, posted(harness), "task_menu", choice="Edit")
    else:
        core.let.set()
        await slack.open_home(ana)
        await slack.until(lambda: "Call May" in str(slack.homes[ana.id].told) if ana.id in slack.homes else False)
        core.let.clear()
        await slack.press_view(ana, slack.homes[ana.id], action)
    await slack.until(lambda: slack.views)
    (view,) = slack.views.values()
    assert "One moment" in str(view.told)
    core.let.set()
    await slack.until(lambda: "input" in str(view.told))


async def test_a_form_that_is_saved(harness: SlackHarness, core: SlowCore) -> None:
    """What is refused late is told in the form, with all that was typed: nothing has to be typed again."""
    slack, ana = harness.slack, harness.ana
    await slack.shortcut(ana, "new_task")
    await slack.until(lambda: slack.views)
    (view,) = slack.views.values()
    core.parts = [Problem("There is no day “32”.")]
    await slack.submit(ana, view, title="Call May", notes="A long story")
    assert "One moment" in str(view.told)
    core.let.set()
    await slack.until(lambda: "no day" in str(view.told))
    typed = [block["element"].get("initial_value") for block in view.told["blocks"] if block["type"] == "input"]  # type: ignore[attr-defined]
    assert {"Call May", "A long story"} <= set(typed)
    core.parts = [Receipt(Outcome.ADDED, (TASK,), change=4)]
    await slack.submit(ana, view)
    await slack.until(lambda: slack.messages(slack.dm(ana)))
    assert isinstance(core.asked[-1], Action)
    assert core.asked[-1].fields["notes"] == "A long story"


async def test_a_form_that_was_closed_meanwhile(harness: SlackHarness, core: SlowCore) -> None:
    """The person hears all the same that it was not saved."""
    slack, ana = harness.slack, harness.ana
    await slack.shortcut(ana, "new_task")
    await slack.until(lambda: slack.views)
    (view,) = slack.views.values()
    core.parts = [Problem("There is no day “32”.")]
    await slack.submit(ana, view, title="Call May")
    slack.views.clear()
    core.let.set()
    await slack.until(lambda: slack.messages(slack.dm(ana)))
    assert "was not saved" in slack.messages(slack.dm(ana))[0].text


async def test_an_answer_that_slack_never_takes_comes_another_way(harness: SlackHarness, core: SlowCore) -> None:
    """In the channel for the person's eyes; where the bot isn't, in their direct messages."""
    slack, ana = harness.slack, harness.ana
    core.let.set()
    core.parts = [Receipt(Outcome.ADDED, (TASK,), change=4)]
    slack.response_faults = [404]
    await slack.slash(ana, harness.channel, "/task", "Call May")
    await slack.until(lambda: slack.asked("chat.postEphemeral"))
    assert "Call May" in whispered(harness)
    elsewhere = slack.channel("elsewhere", members=[ana], bot=False)
    slack.response_faults = [410]
    await slack.slash(ana, elsewhere, "/task", "Call May")
    await slack.until(lambda: slack.messages(slack.dm(ana)))
    assert "Call May" in str(slack.messages(slack.dm(ana))[0].blocks)
