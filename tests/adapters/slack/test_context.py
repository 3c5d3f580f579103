"""What a message stands beside: what was said before it, what came with it, and what is to be said no more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack.attachments import attachments
from adapters.slack.inbound import Place
from core.chat import Attachment, AttachmentKind, Message, Recall, Stamp, StampKind, Text
from tests.adapters.slack.test_contract import SlackHarness
from tests.fakes.slack import Fault, SlackServer

IMAGE = {"id": "F1", "name": "cat.png", "title": "A cat", "mimetype": "image/png", "mode": "hosted"}
CLIP = {"id": "F2", "name": "audio.mp4", "title": "", "mimetype": "video/mp4", "subtype": "slack_audio"}
SNIPPET = {"id": "F3", "name": "x.py", "mimetype": "text/plain", "mode": "snippet", "preview": "print(1)"}
SHARE = {"is_share": True, "author_name": "Ben", "text": "the launch is on <@U1>'s friday", "fallback": "no"}


@pytest.fixture
async def harness() -> AsyncIterator[SlackHarness]:
    """Slack over a core that says what it is told to."""
    async with SlackServer() as slack:
        one = SlackHarness(slack)
        one.core.parts = [Stamp("conv_x", answers="0"), Text("Yes.")]
        await one.ready()
        yield one
        await one.close()


async def recalled(harness: SlackHarness, thread: str, channel: str = "") -> Recall:
    """What the adapter tells of a thread that the bot was called into."""
    await harness.slack.until(lambda: harness.core.asked)
    await harness.platform.idle()
    private = channel.startswith("D")
    return await harness.platform.recall(Place(channel or harness.channel.id, thread, private).thread("T0ACME"))


async def test_a_mention_in_mid_channel_knows_what_was_said_before(harness: SlackHarness) -> None:
    """By whom, oldest first, with what was passed on; one request, and none for a thread that goes on."""
    slack, ana, channel = harness.slack, harness.ana, harness.channel
    ben = slack.user("Ben")
    await slack.say(ben, channel, "we need a cake for friday")
    await slack.say(ben, channel, "", subtype="file_share", files=[IMAGE])
    await slack.say(ben, channel, "has joined", subtype="channel_join")
    thread = await slack.say(ana, channel, f"<@{slack.bot_user}> add this")
    recall = await recalled(harness, thread)
    assert [(said.name, said.text) for said in recall.recent] == [
        ("Ben", "we need a cake for friday"),
        ("Ben", "[image: A cat]"),
    ]
    assert not recall.conversation
    (asked,) = slack.asked("conversations.history")
    assert int(str(asked.args["limit"])) <= 20
    assert not slack.asked("conversations.replies")
    await harness.platform.recall(Place(channel.id, thread).thread("T0ACME"))
    assert len(slack.asked("conversations.history")) == 1


async def test_in_direct_messages_the_ones_before_are_known(harness: SlackHarness) -> None:
    """Each begins a thread of its own, and "that one too" means the one before."""
    slack, dm = harness.slack, harness.slack.dm(harness.ana)
    await slack.say(harness.ana, dm, "add milk")
    thread = await slack.say(harness.ana, dm, "and bread too")
    await slack.until(lambda: len(harness.core.asked) == 2)
    assert [said.text for said in (await recalled(harness, thread, dm.id)).recent] == ["add milk"]


@pytest.mark.parametrize(
    "fault", [Fault(error="missing_scope"), Fault(error="ratelimited", retry_after=60), Fault(status=500, times=2)]
)
async def test_without_it_the_thread_is_answered_all_the_same(harness: SlackHarness, fault: Fault) -> None:
    """What can't be read costs the context and nothing else."""
    harness.slack.fail("conversations.history", fault)
    await harness.slack.say(harness.ana, harness.channel, "we need a cake")
    thread = await harness.slack.say(harness.ana, harness.channel, f"<@{harness.slack.bot_user}> add this")
    assert await recalled(harness, thread) == Recall()
    assert len(harness.slack.messages(harness.channel, thread)) == 2


async def test_a_busy_workspace_spends_no_more_than_the_methods_budget(harness: SlackHarness) -> None:
    """The rest is answered without what was said before."""
    slack = harness.slack
    threads = [await slack.say(harness.ana, harness.channel, f"<@{slack.bot_user}> {number}") for number in range(60)]
    await slack.until(lambda: len(harness.core.asked) == 60)
    for thread in threads:
        await harness.platform.recall(Place(harness.channel.id, thread).thread("T0ACME"))
    assert len(slack.asked("conversations.history")) <= 40
    assert not [call for call in slack.asked("conversations.history") if call.error]


async def test_what_was_forgotten_is_not_told_in_the_next_thread(harness: SlackHarness) -> None:
    """The message that began a thread whose conversation was ended stays between the two."""
    slack, dm = harness.slack, harness.slack.dm(harness.ana)
    first = await slack.say(harness.ana, dm, "my secret")
    await slack.until(lambda: harness.core.asked)
    await harness.platform.idle()
    harness.core.parts = [Stamp(answers="1", kind=StampKind.FORGOTTEN), Text("Forgotten.")]
    await slack.say(harness.ana, dm, "forget", thread=first)
    await slack.until(lambda: len(harness.core.asked) == 2)
    await harness.platform.idle()
    harness.core.parts = [Stamp("conv_y", answers="2"), Text("Hello.")]
    thread = await slack.say(harness.ana, dm, "hello")
    await slack.until(lambda: len(harness.core.asked) == 3)
    assert not (await recalled(harness, thread, dm.id)).recent


async def test_what_comes_with_a_message_is_told(harness: SlackHarness) -> None:
    """Files without a word too, and the words of a message that was passed on."""
    slack = harness.slack
    slack.store.users["U1"] = slack.user("Eve")
    thread = await slack.say(harness.ana, slack.dm(harness.ana), "", subtype="file_share", files=[IMAGE, CLIP, SNIPPET])
    await slack.until(lambda: harness.core.asked)
    await slack.say(harness.ana, slack.dm(harness.ana), "add this", attachments=[SHARE])
    await slack.until(lambda: len(harness.core.asked) == 2)
    files, share = harness.core.asked
    assert isinstance(files, Message)
    assert isinstance(share, Message)
    assert (files.text, files.id) == ("", thread)
    assert files.attachments == (
        Attachment(AttachmentKind.IMAGE, "A cat"),
        Attachment(AttachmentKind.AUDIO, "audio.mp4"),
        Attachment(AttachmentKind.FILE, "x.py", "print(1)"),
    )
    assert share.attachments == (Attachment(AttachmentKind.FORWARD, "Ben", "the launch is on @Eve's friday"),)


@pytest.mark.parametrize("junk", [None, 5, "x", [5], [None], [{}], [{"mimetype": 5, "name": []}], {"is_share": True}])
def test_attachments_of_any_shape_break_nothing(junk: object) -> None:
    """What can't be read is a file without a name at most; link previews are no messages."""
    assert all(one.kind is AttachmentKind.FILE and not one.name for one in attachments({"files": junk}))
    assert attachments({"attachments": junk}) == ()
    assert attachments({"attachments": [{"title": "A page", "from_url": "https://a.example"}]}) == ()
    assert attachments({"files": [{"mode": "tombstone", "name": "gone"}]}) == ()
    assert len(attachments({"files": [IMAGE] * 100})) <= 20
