"""Finding a task by words: one match acts, several ask, none says so."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tasks
from core.chat import Status
from core.errors import Ambiguous, NotFound
from core.tasks import NewTask
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand


@pytest.fixture
async def full(ana: Hand, ben: Hand) -> Hand:
    """Titles that are near to one another."""
    await ben.add("Ben's dentist")
    await ana.add(
        "Buy milk",  # 1
        "Buy milkshake for Ana",  # 2
        "Prepare the meeting",  # 3
        "Morning meeting",  # 4
        "Meeting",  # 5
        NewTask("Call Bob", notes="about the groceries"),  # 6
        "🎉",  # 7
        "去买牛奶",  # 8
        "ÄRZTEHAUS anrufen",  # 9
        "Re-read Catch-22",  # 10
        "Water plants",  # 11
        "Pay the O'Brien bill: 100% \\ 'now'",  # 12
    )
    await ana.do(tasks.complete, [11], now=ana.now)
    return ana


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("milk", [1, 2]),
        ("MILK buy", [1, 2]),
        ("milk ana", [2]),
        ("meetings", [3, 4, 5]),
        ("grocery", [6]),
        ("mee", [3, 4, 5]),
        ("🎉", [7]),
        ("牛奶", [8]),
        ("ärztehaus", [9]),
        ("catch 22", [10]),
        ("Catch-22", [10]),
        ("o'brien", [12]),
        ("100%", [12]),
        ("bill", [12]),
        ("milk & | ! ( :* ')", [1, 2]),
        ("'); DROP TABLE tasks; --", []),
        ("dentist", []),
        ("x" * 100_000, []),
        ("milk " * 20_000, [1, 2]),
        ("q\x00z\ud800", []),
        ("%", [12]),
        ("_", []),
    ],
)
async def test_a_list_can_be_searched(full: Hand, text: str, expected: list[int]) -> None:
    """All words, as beginnings of words or by their stem, in titles and notes; whatever else is typed does no harm."""
    assert await full.numbers(text=text) == expected


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("milk", 1),
        ("the milk one", 1),
        ("milkshake", 2),
        ("meeting", 5),
        ("the meeting task", 5),
        ("morning meetings", 4),
        ("prepare meeting", 3),
        ("groceries", 6),
        ("🎉", 7),
        ("bob", 6),
        ("catch-22", 10),
    ],
)
async def test_one_match_is_the_task_meant(full: Hand, words: str, number: int) -> None:
    """The exact title before whole words, whole words before beginnings; one statement."""
    with counted(full.database) as statements:
        task = await full.do(tasks.resolve_one, words, now=full.now)
    assert task.number == number
    assert len(statements) == 1


async def test_several_matches_ask(full: Hand) -> None:
    """With the choices, the urgent ones first."""
    await full.do(tasks.delete, [5], now=full.now)
    await full.do(tasks.prioritise, [4], 1, now=full.now)
    with pytest.raises(Ambiguous, match="Several tasks are about “the meeting”") as caught:
        await full.do(tasks.resolve_one, "the meeting", now=full.now)
    assert [task.number for task in caught.value.choices] == [4, 3]


async def test_no_match_says_so(full: Hand) -> None:
    """Another account's task is none, a completed one is none of the open ones."""
    for words in ("dentist", "nothing like it", "", "\x00"):
        with pytest.raises(NotFound, match="no open task about"):
            await full.do(tasks.resolve_one, words, now=full.now)
    with pytest.raises(NotFound, match="no open task about “the plants”"):
        await full.do(tasks.resolve_one, "the plants", now=full.now)
    assert (await full.do(tasks.resolve_one, "the plants", status=Status.DONE, now=full.now)).number == 11


@given(text=st.text(max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_text_can_be_searched_for(ana: Hand, text: str) -> None:
    """Nothing that can be typed is an error, and a title is always found by its own words."""
    assert (await ana.find(text=text, status=Status.ALL)).total >= 0
    await ana.do(tasks.match, text, now=ana.now)
    if any(character.isalnum() for character in text):
        await ana.add(f"x{text}")
        assert await ana.do(tasks.match, f"x{text}", now=ana.now) != ()
