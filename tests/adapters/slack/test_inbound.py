"""From Slack's events to what the core takes."""

from __future__ import annotations

import datetime as dt

import pytest

from adapters.slack.inbound import Place, instant, mentions, place, readable, spoken, where

NAMES = {"U1": "Ana", "U2": "Ben & Söhne"}
SAID = {"type": "message", "user": "U1", "channel": "C1", "ts": "1700000000.000100", "text": "hello"}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@UBOT> add milk", "add milk"),
        ("hey <@UBOT>, add milk", "hey , add milk"),
        ("ask <@U1> about it", "ask @Ana about it"),
        ("ask <@U2|ben>", "ask @ben"),
        ("ask <@U9>", "ask @U9"),
        ("see <#C1|general>", "see #general"),
        ("see <https://a.example/x?a=1&amp;b=2>", "see https://a.example/x?a=1&b=2"),
        ("see <https://a.example|the plan>", "see the plan (https://a.example)"),
        ("see <https://a.example|a.example>", "see https://a.example"),
        ("write to <mailto:ana@example.com|ana@example.com>", "write to ana@example.com"),
        ("call <tel:+49301234|030 1234>", "call 030 1234"),
        ("<!here> look", "@here look"),
        ("<!subteam^S1|@team> look", "@team look"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("1 &lt; 2 and <b", "1 < 2 and <b"),
        ("line one\nline two", "line one\nline two"),
    ],
)
def test_markup_becomes_what_a_person_reads(text: str, plain: str) -> None:
    """Names for ids, addresses for links, characters for entities, and the bot's own mention gone."""
    assert readable(text, NAMES, "UBOT") == plain


def test_the_mentioned_are_the_ids() -> None:
    """Everybody mentioned once, the bot included."""
    assert mentions("<@U1> and <@U2|ben> and <#C1|x> and <@U1>") == {"U1", "U2"}


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"bot_profile": {"id": "B1"}},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"subtype": "assistant_app_thread"},
        {"edited": {"user": "U1", "ts": "1"}},
        {"hidden": True},
        {"user": "USLACKBOT"},
        {"user": ""},
        {"user": None},
        {"ts": None},
        {"channel": None},
    ],
)
def test_what_no_person_says_is_not_heard(change: dict[str, object]) -> None:
    """Bots, edits, joins and broken events."""
    assert spoken(SAID)
    assert not spoken({**SAID, **change})


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_some_subtypes_are_speech(subtype: str) -> None:
    """A reply also sent to the channel, a file with words, and /me."""
    assert spoken({**SAID, "subtype": subtype})


def test_a_message_outside_of_threads_begins_one() -> None:
    """Its own timestamp is the thread's; a direct message is nobody else's."""
    assert where(SAID) == Place("C1", "1700000000.000100")
    assert where({**SAID, "thread_ts": "1.2"}) == Place("C1", "1.2")
    assert where({**SAID, "channel": "D1", "channel_type": "im"}) == Place("D1", "1700000000.000100", private=True)
    assert where({**SAID, "channel": "D1"}).private


def test_a_thread_goes_to_the_core_and_back() -> None:
    """The core's thread tells the place again."""
    for there in (Place("C1", "1.2"), Place("D1", "3.4", private=True)):
        assert place(there.thread("T1")) == there
        assert there.thread("T1").shared is not there.private


def test_timestamps_are_instants() -> None:
    """Seconds since 1970 in UTC; what is none counts as now."""
    assert instant("1700000000.000100") == dt.datetime(2023, 11, 14, 22, 13, 20, 100, dt.UTC)
    assert abs(dt.datetime.now(dt.UTC) - instant("junk")) < dt.timedelta(minutes=1)
    assert abs(dt.datetime.now(dt.UTC) - instant("9" * 40)) < dt.timedelta(minutes=1)
