"""Requests to the model and their bytes as one conversation grows, and the small requests behind the turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.benchmarks.servers import Bot, bot, call
from tests.benchmarks.table import Figure, Goal
from tests.fakes.openai import OpenAIServer

AT = (2, 10, 50, 200)
"""The turns looked at."""
REQUESTS = Goal(2)
GROWTH = Goal(5)

Say = Callable[[int], str]


def measure(database_url: str) -> list[Figure]:
    """Count the requests' bodies, as the server got them, of the same kind of turn early and late."""
    return asyncio.run(_measure(database_url))


async def _measure(database_url: str) -> list[Figure]:
    async with OpenAIServer() as server, bot(database_url, server.base_url) as ours:
        adding = await _figures(server, ours, "adding", _add)
        for number in range(10):
            await ours.chat.say(ours.core, _add(number), thread=ours.chat.thread("before"))
        return adding + await _figures(server, ours, "completing", _complete_or_reopen)


def _add(turn: int) -> str:
    return call("add_task", f'{{"tasks":[{{"title":"Buy milk no. {turn:04}"}}]}}')


def _complete_or_reopen(turn: int) -> str:
    """The turns looked at are even: they all complete."""
    return call("reopen_task" if turn % 2 else "complete_task", '{"numbers":[1]}')


async def _figures(server: OpenAIServer, ours: Bot, name: str, say: Say) -> list[Figure]:
    counted: dict[int, tuple[int, int]] = {}
    behind = 0
    thread = ours.chat.thread(f"traffic-{name}")
    for turn in range(1, max(AT) + 1):
        behind += len(server.requests) - len(server.asked())
        server.requests.clear()
        answer = await ours.chat.say(ours.core, say(turn), thread=thread)
        if len(answer.receipts) != 1:
            raise RuntimeError(f"the turn went wrong: {answer.text}")
        asked = server.asked()
        counted[turn] = len(asked), sum(request.size for request in asked)
    sizes = [counted[turn][1] for turn in AT]
    growth = (max(sizes) / min(sizes) - 1) * 100
    row, where = "Traffic to OpenAI", f"turns {', '.join(map(str, AT))}"
    requests = max(counted[turn][0] for turn in AT)
    detail = {f"turn {turn}": {"requests": counted[turn][0], "bytes": counted[turn][1]} for turn in AT}
    return [
        Figure(row, f"requests a turn, {name}", requests, "requests", REQUESTS, f"the most, at {where}", detail),
        Figure(
            row, f"small ones behind a turn, {name}", behind / max(AT), "requests", note="the briefing is taken out"
        ),
        Figure(
            row, f"bytes, {name}: from least to most", growth, "%", GROWTH, " · ".join(f"{size:,}" for size in sizes)
        ),
    ]
