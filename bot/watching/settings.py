"""Which signals are wanted: METRICS, and OpenTelemetry's own variables, in the environment or in `.env`.

Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings import Settings
from bot.sources import SettingsError, env_files

PREFIX = "OTEL_"
_PROTOCOL = "http/protobuf"
_EXPORTERS = {"METRICS": frozenset({"otlp", "prometheus", "none"}), "TRACES": frozenset({"otlp", "none"})}


@dataclass(frozen=True, slots=True)
class Watch:
    """What is to be told, and how."""

    prometheus: bool = False
    """Metrics at `/metrics` of the bot's web server."""
    token: str = ""
    """What has to be shown there, if anything."""
    metrics: bool = False
    """Metrics over OTLP."""
    traces: bool = False
    """Traces over OTLP."""
    variables: tuple[tuple[str, str], ...] = ()
    """OpenTelemetry's variables, for the library, which reads nothing but the environment."""

    @property
    def on(self) -> bool:
        """Whether anything is told at all."""
        return self.prometheus or self.metrics or self.traces

    def __repr__(self) -> str:
        return f"Watch(prometheus={self.prometheus}, metrics={self.metrics}, traces={self.traces})"


def load_watch(settings: Settings) -> Watch:
    """Read what is wanted. Raises SettingsError, with a line for each variable that is wrong, never its value."""
    from dotenv import dotenv_values

    told: dict[str, str | None] = {}
    for file in env_files():
        told |= dotenv_values(file)
    given = {name: value for name, value in {**told, **os.environ}.items() if name.startswith(PREFIX) and value}
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    return wanted(given, prometheus=settings.metrics, token=token)


def wanted(given: Mapping[str, str], *, prometheus: bool = False, token: str = "") -> Watch:
    """What OpenTelemetry's variables ask for, beside METRICS. Raises SettingsError."""
    if given.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return Watch()
    problems: list[str] = []
    exporters = {signal: _exporters(given, signal, problems) for signal in _EXPORTERS}
    watch = Watch(
        prometheus=prometheus or "prometheus" in exporters["METRICS"],
        token=token,
        metrics="otlp" in exporters["METRICS"],
        traces="otlp" in exporters["TRACES"],
        variables=tuple(given.items()),
    )
    for signal, sent in (("METRICS", watch.metrics), ("TRACES", watch.traces)):
        if sent:
            _check(given, signal, problems)
    if problems:
        raise SettingsError("\n".join(dict.fromkeys(problems)))
    return watch


def _exporters(given: Mapping[str, str], signal: str, problems: list[str]) -> frozenset[str]:
    """Named ones; otherwise OTLP where there is an address to send to."""
    name = f"OTEL_{signal}_EXPORTER"
    if name not in given:
        return frozenset({"otlp"}) if _endpoint(given, signal) else frozenset()
    named = frozenset(one.strip().lower() for one in given[name].split(",") if one.strip())
    if not named <= _EXPORTERS[signal]:
        problems.append(f"{name} wants {' or '.join(sorted(_EXPORTERS[signal]))}.")
    return named


def _endpoint(given: Mapping[str, str], signal: str) -> tuple[str, str] | None:
    """The variable that says where the signal goes, and what it says."""
    for name in (f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        if name in given:
            return name, given[name]
    return None


def _check(given: Mapping[str, str], signal: str, problems: list[str]) -> None:
    if endpoint := _endpoint(given, signal):
        name, address = endpoint
        if not _is_http(address):
            problems.append(f"{name} wants a URL that starts with https:// or http://, such as http://localhost:4318.")
    for name in (f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if name in given:
            if given[name].strip().lower() != _PROTOCOL:
                problems.append(f"{name} wants {_PROTOCOL}: collectors take it on port 4318.")
            return


def _is_http(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
