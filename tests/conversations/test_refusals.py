"""What Slack refuses once, or for long: the reply comes all the same, once, and no thread is taken for a stranger's."""

from __future__ import annotations

import pytest

from tests.conversations.slack import Workspace
from tests.fakes.slack import Fault


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502),
        Fault(error="internal_error"),
        Fault(error="request_timeout"),
        Fault(cut=True, after=True),
        Fault(status=500, after=True),
    ],
    ids=["502", "internal_error", "request_timeout", "lost answer", "500 though posted"],
)
async def test_a_reply_that_is_refused_once_is_there_once(workspace: Workspace, fault: Fault) -> None:
    """Whether or not Slack had taken it."""
    workspace.slack.fail("chat.startStream", Fault(status=500, times=50))
    workspace.slack.fail("chat.postMessage", fault)
    thread = await workspace.mention(workspace.ana, "hello")
    await workspace.platform.idle()
    assert len(workspace.answers(thread)) == 1


async def test_where_the_bot_may_not_write_the_person_is_told_alone(workspace: Workspace) -> None:
    """Any refusal that no waiting mends."""
    slack, ana = workspace.slack, workspace.ana
    slack.fail("chat.startStream", Fault(status=500, times=50))
    slack.fail("chat.postMessage", Fault(error="missing_scope"))
    await slack.say(ana, workspace.channel, f"{workspace.bot} hello")
    await slack.until(lambda: any("You said" in said.text for said in slack.messages(slack.dm(ana))))


async def test_a_thread_that_cannot_be_read_is_asked_for_again(workspace: Workspace) -> None:
    """Silence says neither that it isn't the bot's nor that there was no conversation."""
    thread = await workspace.mention(workspace.ana, "remember the door")
    await workspace.stop()
    workspace.slack.fail("conversations.history", Fault(error="ratelimited", times=100))
    workspace.slack.fail("users.conversations", Fault(error="missing_scope", times=100))
    await workspace.start()
    workspace.slack.fail("conversations.replies", Fault(status=500, times=2))
    await workspace.reply(workspace.ana, thread, "which?")
    assert len(workspace.openai.store.conversations) == 1


async def test_a_thread_that_cannot_be_read_for_long_is_answered_without_memory(workspace: Workspace) -> None:
    """Within the time that a person waits; the memory is there again afterwards."""
    thread = await workspace.mention(workspace.ana, "remember the door")
    await workspace.stop()
    workspace.slack.fail("users.conversations", Fault(error="missing_scope", times=100))
    await workspace.start()
    workspace.slack.fail("conversations.replies", Fault(error="ratelimited", retry_after=60))
    await workspace.slack.say(workspace.ana, workspace.channel, "add milk", thread=thread)
    await workspace.answered(thread, 2)
    assert "this message alone" in workspace.last(thread)
    await workspace.restart()
    await workspace.reply(workspace.ana, thread, "and which door?")
    assert "this message alone" not in workspace.last(thread)
    assert len(workspace.openai.store.conversations) == 1


async def test_one_read_of_a_channel_tells_of_all_its_threads(workspace: Workspace) -> None:
    """Thirty busy threads of other people cost the bot's own nothing."""
    slack, ana, ben = workspace.slack, workspace.ana, workspace.ben
    roots = [await slack.say(ben, workspace.channel, f"topic {number}") for number in range(30)]
    for root in roots:
        await slack.say(ana, workspace.channel, "yes", thread=root)
    await workspace.stop()
    slack.fail("users.conversations", Fault(error="missing_scope", times=100))
    await workspace.start()
    slack.calls.clear()
    for root in roots:
        await slack.say(ben, workspace.channel, "no", thread=root)
    await slack.until(lambda: slack.envelopes.unacknowledged == 0)
    assert len(slack.asked("conversations.replies")) + len(slack.asked("conversations.history")) <= 3


async def test_a_name_that_slack_does_not_tell_delays_no_answer(workspace: Workspace) -> None:
    """The call hangs for longer than the test has patience; the next answer knows the name, once it has come."""
    slack = workspace.slack
    slack.slow["users.info"] = 3.0
    thread = await workspace.mention(workspace.ben, "hello")
    assert not slack.asked("users.info"), "the answer came before the name"
    await slack.until(lambda: slack.asked("users.info"))
    await workspace.reply(workspace.ben, thread, "it is me")
    assert workspace.openai.asked()[-1].texts()[-1] == "Ben: it is me"


async def test_the_names_of_many_are_read_at_once(workspace: Workspace) -> None:
    """Thirty strangers at the same moment cost a few single calls, and one for the rest."""
    slack = workspace.slack
    people = [slack.user(f"Person {number}", timezone="America/New_York") for number in range(30)]
    slack.calls.clear()
    channel = slack.channel("crowd", members=people)
    wish = 'tool:add_task {"tasks": [{"title": "Tea", "due": "tomorrow 9am"}]}'
    threads = [await slack.say(who, channel, f"{workspace.bot} {wish}") for who in people]

    def answered(thread: str) -> bool:
        return any(one.user == slack.bot_user and one.metadata for one in slack.messages(channel, thread))

    await slack.until(lambda: all(map(answered, threads)), 30)
    assert len(slack.asked("users.info")) <= 11
    assert len(slack.asked("users.list")) == 1
    due = [(await workspace.tasks(who))[0].due for who in people]
    assert {one.zone for one in due if one} == {"America/New_York"}
