"""How a talk begins: in the Messages tab of today's apps, in the pane of older ones; and what a person looks at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.chat import Author, Message, Preferences, Stamp, TaskPage, TaskQuery, Text
from tests.adapters.contract import ScriptedCore
from tests.adapters.slack.conftest import There
from tests.adapters.slack.test_contract import SlackHarness
from tests.fakes.slack import Fault, SlackServer


class SlowCore(ScriptedCore):
    """Its database answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def find(self, who: Author, query: TaskQuery) -> TaskPage:
        """Late."""
        await self.let.wait()
        return await super().find(who, query)

    async def preferences(self, who: Author) -> Preferences:
        """Late."""
        await self.let.wait()
        return await super().preferences(who)


@pytest.fixture
async def slow() -> AsyncIterator[tuple[SlackHarness, SlowCore]]:
    """Slack over a core whose database takes for ever."""
    core = SlowCore()
    async with SlackServer() as slack:
        harness = SlackHarness(slack, core)
        await harness.ready()
        yield harness, core
        core.let.set()
        await harness.close()


def titles(there: There) -> list[str]:
    """The prompts in Ana's Messages tab."""
    return [str(prompt["title"]) for prompt in there.slack.prompts.get(there.slack.dm(there.ana).id, [])]


async def test_the_tab_greets_with_prompts_that_fit(there: There) -> None:
    """What is overdue and due today comes first; the greeting stands in the tab, and a message begins a thread."""
    await there.add(there.ana, "Late 2026-11-20")
    await there.add(there.ana, "Now today 5pm")
    await there.slack.open_tab(there.ana)
    dm = there.slack.dm(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    (greeting,) = there.slack.messages(dm)
    assert "Hello Ana" in greeting.text
    assert "overdue" in greeting.text
    assert titles(there)[:2] == ["What is overdue?", "Move “Late” to tomorrow"]
    said = await there.slack.say(there.ana, dm, "Move task 1 to tomorrow")
    await there.slack.until(lambda: len(there.slack.messages(dm, said)) == 2)
    assert str((await there.tasks(there.ana))[0].due) == "2026-11-24"


async def test_somebody_new_gets_examples(there: There) -> None:
    """Without a task there is still something to ask."""
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    assert "Remind me of something" in titles(there)


async def test_not_every_opening_is_greeted(there: There) -> None:
    """The second one of a person costs no call at all; somebody else's is their own."""
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    await there.platform.idle()
    calls = len(there.slack.calls)
    again = await there.slack.open_tab(there.ana)
    await again.done.wait()
    await there.platform.idle()
    assert len(there.slack.calls) == calls
    await there.slack.open_tab(there.ben)
    await there.slack.until(lambda: there.slack.messages(there.slack.dm(there.ben)))


async def test_a_restart_greets_nobody_again(there: There) -> None:
    """The new process finds messages in the tab; the prompts come all the same, as they are no message."""
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    await there.restart()
    there.slack.prompts.clear()
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    assert len(there.slack.messages(there.slack.dm(there.ana))) == 1


async def test_a_tab_that_cannot_be_read_is_not_greeted(there: There) -> None:
    """In doubt there are messages in it."""
    there.slack.fail("conversations.history", Fault(error="missing_scope"))
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    assert not there.slack.messages(there.slack.dm(there.ana))


async def test_a_greeting_that_slack_refuses_comes_at_the_next_opening(there: There) -> None:
    """Nothing is told to have been said that wasn't."""
    there.slack.fail("chat.postMessage", Fault(status=503))
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.asked("chat.postMessage"))
    await there.platform.idle()
    await there.slack.open_tab(there.ana)
    await there.slack.until(lambda: there.slack.messages(there.slack.dm(there.ana)))


async def test_a_slow_database_delays_no_greeting(slow: tuple[SlackHarness, SlowCore]) -> None:
    """There are words and prompts for everybody meanwhile, and those that fit when it answers."""
    harness, core = slow
    slack, dm = harness.slack, harness.slack.dm(harness.ana)
    await slack.open_tab(harness.ana)
    await slack.until(lambda: slack.prompts)
    assert "Hello" in slack.messages(dm)[0].text
    assert "due" not in slack.messages(dm)[0].text
    assert slack.prompts[dm.id][0]["title"] == "Show my open tasks"
    core.let.set()
    await slack.until(lambda: slack.prompts[dm.id][0]["title"] == "What is overdue?")
    assert len(slack.messages(dm)) == 1


async def test_the_pane_of_an_older_app_is_greeted_the_same_way(there: There) -> None:
    """Each opening begins a thread, in which all of it stands."""
    there.slack.agent_view = False
    await there.add(there.ana, "Late 2026-11-20")
    thread = await there.slack.open_assistant(there.ana)
    dm = there.slack.dm(there.ana)
    await there.slack.until(lambda: there.slack.prompts)
    assert "Hello Ana" in there.slack.messages(dm, thread)[-1].text
    assert titles(there)[:2] == ["What is overdue?", "Move “Late” to tomorrow"]
    await there.slack.open_tab(there.ana)
    await there.slack.say(there.ana, dm, "Move task 1 to tomorrow", thread=thread)
    await there.slack.until(lambda: len(there.slack.messages(dm, thread)) == 4)
    assert str((await there.tasks(there.ana))[0].due) == "2026-11-24"
    assert [one.ts for one in there.slack.messages(dm)] == [thread]


def channel(channel_id: str) -> dict[str, object]:
    """An entity of a context."""
    return {"type": "slack#/types/channel_id", "value": channel_id, "team_id": "T0ACME"}


async def asked(harness: SlackHarness, text: str) -> Message:
    """Say something in the Messages tab; what the core is then asked."""
    slack, core = harness.slack, harness.core
    core.parts = [Stamp("conv_x", answers="0"), Text("Yes.")]
    await slack.say(harness.ana, slack.dm(harness.ana), text)
    await slack.until(lambda: any(isinstance(one, Message) and one.text == text for one in core.asked))
    await harness.platform.idle()
    return next(one for one in core.asked if isinstance(one, Message) and one.text == text)


@pytest.fixture
async def harness() -> AsyncIterator[SlackHarness]:
    """Slack over a core that says what it is told to."""
    async with SlackServer() as slack:
        one = SlackHarness(slack)
        await one.ready()
        yield one
        await one.close()


async def test_what_a_person_looks_at_is_told_with_what_they_say(harness: SlackHarness) -> None:
    """As a link, and for as long as they look at it; nothing of it is fetched."""
    slack = harness.slack
    where, before = harness.channel.id, {"conversations.info", "conversations.replies"}
    for entities, link in (
        ([channel(where)], f"https://acme.slack.com/archives/{where}"),
        (
            [{"type": "slack#/types/thread_ts", "value": "1700000000.000100"}, channel(where)],
            f"https://acme.slack.com/archives/{where}/p1700000000000100",
        ),
        (
            [
                {
                    "type": "slack#/types/message_context",
                    "value": {"channel_id": where, "message_ts": "1700000000.000200"},
                }
            ],
            f"https://acme.slack.com/archives/{where}/p1700000000000200",
        ),
        ([{"type": "slack#/types/canvas_id", "value": "F1"}], None),
        ([channel(where)], f"https://acme.slack.com/archives/{where}"),
        ([], None),
    ):
        looked = await slack.look_at(harness.ana, *entities)
        await looked.done.wait()
        assert (await asked(harness, f"what about {len(harness.core.asked)}")).looking_at == link
    assert not before.intersection(call.method for call in slack.calls)


async def test_a_channel_is_called_by_its_name_where_that_is_known(harness: SlackHarness) -> None:
    """From a command that was typed there; and `/ask` itself tells where it was typed."""
    slack, core = harness.slack, harness.core
    core.parts = [Stamp("conv_x", answers="0"), Text("Yes.")]
    await slack.slash(harness.ana, harness.channel, "/ask", "what is open?")
    await slack.until(lambda: core.asked)
    (question,) = core.asked
    assert isinstance(question, Message)
    assert question.looking_at == "#general"
    looked = await slack.look_at(harness.ana, channel(harness.channel.id))
    await looked.done.wait()
    assert (await asked(harness, "and here?")).looking_at == "#general"


async def test_in_a_channel_nobody_is_told_what_the_author_looks_at(harness: SlackHarness) -> None:
    """Others read the answer there."""
    looked = await harness.slack.look_at(harness.ana, channel("C0SECRET"))
    await looked.done.wait()
    await harness.seen("add this", [Text("Yes.")])
    (said,) = harness.core.asked
    assert isinstance(said, Message)
    assert said.looking_at is None


async def test_an_older_apps_pane_tells_it_too(harness: SlackHarness) -> None:
    """By events of its own."""
    slack = harness.slack
    slack.agent_view = False
    thread = {"user_id": harness.ana.id, "channel_id": slack.dm(harness.ana).id, "thread_ts": "1.0"}
    context = {"channel_id": harness.channel.id, "team_id": slack.team}
    told = slack.event({"type": "assistant_thread_context_changed", "assistant_thread": {**thread, "context": context}})
    await told.done.wait()
    link = f"https://acme.slack.com/archives/{harness.channel.id}"
    assert (await asked(harness, "what about this?")).looking_at == link
