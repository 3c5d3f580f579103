"""What a process holds of threads is bounded, and may be lost without harm."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc

from core.chat import Author, Message, Thread
from core.latest import Latest
from core.threads import Threads

WHO = Author("chat", "acme", "U1", "Ana")
HERE = Thread("chat", "acme", "T1")


def _message(name: str, thread: Thread = HERE) -> Message:
    return Message(name, thread, WHO, "hello", dt.datetime.now(dt.UTC))


def test_the_least_recently_used_entry_goes_first() -> None:
    """Reading an entry keeps it; the one unused for longest is dropped."""
    latest: Latest[str, int] = Latest(2)
    latest.put("a", 1)
    latest.put("b", 2)
    assert latest.get("a") == 1
    latest.put("c", 3)
    assert [latest.get(key) for key in "abc"] == [1, None, 3]


def test_a_message_is_met_once_in_each_thread() -> None:
    """Two threads may have messages of the same id."""
    threads = Threads()
    elsewhere = Thread("chat", "acme", "T2")
    met = [threads.first_sight(_message("m1")), threads.first_sight(_message("m1"))]
    assert met == [True, False]
    assert threads.first_sight(_message("m1", elsewhere))


async def test_a_thread_is_locked_in_the_order_of_arrival() -> None:
    """Whoever waits longest comes next, and a lock nobody holds takes no memory."""
    threads, order = Threads(), list[int]()

    async def turn(number: int) -> None:
        async with threads.lock(HERE):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(turn(number) for number in range(20)))
    assert order == list(range(20))
    gc.collect()
    assert len(threads._locks) == 0
