"""What a turn with one tool costs: tokens read from the cache, written to it, and others, as one conversation grows."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from core.agent.prices import PRICES, Price
from tests.benchmarks.servers import Bot, bot
from tests.benchmarks.table import Figure, Goal
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.openai.accounts import Request

AT = (1, 10, 50, 200)
"""The turns looked at."""
SETTLED_FROM = 10
"""The turn from which on the share read from the cache has to be high."""
MINUTES_BETWEEN = 1
ROW = "Price of a turn"


DEFAULT, MIDDLING = "gpt-6-luna", "gpt-6.1-sol"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a turn, all its requests together."""

    cached: int
    written: int
    other: int
    """Input that is neither read from the cache nor written to it."""
    output: int

    @classmethod
    def of(cls, requests: Sequence[Request]) -> Self:
        """Those of these requests."""
        used = [request.usage for request in requests if request.usage]
        return cls(
            sum(one.cached for one in used),
            sum(one.written for one in used),
            sum(one.input - one.cached - one.written for one in used),
            sum(one.output for one in used),
        )

    @property
    def share(self) -> float:
        """Percent of the input that was read from the cache."""
        return 100 * self.cached / (self.cached + self.written + self.other)

    def dollars(self, price: Price) -> float:
        """What a thousand such turns cost."""
        one = price.dollars(cached=self.cached, written=self.written, other=self.other, output=self.output)
        return 1000 * one


@dataclass(frozen=True, slots=True)
class _Turn:
    tokens: Tokens
    requests: Sequence[int]
    """Bytes of each request to the model."""


def measure(database_url: str) -> list[Figure]:
    """Price the same kind of turn early and late, and the first of another talk soon after."""
    return asyncio.run(_measure(database_url))


async def _measure(database_url: str) -> list[Figure]:
    clock = _Clock(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC))
    async with OpenAIServer() as server, bot(database_url, server.base_url, clock=clock) as ours:
        server.on(
            r"buy milk no\. (\d+)",
            Call("add_task", {"tasks": [{"title": "Buy milk and bread", "due": "tomorrow 5pm", "tags": ["home"]}]}),
            Say("Added for tomorrow at 5 pm."),
        )
        talk = [await _turn(server, ours, clock, "first", number) for number in range(1, max(AT) + 1)]
        warm = await _turn(server, ours, clock, "second", 1)
    return [*_figures(talk), *_goals(talk, warm)]


async def _turn(server: OpenAIServer, ours: Bot, clock: _Clock, thread: str, number: int) -> _Turn:
    clock.at += dt.timedelta(minutes=MINUTES_BETWEEN)
    server.requests.clear()
    text = f"Please remember that I have to buy milk no. {number} and bread tomorrow at five"
    answer = await ours.chat.say(ours.core, text, thread=ours.chat.thread(thread, shared=False))
    if len(answer.receipts) != 1:
        raise RuntimeError(f"the turn went wrong: {answer.text}")
    asked = server.asked()
    return _Turn(Tokens.of(asked), [request.size for request in asked])


def _figures(talk: Sequence[_Turn]) -> list[Figure]:
    """Each turn looked at: its tokens, and dollars for a thousand."""
    figures = []
    for number in AT:
        used = talk[number - 1].tokens
        note = f"{used.cached:,} cached · {used.written:,} written · {used.other:,} other · {used.output:,} output"
        figures.append(
            Figure(
                ROW,
                f"1,000 turns like turn {number}, {DEFAULT}",
                used.dollars(PRICES[DEFAULT]),
                "$",
                note=note,
                detail={name: used.dollars(price) for name, price in PRICES.items()},
            )
        )
    return figures


def _goals(talk: Sequence[_Turn], warm: _Turn) -> list[Figure]:
    default, middling = PRICES[DEFAULT], PRICES[MIDDLING]
    late = talk[SETTLED_FROM - 1 :]
    shares = [turn.tokens.share for turn in late]
    costs = [turn.tokens.dollars(default) for turn in talk]
    first = warm.tokens.dollars(default)
    looked_at = [talk[number - 1] for number in AT]
    dearest = max(range(1, len(talk)), key=lambda index: costs[index])
    sizes = [size for turn in looked_at for size in turn.requests]
    return [
        Figure(ROW, f"the same, {MIDDLING}, turn {max(AT)}", talk[-1].tokens.dollars(middling), "$"),
        Figure(
            ROW,
            "first turn of another talk within half an hour",
            first,
            "$",
            note=f"{warm.tokens.cached:,} cached · {warm.tokens.written:,} written · {warm.tokens.other:,} other",
        ),
        Figure(
            ROW,
            f"input read from the cache, turns {SETTLED_FROM} to {max(AT)} together",
            100
            * sum(turn.tokens.cached for turn in late)
            / sum(turn.tokens.cached + turn.tokens.written + turn.tokens.other for turn in late),
            "%",
            Goal(85, at_least=True),
            f"{sorted(shares)[len(shares) // 2]:.1f} in the middle, {min(shares):.1f} at the least",
        ),
        Figure(ROW, f"turn {max(AT)} / first turn of a talk (cached)", costs[-1] / first, "×", Goal(2)),
        Figure(
            ROW,
            f"turn {max(AT)} / turn 1 (nothing cached yet)",
            costs[-1] / costs[0],
            "×",
            Goal(2),
        ),
        Figure(
            ROW,
            f"all turns from 2 on / first turn of a talk, mean (dearest: turn {dearest + 1})",
            sum(costs[1:]) / len(costs[1:]) / first,
            "×",
            note=f"{costs[dearest] / first:.1f} × at the dearest",
        ),
        Figure(ROW, "requests to the model", max(len(turn.requests) for turn in talk), "requests", Goal(2)),
        Figure(ROW, "bytes of a request, the largest", max(sizes), "bytes", note=f"{min(sizes):,} at the least"),
    ]


@dataclass(slots=True)
class _Clock:
    """A clock that stands where it is put."""

    at: dt.datetime

    def __call__(self) -> dt.datetime:
        return self.at
