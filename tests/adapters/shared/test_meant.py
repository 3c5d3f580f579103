"""When people talk among themselves in a thread of the bot's."""

from __future__ import annotations

import pytest

from adapters.shared.meant import Talkers, meant

BOT = "U0BOT"


@pytest.mark.parametrize(
    "text",
    [
        "<@U1> can you take this?",
        "<@!123> did you see that",
        "thanks!",
        "Thank you so much",
        "thanks <@U1|ben>",
        "haha",
        "hahaha good one",
        "LOL",
        ":tada: :tada:",
        "🎉",
        "nice",
        "I agree with <@U1>",
        "danke dir",
    ],
)
def test_among_people(text: str) -> None:
    """They mention one another, thank, laugh."""
    assert not meant(text, BOT, several=True)


@pytest.mark.parametrize(
    "text",
    [
        "what is due today?",
        "add milk",
        "buy milk tomorrow",
        "yes",
        "no",
        "done 3",
        "remind <@U1> to call Ana",
        "what did <@U1> finish?",
        "good morning routine every day at 7",
        "thank you notes for the wedding guests by friday",
        "great wall tickets",
        "",
        "zeig alles",
    ],
)
def test_what_could_be_a_request_is_taken_for_one(text: str) -> None:
    """Rather an answer too many than a task too few."""
    assert meant(text, BOT, several=True)


def test_where_one_person_talks_with_the_bot_all_is_said_to_it() -> None:
    """Thanks, too; but for what mentions somebody."""
    assert meant("thanks!", BOT, several=False)
    assert meant(":tada:", BOT, several=False)
    assert not meant("<@U1> thanks!", BOT, several=False)


def test_who_talks_is_noted_for_each_thread() -> None:
    """The second person makes several of them."""
    talkers = Talkers[str]()
    assert [talkers.several("a", who) for who in ("ana", "ana", "ben", "ana")] == [False, False, True, True]
    assert not talkers.several("b", "ben")
