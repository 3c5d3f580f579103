"""The connection: lost, refused, refreshed, drained; and what Slack has to have acknowledged meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from structlog.testing import capture_logs

from core.chat import Action, Command, Message, Part, Stamp, Text
from tests.adapters.contract import ScriptedCore
from tests.adapters.slack.conftest import There
from tests.adapters.slack.test_contract import SlackHarness
from tests.fakes.slack import Fault, SlackServer
from tests.fakes.slack.store import Message as Posted

STAMP = Stamp("conv_1", answers="m1")


class StuckCore(ScriptedCore):
    """Answers nothing before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()
        self.heard = asyncio.Event()
        self.parts = [STAMP, Text("At last.")]

    async def _reply(self, event: Message | Command | Action) -> AsyncGenerator[Part, None]:
        self.asked.append(event)
        self.heard.set()
        await self.let.wait()
        for part in self.parts:
            yield part


@pytest.fixture
async def stuck() -> AsyncIterator[tuple[SlackHarness, StuckCore]]:
    """Slack over a core whose database or model takes for ever."""
    core = StuckCore()
    async with SlackServer() as slack:
        harness = SlackHarness(slack, core)
        await harness.ready()
        yield harness, core
        core.let.set()
        await harness.close()


async def test_everything_is_acknowledged_before_the_core_answers(stuck: tuple[SlackHarness, StuckCore]) -> None:
    """Slack waits three seconds and no longer: nothing waits for the database or the model."""
    harness, core = stuck
    slack, ana = harness.slack, harness.ana
    await slack.say(ana, harness.channel, f"<@{slack.bot_user}> hello")
    await slack.slash(ana, harness.channel, "/task", "list")
    await slack.shortcut(ana, "new_task")
    await slack.open_home(ana)
    await slack.until(lambda: len(core.asked) == 2)
    await slack.until(lambda: slack.envelopes.unacknowledged == 0)
    assert not slack.asked("chat.postMessage")
    assert all(delivery.attempts == 1 for delivery in slack.envelopes.delivered)
    core.let.set()
    await slack.until(lambda: slack.whispers)
    await harness.platform.idle()
    assert "At last." in str(slack.whispers)
    assert "At last." in str(slack.asked("chat.postMessage")[0].args)


async def test_what_is_of_no_use_is_acknowledged(stuck: tuple[SlackHarness, StuckCore]) -> None:
    """Else Slack sends it again and again: events, commands, buttons and forms that the bot doesn't know."""
    harness, core = stuck
    slack, ana = harness.slack, harness.ana
    slack.event({"type": "team_join", "user": {"id": "U1"}})
    slack.event({"type": "message", "subtype": "channel_join", "channel": harness.channel.id, "user": ana.id})
    slack.event({"type": "reaction_added", "user": ana.id, "reaction": "tada", "item": {"type": "file"}})
    await slack.slash(ana, harness.channel, "/unknown", "x")
    await slack.shortcut(ana, "unknown_shortcut")
    people = {"user": {"id": ana.id}, "team": {"id": slack.team}}
    pressed = {"type": "block_actions", "actions": [{"action_id": "odd", "block_id": "b", "type": "button"}]}
    await slack.hand_over("interactive", {**pressed, **people}).done.wait()
    submitted = {"type": "view_submission", "view": {"callback_id": "unknown", "type": "modal"}}
    await slack.hand_over("interactive", {**submitted, **people}).done.wait()
    await slack.until(lambda: slack.envelopes.unacknowledged == 0)
    assert not core.asked


async def test_bots_edits_and_its_own_words_are_not_answered(there: There) -> None:
    """Only people are, and only what they said first."""
    thread = await there.mention(there.ana, "add milk")
    await there.slack.other_app.post(there.channel, thread, "add bread")
    mine = await there.slack.say(there.ana, there.channel, "add jam", thread=thread)
    await there.answered(thread, 2)
    await there.slack.edit(there.ana, there.channel, mine, "add honey")
    await there.reply(there.ana, thread, "add tea")
    await there.platform.idle()
    assert await there.titles(there.ana) == ["milk", "jam", "tea"]
    assert len(there.answers(thread)) == 3


async def test_slack_asks_to_connect_anew(there: There) -> None:
    """Every few hours; what is said meanwhile is answered, once."""
    first = await there.mention(there.ana, "add milk")
    await there.slack.envelopes.refresh()
    await asyncio.gather(*(there.reply(there.ana, first, f"add {what}") for what in ("bread", "jam", "tea")))
    await there.slack.until(lambda: there.slack.envelopes.connections == 1)
    await there.platform.idle()
    assert sorted(await there.titles(there.ana)) == ["bread", "jam", "milk", "tea"]
    assert len(there.answers(first)) == 4


async def test_a_lost_connection_loses_and_doubles_nothing(there: There) -> None:
    """Slack hands over again what was not acknowledged; what was, is known by its event."""
    first = await there.mention(there.ana, "add milk")
    for number in range(3):
        await there.slack.say(there.ana, there.channel, f"add number {number}", thread=first)
        there.slack.envelopes.disconnect()
    await there.slack.until(lambda: len(there.answers(first)) == 4, seconds=30)
    await there.platform.idle()
    assert sorted(await there.titles(there.ana)) == ["milk", "number 0", "number 1", "number 2"]
    assert len(there.answers(first)) == 4


async def test_a_revoked_token_is_told_once(there: There) -> None:
    """The bot is unhealthy, says what to do, and goes on when the app is installed again."""
    await there.mention(there.ana, "add milk")
    there.slack.revoked = True
    with capture_logs() as logs:
        for _ in range(3):
            refused = there.slack.event(said(there, "add bread"))
            await refused.done.wait()
            await there.platform.idle()
    assert there.platform.trouble
    assert "SLACK_BOT_TOKEN" in there.platform.trouble
    assert len([line for line in logs if line["event"] == "slack.trouble"]) == 1
    there.slack.revoked = False
    await there.mention(there.ana, "add jam")
    await there.platform.idle()
    assert there.platform.trouble is None


async def test_a_token_that_is_refused_at_the_start(there: There) -> None:
    """No crash, no storm of calls: the bot says what is wrong and asks again."""
    await there.stop()
    there.slack.revoked = True
    before = len(there.slack.asked("auth.test"))
    starting = asyncio.create_task(there.start())
    await there.slack.until(lambda: len(there.slack.asked("auth.test")) > before + 1)
    assert not there.platform.connected.is_set()
    assert there.platform.trouble
    assert "SLACK_BOT_TOKEN" in there.platform.trouble
    there.slack.revoked = False
    await starting
    assert there.platform.trouble is None


async def test_no_connection_to_be_had(there: There) -> None:
    """An app token that Slack refuses: said, and asked again until it is right, less and less often."""
    await there.stop()
    there.slack.calls.clear()
    there.slack.fail("apps.connections.open", Fault(error="invalid_auth", times=2))
    with capture_logs() as logs:
        await there.start()
    assert any("invalid_auth" in str(line.get("reason")) for line in logs)
    assert not any("SLACK_BOT_TOKEN" in str(line) for line in logs)
    assert there.platform.trouble is None
    first, second, third = (call.at for call in there.slack.asked("apps.connections.open"))
    assert third - second > 1.5 * (second - first) > 1


async def test_a_drain_lets_turns_finish(stuck: tuple[SlackHarness, StuckCore]) -> None:
    """Told to stop, the bot takes nothing new and ends what it has begun; the next process finds that by its stamp."""
    harness, core = stuck
    slack = harness.slack
    thread = await slack.say(harness.ana, harness.channel, f"<@{slack.bot_user}> hello")
    await core.heard.wait()
    closing = asyncio.create_task(harness.close())
    await slack.until(lambda: not slack.envelopes.connections)
    missed = await slack.say(harness.ana, harness.channel, f"<@{slack.bot_user}> are you there")
    core.let.set()
    await closing
    assert [shown(one) for one in answers(harness, thread)] == ["At last."]
    assert not answers(harness, missed)
    assert slack.envelopes.unacknowledged == 3


async def test_a_turn_that_is_cut_off_says_so(stuck: tuple[SlackHarness, StuckCore]) -> None:
    """A drain has an end; whoever waits is told to say it again."""
    harness, core = stuck
    harness.platform._drain = 0.05
    slack = harness.slack
    thread = await slack.say(harness.ana, harness.channel, f"<@{slack.bot_user}> hello")
    await core.heard.wait()
    await harness.close()
    assert "restarted" in shown(answers(harness, thread)[-1])


async def test_the_next_process_answers_what_the_last_one_did_not_take(there: There) -> None:
    """A message said while nobody was connected waits at Slack."""
    thread = await there.mention(there.ana, "add milk")
    await there.stop()
    await there.slack.say(there.ana, there.channel, "add bread", thread=thread)
    await there.start()
    await there.answered(thread, 2)
    assert await there.titles(there.ana) == ["milk", "bread"]


async def test_a_busy_channel_of_other_peoples_threads_costs_few_reads(there: There) -> None:
    """However much is said in them: the method's tier is left to the bot's own threads."""
    threads = [await there.slack.say(there.ben, there.channel, f"topic {number}") for number in range(40)]
    for round_ in range(10):
        for thread in threads:
            await there.slack.say(there.ben, there.channel, f"word {round_}", thread=thread)
    await there.slack.until(lambda: there.slack.envelopes.unacknowledged == 0)
    await there.platform.idle()
    reads = there.slack.asked("conversations.replies")
    assert len(reads) <= 25
    assert not [call for call in there.slack.calls if call.error]
    await there.slack.say(there.ana, there.channel, f"{there.bot} add milk", thread=threads[3])
    await there.answered(threads[3], 1)
    await there.reply(there.ana, threads[3], "add bread")
    assert await there.titles(there.ana) == ["milk", "bread"]


async def test_a_thread_of_two_thousand_messages(there: There) -> None:
    """A process that knows nothing finds its newest stamp, and the thread's first words don't matter."""
    thread = await there.mention(there.ana, "add milk")
    store, to_ana = there.slack.store, f"<@{there.ana.id}>"
    for number in range(1_000):
        store.add(Posted(store.new_ts(), there.channel.id, f"{to_ana} chat {number}", there.ben.id, thread_ts=thread))
    await there.reply(there.ana, thread, "add bread")
    for number in range(1_000):
        store.add(Posted(store.new_ts(), there.channel.id, f"{to_ana} more {number}", there.ben.id, thread_ts=thread))
    newest = there.answers(thread)[-1].metadata
    await there.restart()
    before = len(there.slack.asked("conversations.replies"))
    await there.reply(there.ana, thread, "add jam")
    assert len(there.slack.asked("conversations.replies")) - before <= 3
    assert newest
    assert await there.titles(there.ana) == ["milk", "bread", "jam"]


async def test_a_warm_thread_is_not_read(there: There) -> None:
    """Once a thread is known, turns in it read nothing of Slack."""
    thread = await there.mention(there.ana, "add milk")
    await there.platform.idle()
    calls = len(there.slack.calls)
    await there.reply(there.ana, thread, "add bread")
    await there.platform.idle()
    made = [call.method for call in there.slack.calls[calls:]]
    assert not [method for method in made if method.startswith(("conversations", "users", "auth"))]
    assert len(made) <= 4


def said(there: There, text: str) -> dict[str, object]:
    """The event of a mention."""
    ts = there.slack.store.new_ts()
    return {
        "type": "app_mention",
        "channel": there.channel.id,
        "user": there.ana.id,
        "text": f"{there.bot} {text}",
        "ts": ts,
    }


def answers(harness: SlackHarness, thread: str) -> list[Posted]:
    """What the bot said in a thread."""
    return [one for one in harness.slack.messages(harness.channel, thread) if one.user == harness.slack.bot_user]


def shown(message: Posted) -> str:
    """A message's words."""
    return "\n".join(str(block["text"]) for block in message.blocks if block["type"] == "markdown") or message.text
