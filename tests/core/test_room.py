"""Places are given out in turn, person by person."""

from __future__ import annotations

import asyncio

from core.room import Room, person
from tests.fakes.chat import ANA, BEN

A, B = person(ANA), person(BEN)


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
