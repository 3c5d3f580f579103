"""Where what is measured goes on to OpenTelemetry's SDK: to a collector over OTLP, and to whoever reads `/metrics`."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager

from opentelemetry.metrics import Counter as OtelCounter
from opentelemetry.metrics import Histogram as OtelHistogram
from opentelemetry.metrics import Meter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span as OtelSpan
from opentelemetry.trace import Status, StatusCode, Tracer, format_trace_id, use_span
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot import __version__
from bot.watching.settings import Watch
from core.chat.telemetry import NO_SPAN, Counter, Histogram, Labels, Span

NAME = "task-bot"
CONTENT_TYPE = CONTENT_TYPE_LATEST
_FAILED = frozenset({"error", "failed", "unavailable", "server_error"})
"""Outcomes by which a span is one that failed."""


class Telemetry:
    """The SDK, put together as the settings want it; implements `core.chat.telemetry.Listener`."""

    def __init__(self, watch: Watch) -> None:
        """Begin. The library's threads run until `close`."""
        resource = Resource.create(_attributes(watch))
        self._registry = CollectorRegistry()
        readers: list[MetricReader] = []
        if watch.prometheus:
            from opentelemetry.exporter.prometheus import PrometheusMetricReader

            readers.append(PrometheusMetricReader(registry=self._registry, scope_info_enabled=False))
        if watch.metrics:
            from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
            from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

            readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
        self._meters = MeterProvider(readers, resource, shutdown_on_exit=False)
        self.meter: Meter = self._meters.get_meter(NAME, __version__)
        """For what is looked at now and then rather than told."""
        self._tracers: TracerProvider | None = None
        self._tracer: Tracer | None = None
        if watch.traces:
            self._trace(resource)
        self._counters: dict[str, OtelCounter] = {}
        self._histograms: dict[str, OtelHistogram] = {}

    def _trace(self, resource: Resource) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._tracers.get_tracer(NAME, __version__)

    def add(self, counter: Counter, amount: float, labels: Labels) -> None:
        """See `Listener`."""
        known = self._counters.get(counter.name)
        if known is None:
            known = self._counters[counter.name] = self.meter.create_counter(
                counter.name, counter.unit, counter.description
            )
        known.add(amount, labels)

    def record(self, histogram: Histogram, value: float, labels: Labels) -> None:
        """See `Listener`."""
        known = self._histograms.get(histogram.name)
        if known is None:
            known = self._histograms[histogram.name] = self.meter.create_histogram(
                histogram.name,
                histogram.unit,
                histogram.description,
                explicit_bucket_boundaries_advisory=histogram.buckets or None,
            )
        known.record(value, labels)

    def span(self, name: str, labels: Labels) -> Span:
        """See `Listener`."""
        return NO_SPAN if self._tracer is None else _Span(self._tracer.start_span(name, attributes=dict(labels)))

    def exposition(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self._registry)

    def close(self) -> None:
        """Send what is left, and end the threads. Blocks for as long as the collector takes; may never return."""
        if self._tracers:
            self._tracers.shutdown()
        self._meters.shutdown()


class _Span:
    """A span that tells neither of exceptions nor of anything else but its labels."""

    def __init__(self, span: OtelSpan) -> None:
        self._span = span
        self.trace = format_trace_id(span.get_span_context().trace_id)

    def current(self) -> AbstractContextManager[object]:
        return use_span(self._span, end_on_exit=False, record_exception=False, set_status_on_exception=False)

    def end(self, labels: Labels) -> None:
        self._span.set_attributes(dict(labels))
        if labels.get("outcome") in _FAILED:
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


def _attributes(watch: Watch) -> dict[str, str]:
    """What tells this process from others; a service's name that is set weighs more than ours."""
    attributes = {"service.version": __version__, "service.instance.id": str(uuid.uuid4())}
    named = {name for name, _ in watch.variables}
    resource = dict(watch.variables).get("OTEL_RESOURCE_ATTRIBUTES", "")
    if "OTEL_SERVICE_NAME" not in named and "service.name=" not in resource:
        attributes["service.name"] = NAME
    return attributes
