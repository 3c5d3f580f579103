"""One turn as whoever looks after the bot sees it: a line in the log, times and a span; never a word of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

from core.chat import Part, Problem, Receipt, Reply, Stamp, Step, Text
from core.chat.metrics import FIRST_WORDS, TURN_SECONDS, Kind, TurnOutcome
from core.chat.telemetry import Span, job, new_job

log = structlog.get_logger()


@dataclass(slots=True)
class Observation:
    """What is known of a turn so far."""

    platform: str
    kind: Kind
    outcome: TurnOutcome = TurnOutcome.ANSWERED
    first: float | None = None
    """Seconds until something was to be read."""
    changes: int = 0
    """Receipts shown."""
    requests: int = 0
    """To the model; what follows are its tokens: of the input, those read from its cache and written to it, too."""
    input: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0
    dollars: float = 0.0

    def saw(self, part: Part) -> None:
        """What is shown tells how it ends, unless somebody knows more: what is refused changes nothing."""
        self.changes += isinstance(part, Receipt)
        if isinstance(part, Problem) and not self.changes and self.outcome is TurnOutcome.ANSWERED:
            self.outcome = TurnOutcome.REFUSED

    def labels(self) -> dict[str, str]:
        """As the metrics have them."""
        return {"platform": self.platform, "kind": self.kind, "outcome": self.outcome}


_current: ContextVar[Observation | None] = ContextVar("observation", default=None)


def current() -> Observation | None:
    """The turn that runs here, if one does."""
    return _current.get()


def note(outcome: TurnOutcome) -> None:
    """Say how the turn that runs here ends."""
    if (turn := _current.get()) is not None:
        turn.outcome = outcome


async def observed(reply: Reply, kind: Kind, platform: str) -> AsyncGenerator[Part, None]:
    """The reply, part by part; when it is over, one line tells of it."""
    turn = Observation(platform, kind)
    span = TURN_SECONDS.begin(**turn.labels())
    identity, begun = new_job(span), time.monotonic()
    try:
        while True:
            with _step(turn, identity, span):
                try:
                    part = await anext(reply)
                except StopAsyncIteration:
                    break
            if turn.first is None and _readable(part):
                turn.first = time.monotonic() - begun
            turn.saw(part)
            yield part
    except (GeneratorExit, asyncio.CancelledError):
        turn.outcome = TurnOutcome.STOPPED
        raise
    finally:
        with _step(turn, identity, span):
            await reply.aclose()
            _tell(turn, span, time.monotonic() - begun)


@contextmanager
def _step(turn: Observation, identity: str, span: Span) -> Iterator[None]:
    """Work on the turn from one part to the next: what a generator sets must not outlast a `yield` of it."""
    token = _current.set(turn)
    try:
        with job(identity, span):
            yield
    finally:
        _current.reset(token)


def _readable(part: Part) -> bool:
    """Whether a person has something to read, other than that the bot is at work."""
    return bool(part.markdown.strip()) if isinstance(part, Text) else not isinstance(part, Stamp | Step)


def _tell(turn: Observation, span: Span, seconds: float) -> None:
    TURN_SECONDS.end(span, seconds, **turn.labels())
    first = {} if turn.first is None else {"first_word": round(turn.first * 1000)}
    if turn.first is not None:
        FIRST_WORDS.record(turn.first, platform=turn.platform, kind=turn.kind)
    spent = {name: getattr(turn, name) for name in ("requests", "input", "cached", "written", "output", "dollars")}
    log.info(
        "turn.ended",
        **turn.labels(),
        milliseconds=round(seconds * 1000),
        **first,
        changes=turn.changes,
        **(spent if turn.requests else {}),
    )
