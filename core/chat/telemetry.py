"""What may be watched of a running bot: counters, times and spans, by name, with labels from closed sets.

Nothing is counted, timed or imported before somebody listens; `bot/watching` does, and hands it on to OpenTelemetry. A
label that is in none of its sets is told as `other`: no text, name, id or token can get out this way, whatever a caller
passes.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

Labels = Mapping[str, str]
OTHER = "other"
OK, ERROR = "ok", "error"


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that is counted or measured. Those of one name differ only in the values that labels may have."""

    name: str
    """Dotted, as OpenTelemetry has it: `task_bot.turn.duration`."""
    description: str
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The names of its labels, each with all values it may have."""
    unit: str = "1"
    """UCUM: `s`, `By`, `{token}`."""

    def closed(self, labels: Labels) -> dict[str, str]:
        """The labels as they may be told: those that the instrument has, with values of their sets."""
        return {
            # the library takes an enumeration's member for another value than its text
            name: str(value) if (value := labels.get(name, OTHER)) in values else OTHER
            for name, values in self.labels.items()
        }


@dataclass(frozen=True, slots=True)
class Counter(Instrument):
    """A sum that only grows."""

    def add(self, amount: float = 1, /, **labels: str) -> None:
        """Count so much more."""
        if _listener is not None and amount:
            _listener.add(self, amount, self.closed(labels))

    def zero(self, **labels: str) -> None:
        """Tell all there may be with these labels as 0: whoever looks at a rate sees the first of a kind, too."""
        if _listener is None:
            return
        names = list(self.labels)
        choices = [[labels[name]] if name in labels else sorted(self.labels[name]) for name in names]
        for values in itertools.product(*choices):
            _listener.add(self, 0, self.closed(dict(zip(names, values, strict=True))))


@dataclass(frozen=True, slots=True)
class Histogram(Instrument):
    """How often which value came, most often seconds."""

    unit: str = "s"
    buckets: tuple[float, ...] = ()
    """Upper bounds; none: those of the library."""
    span: str = ""
    """The name of the span that `begin` makes, if it makes one."""
    counter: Counter | None = None
    """What counts the same, by how it ended."""

    def record(self, value: float, **labels: str) -> None:
        """Note one value."""
        if _listener is not None:
            _listener.record(self, value, self.closed(labels))

    def timed(self, **labels: str) -> AbstractContextManager[dict[str, str]]:
        """Time a block. It gets the labels and may change them; `outcome` becomes `error` where the block raises."""
        return nullcontext(labels) if _listener is None else self._timed(labels)

    def begin(self, **labels: str) -> Span:
        """Begin a span of what is measured, which `end` ends."""
        return _listener.span(self.span, self._told(labels)) if _listener and self.span else NO_SPAN

    def end(self, span: Span, seconds: float, **labels: str) -> None:
        """It is over: note how long it took, and how it ended."""
        if _listener is None:
            return
        self.record(seconds, **labels)
        if self.counter:
            self.counter.add(1, **labels)
        span.end(self._told(labels))

    def _told(self, labels: Labels) -> dict[str, str]:
        return self.closed(labels) | (self.counter.closed(labels) if self.counter else {})

    @contextmanager
    def _timed(self, labels: dict[str, str]) -> Iterator[dict[str, str]]:
        labels.setdefault("outcome", OK)
        span, begun = self.begin(**labels), time.monotonic()
        try:
            yield labels
        except BaseException:
            if labels["outcome"] == OK:
                labels["outcome"] = ERROR
            raise
        finally:
            self.end(span, time.monotonic() - begun, **labels)


class Span(Protocol):
    """A piece of work in a trace."""

    @property
    def trace(self) -> str:
        """Id of its trace, 32 hexadecimal digits; empty where nothing is traced."""
        ...

    def current(self) -> AbstractContextManager[object]:
        """Let spans that begin in the block belong below this one. A block must not hold a `yield` of a generator."""
        ...

    def end(self, labels: Labels) -> None:
        """It is over, with these labels in place of those it began with."""
        ...


class Listener(Protocol):
    """Who is told. Labels are closed already."""

    def add(self, counter: Counter, amount: float, labels: Labels) -> None:
        """See `Counter.add`."""
        ...

    def record(self, histogram: Histogram, value: float, labels: Labels) -> None:
        """See `Histogram.record`."""
        ...

    def span(self, name: str, labels: Labels) -> Span:
        """Begin a span below the current one."""
        ...


@dataclass(frozen=True, slots=True)
class _NoSpan:
    trace: str = ""

    def current(self) -> AbstractContextManager[object]:
        return nullcontext()

    def end(self, labels: Labels) -> None:
        pass


NO_SPAN: Span = _NoSpan()

_listener: Listener | None = None
_job: ContextVar[str] = ContextVar("job", default="")


def listen(listener: Listener | None) -> None:
    """Let somebody be told from now on, or nobody any more. One for the process, as of logs."""
    global _listener
    _listener = listener


def on() -> bool:
    """Whether anybody is told."""
    return _listener is not None


def begin(name: str, labels: Labels) -> Span:
    """Begin a span below the current one; whoever begins it ends it."""
    return NO_SPAN if _listener is None else _listener.span(name, labels)


def job_id() -> str:
    """The id of what is being answered here: in the log of all its lines, and its trace's where it is traced."""
    return _job.get()


def new_job(span: Span = NO_SPAN) -> str:
    """The id of what is answered from here on: that of the job this is a part of, the span's trace, or a new one."""
    return _job.get() or span.trace or uuid4().hex


@contextmanager
def job(identity: str, span: Span = NO_SPAN) -> Iterator[None]:
    """Let what is done in the block, and in tasks it begins, be of that job, and spans belong below that one."""
    token = _job.set(identity)
    try:
        with span.current():
            yield
    finally:
        _job.reset(token)


@contextmanager
def handling(name: str = "event") -> Iterator[None]:
    """One thing that came in, or is said unasked: all that is done for it in the block is one job, and one trace."""
    if _job.get():
        yield
        return
    span = begin(name, {})
    try:
        with job(new_job(span), span):
            yield
    finally:
        span.end({})
