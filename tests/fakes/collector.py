"""A collector of OpenTelemetry's: takes traces and metrics over OTLP/HTTP and keeps them.

Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from google.protobuf.json_format import MessageToJson  # type: ignore[import-untyped]
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True, slots=True)
class Span:
    """One span."""

    name: str
    trace: str
    id: str
    parent: str
    labels: dict[str, str]


class Collector:
    """Takes what is exported; `hangs` lets it take everything and answer nothing."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.metrics: set[str] = set()
        """Names."""
        self.raw: list[str] = []
        """All that was sent, as JSON."""
        self.headers: list[dict[str, str]] = []
        self.hangs = False
        self.url = ""
        """For OTEL_EXPORTER_OTLP_ENDPOINT."""
        self._change = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes([web.post("/v1/traces", self._traces), web.post("/v1/metrics", self._metrics)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def until(self, holds: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until it holds; looked at again whenever something came. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds():
                await self._change.wait()

    async def _traces(self, request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(await self._body(request))
        self.raw.append(MessageToJson(sent, ensure_ascii=False))
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    labels = {one.key: one.value.string_value for one in span.attributes}
                    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    self.spans.append(Span(span.name, *ids, labels))
        return await self._taken()

    async def _metrics(self, request: web.Request) -> web.Response:
        sent = ExportMetricsServiceRequest()
        sent.ParseFromString(await self._body(request))
        self.raw.append(MessageToJson(sent, ensure_ascii=False))
        for resource in sent.resource_metrics:
            for scope in resource.scope_metrics:
                self.metrics |= {metric.name for metric in scope.metrics}
        return await self._taken()

    async def _body(self, request: web.Request) -> bytes:
        self.headers.append(dict(request.headers))
        body = await request.read()
        return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body

    async def _taken(self) -> web.Response:
        self._change.set()
        self._change = asyncio.Event()
        if self.hangs:
            await asyncio.Event().wait()
        return web.Response(content_type="application/x-protobuf")
