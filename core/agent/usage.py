"""What a run of the model took: tokens, dollars, time, and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from agents import RunResultStreaming
from agents.usage import Usage

from core.agent.failure import Failure
from core.agent.prices import PRICES, known
from core.chat.telemetry import OK, Counter, Histogram
from core.observation import current

log = structlog.get_logger()

_MODELS = frozenset(PRICES)
_FAILURES = frozenset(failure.name.lower() for failure in Failure)
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300)

RUNS = Counter(
    "task_bot.model.runs",
    "Runs of the agent, by how they ended; a turn may take two where something has to be mended.",
    {"model": _MODELS, "outcome": _FAILURES | {OK, "stopped"}},
    unit="{run}",
)
RUN_SECONDS = Histogram(
    "task_bot.model.run.duration",
    "Seconds of a run of the agent: all requests of one try to answer, and the tools between them.",
    {"model": _MODELS},
    buckets=_SECONDS,
    span="model",
    counter=RUNS,
)
FIRST_TEXT = Histogram(
    "task_bot.model.first_text",
    "Seconds until a run's first words.",
    {"model": _MODELS},
    buckets=_SECONDS,
)
REQUESTS = Counter("task_bot.model.requests", "Requests to the model.", {"model": _MODELS}, unit="{request}")
TOKENS = Counter(
    "task_bot.model.tokens",
    "Tokens by how they are paid for; the kinds exclude each other.",
    {"model": _MODELS, "kind": frozenset({"cached", "written", "input", "output"})},
    unit="{token}",
)
DOLLARS = Counter(
    "task_bot.model.dollars", "Dollars by the price table; nothing for models it doesn't have.", {"model": _MODELS}
)


def begin_at_zero(model: str) -> None:
    """Tell of all that may come of a model, before it does."""
    for counter in (RUNS, REQUESTS, TOKENS, DOLLARS):
        counter.zero(model=known(model))


@dataclass(frozen=True, slots=True)
class Spent:
    """The tokens of a run."""

    requests: int
    cached: int
    written: int
    other: int
    """Input that is neither read from the cache nor written to it."""
    output: int

    @classmethod
    def of(cls, usage: Usage) -> Spent:
        """As the SDK has counted."""
        details = usage.input_tokens_details
        cached, written = details.cached_tokens or 0, details.cache_write_tokens or 0
        other = max(0, usage.input_tokens - cached - written)
        return cls(usage.requests, cached, written, other, usage.output_tokens)

    @property
    def input(self) -> int:
        """All of the input."""
        return self.cached + self.written + self.other

    def dollars(self, model: str) -> float:
        """What it cost; 0 where nobody knows the model's price."""
        price = PRICES.get(known(model))
        if price is None:
            return 0.0
        return price.dollars(cached=self.cached, written=self.written, other=self.other, output=self.output)

    def tell(self, model: str) -> None:
        """Count it, and add it to the turn that runs here."""
        name, dollars = known(model), self.dollars(model)
        log.debug(
            "turn.usage",
            requests=self.requests,
            input=self.input,
            cached=self.cached,
            written=self.written,
            output=self.output,
        )
        REQUESTS.add(self.requests, model=name)
        for kind, tokens in (
            ("cached", self.cached), ("written", self.written), ("input", self.other), ("output", self.output),
        ):  # fmt: skip
            TOKENS.add(tokens, model=name, kind=kind)
        DOLLARS.add(dollars, model=name)
        if (turn := current()) is not None:
            turn.requests += self.requests
            turn.input += self.input
            turn.cached += self.cached
            turn.written += self.written
            turn.output += self.output
            turn.dollars = round(turn.dollars + dollars, 6)


class RunWatch:
    """What a run takes, for whoever looks after the bot."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._labels = {"model": known(model)}
        self._span = RUN_SECONDS.begin(**self._labels)
        self._begun = time.monotonic()
        self._spoke = False
        self.outcome = "stopped"

    def spoke(self) -> None:
        """There are words."""
        if not self._spoke:
            FIRST_TEXT.record(time.monotonic() - self._begun, **self._labels)
        self._spoke = True

    def end(self, result: RunResultStreaming) -> None:
        """It is over, however it ended."""
        usage = Spent.of(result.context_wrapper.usage)
        if usage.requests:
            usage.tell(self._model)
        RUN_SECONDS.end(self._span, time.monotonic() - self._begun, **self._labels, outcome=self.outcome)
