"""What is told of a turn, and what never can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from core.chat import Problem, Reply, Text
from core.chat.metrics import TURNS, Kind, TurnOutcome, begin_at_zero
from core.chat.telemetry import NO_SPAN, Counter, Histogram, Span, handling, job_id, listen
from core.observation import note, observed
from core.room import Room

WORDS = frozenset({"one", "two"})


@dataclass(slots=True)
class Ears:
    """A listener that keeps what it hears."""

    counted: list[tuple[str, float, dict[str, str]]] = field(default_factory=list)
    recorded: list[tuple[str, float, dict[str, str]]] = field(default_factory=list)

    def add(self, counter: Counter, amount: float, labels: Mapping[str, str]) -> None:
        self.counted.append((counter.name, amount, dict(labels)))

    def record(self, histogram: Histogram, value: float, labels: Mapping[str, str]) -> None:
        self.recorded.append((histogram.name, value, dict(labels)))

    def span(self, name: str, labels: Mapping[str, str]) -> Span:
        return NO_SPAN


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Somebody who listens for the length of a test."""
    heard = Ears()
    listen(heard)
    yield heard
    listen(None)


async def reply(*parts: Text | Problem, seen: list[str] | None = None, outcome: TurnOutcome | None = None) -> Reply:
    """A reply of these parts, which notes under which job it was made."""
    if outcome:
        note(outcome)
    for part in parts:
        if seen is not None:
            seen.append(job_id())
        yield part


async def pulled(told: Reply, most: int = 100) -> list[object]:
    """So many of its parts; then it is closed."""
    taken: list[object] = []
    async with aclosing(told) as parts:
        async for part in parts:
            taken.append(part)
            if len(taken) >= most:
                break
    return taken


def test_a_label_that_is_in_no_list_is_told_as_other(ears: Ears) -> None:
    """Whatever a caller passes: words, an id, nothing at all, or a label that there isn't."""
    counter = Counter("c", "", {"word": WORDS})
    counter.add(word="one")
    counter.add(word="my zeppelin")
    counter.add(2, person="U123")
    assert ears.counted == [("c", 1, {"word": "one"}), ("c", 1, {"word": "other"}), ("c", 2, {"word": "other"})]


def test_what_may_come_is_told_before_it_does(ears: Ears) -> None:
    """Each combination once, as 0: a rate begins with the first failure and not with the second."""
    begin_at_zero(["slack"])
    turns = [labels for name, amount, labels in ears.counted if name == TURNS.name and amount == 0]
    assert len(turns) == len(Kind) * len(TurnOutcome)
    assert {labels["platform"] for labels in turns} == {"slack"}


@pytest.mark.parametrize(
    ("parts", "noted", "most", "outcome"),
    [
        ((Text("fine"),), None, 100, TurnOutcome.ANSWERED),
        ((Text("sorry"),), TurnOutcome.FELL_BACK, 100, TurnOutcome.FELL_BACK),
        ((Problem("no such task"),), None, 100, TurnOutcome.REFUSED),
        ((Text("a long"), Text(" story")), None, 1, TurnOutcome.STOPPED),
    ],
)
async def test_a_turn_is_told_once_however_it_ends(
    ears: Ears, parts: tuple[Text | Problem, ...], noted: TurnOutcome | None, most: int, outcome: TurnOutcome
) -> None:
    """One count, one time, one line, with how it ended."""
    with capture_logs() as logs:
        await pulled(observed(reply(*parts, outcome=noted), Kind.MESSAGE, "slack"), most)
    labels = {"platform": "slack", "kind": "message", "outcome": str(outcome)}
    assert [entry for entry in ears.counted if entry[0] == TURNS.name] == [(TURNS.name, 1, labels)]
    (line,) = [line for line in logs if line["event"] == "turn.ended"]
    assert line["outcome"] == outcome
    assert "first_word" in line


async def test_all_of_a_turn_is_one_job_and_the_next_is_another() -> None:
    """Alone each turn has an id; within what a platform hands over, all has that one's. It ends with the turn."""
    first, second = list[str](), list[str]()
    await pulled(observed(reply(Text("a"), Text("b"), seen=first), Kind.MESSAGE, "slack"))
    assert job_id() == ""
    with handling():
        outer = job_id()
        await pulled(observed(reply(Text("c"), seen=second), Kind.MESSAGE, "slack"))
        assert job_id() == outer
    assert len(set(first)) == 1
    assert second == [outer]
    assert first[0] != outer


async def test_who_waits_for_a_place_is_measured(ears: Ears) -> None:
    """Under the queue's name, and nothing of who it is."""
    room = Room(1, 1, "begin")
    async with room.place(("slack", "T1", "U1")):
        pass
    ((name, _, labels),) = ears.recorded
    assert (name, labels) == ("task_bot.queue.wait", {"queue": "begin"})
