"""Buckets fill with time and are each person's own; places are given out in turn."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from core.limits import Allowances, Rate, Room, person
from tests.fakes.chat import ANA, BEN

A, B = person(ANA), person(BEN)


class Seconds:
    """A clock that is set by hand."""

    at = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


def test_a_burst_of_ten_and_then_twenty_a_minute() -> None:
    """One more every three seconds, and never more than ten at once."""
    clock = Seconds()
    allowances = Allowances(Rate(10, 20), clock)
    assert [allowances.take(A) for _ in range(11)] == [True] * 10 + [False]
    clock.at = 2.9
    assert not allowances.take(A)
    clock.at = 3.0
    assert [allowances.take(A), allowances.take(A)] == [True, False]
    clock.at = 3_600.0
    assert [allowances.take(A) for _ in range(11)] == [True] * 10 + [False]


def test_one_persons_bucket_is_no_other_ones() -> None:
    """The platform, the workspace and the account tell people apart; a name doesn't."""
    allowances = Allowances(Rate(1, 1), Seconds())
    assert allowances.take(A)
    assert not allowances.take(person(replace(ANA, name="Anna")))
    assert allowances.take(B)
    assert allowances.take(person(replace(ANA, workspace="other")))


def test_one_is_told_once_a_refill() -> None:
    """Thirty seconds, with ten and twenty a minute."""
    clock = Seconds()
    allowances = Allowances(Rate(10, 20), clock)
    assert [allowances.to_tell(A), allowances.to_tell(A), allowances.to_tell(B)] == [True, False, True]
    clock.at = 29.9
    assert not allowances.to_tell(A)
    clock.at = 30.0
    assert allowances.to_tell(A)


def test_a_million_people_take_little_memory() -> None:
    """The buckets of those who have been silent for longest are forgotten."""
    allowances = Allowances(Rate(1, 1), Seconds(), most=10)
    people = [("chat", "acme", str(number)) for number in range(1_000)]
    assert all(allowances.take(one) for one in people)
    assert not allowances.take(people[-1])
    assert allowances.take(people[0])


async def test_who_waits_is_let_in_person_by_person() -> None:
    """However many wait for the same person, the next person's one comes second at the latest."""
    room, order = Room(1, 1), list[str]()
    go = asyncio.Event()

    async def hold(who: tuple[str, str, str], name: str) -> None:
        async with room.place(who):
            order.append(name)
            await go.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(hold(A, "a1"))
        for name in ("a2", "a3", "a4"):
            group.create_task(hold(A, name))
        group.create_task(hold(B, "b1"))
        await asyncio.sleep(0)
        go.set()
    assert order.index("b1") <= 2
    assert sorted(order) == ["a1", "a2", "a3", "a4", "b1"]


async def test_nobody_has_more_than_a_share() -> None:
    """The places beyond it stay free for others."""
    room = Room(3, 2)
    async with room.place(A), room.place(A):
        third = asyncio.ensure_future(room.place(A).__aenter__())
        async with room.place(B):
            assert not third.done()
        third.cancel()
        await asyncio.gather(third, return_exceptions=True)
    async with room.place(A), room.place(A):
        pass
