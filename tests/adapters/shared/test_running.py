"""Turns that run: in order, stopped, drained."""

from __future__ import annotations

import asyncio

from adapters.shared.running import Cut, Running

HERE, THERE = "here", "there"


async def test_one_at_a_time_in_a_thread_and_threads_side_by_side() -> None:
    """Who comes first is let in first; another thread does not wait."""
    running, order, gate = Running[str](), list[str](), asyncio.Event()

    async def work(name: str, where: str, *, wait: bool) -> None:
        async with running.in_order(where):
            if wait:
                await gate.wait()
            order.append(name)

    here = [asyncio.create_task(work(f"here {n}", HERE, wait=True)) for n in range(3)]
    await asyncio.create_task(work("there", THERE, wait=False))
    gate.set()
    await asyncio.gather(*here)
    assert order == ["there", "here 0", "here 1", "here 2"]


async def test_stop_ends_the_running_turn_of_the_thread_and_lets_it_say_so() -> None:
    """The turn learns why it was cut short, finishes what it shows, and is not cancelled."""
    running, begun, told = Running[str](), asyncio.Event(), list[Cut | None]()

    async def work() -> None:
        async with running.turn(HERE) as turn:
            try:
                begun.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told.append(turn.ended_early())
            told.append(None)

    task = asyncio.create_task(work())
    await begun.wait()
    assert not running.stop(THERE)
    assert running.stop(HERE)
    await task
    assert told == [Cut.STOPPED, None]
    assert not running.stop(HERE)


async def test_draining_lets_turns_finish_and_cuts_what_takes_too_long() -> None:
    """What is done in time ends by itself; the rest is told that the bot is restarted; nothing runs afterwards."""
    running, ended = Running[str](), list[str]()
    release = asyncio.Event()

    async def quick() -> None:
        async with running.in_order(HERE), running.turn(HERE):
            await release.wait()
            ended.append("by itself")

    async def endless() -> None:
        async with running.in_order(THERE), running.turn(THERE) as turn:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cut = turn.ended_early()
                ended.append(cut.name if cut else "killed")

    tasks = [asyncio.create_task(quick()), asyncio.create_task(endless())]
    draining = asyncio.create_task(running.drain(0.2))
    await asyncio.sleep(0)
    release.set()
    await draining
    assert sorted(ended) == ["RESTART", "by itself"]
    assert all(task.done() for task in tasks)


async def test_draining_nothing_takes_no_time() -> None:
    """An idle bot stops at once."""
    await asyncio.wait_for(Running[str]().drain(60), 5)
