"""Which manifests Slack takes for a new app: those of its schema, without what is closed to new apps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft7Validator

from tests.fakes.slack_shapes import SHAPES

SCHEMA = SHAPES / "manifest.schema.2.0.0.json"
"""Published; where it doesn't lie beside the project, only the rules below are kept."""

CLOSED_FEATURES = {"assistant_view": "use agent_view", "workflow_steps": "steps from apps are retired"}
CLOSED_EVENTS = {
    "assistant_thread_started": "needs assistant_view",
    "assistant_thread_context_changed": "needs assistant_view",
    "workflow_step_execute": "steps from apps are retired",
    "workflow_published": "steps from apps are retired",
}
CLOSED_SCOPES = {
    "bot",
    "client",
    "read",
    "post",
    "identify",
    "chat:write:bot",
    "chat:write:user",
    "workflow.steps:execute",
}
"""Of classic apps, none of which can be created any more, and of steps from apps."""
_NEEDS = {"app_context_changed": "agent_view"}
"""Events that come with a feature alone."""


def problems(manifest: Mapping[str, Any]) -> list[str]:
    """Why Slack refuses it, as `apps.manifest.validate` tells; empty when it takes it."""
    return [*_against_schema(manifest), *_closed(manifest)]


def _against_schema(manifest: Mapping[str, Any]) -> Iterator[str]:
    if SCHEMA.exists():
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        for error in Draft7Validator(schema).iter_errors(manifest):
            yield f"/{'/'.join(map(str, error.absolute_path))}: {error.message}"


def _closed(manifest: Mapping[str, Any]) -> Iterator[str]:
    features = manifest.get("features", {})
    for name, why in CLOSED_FEATURES.items():
        if name in features:
            yield f"/features/{name}: closed to new apps, {why}"
    settings = manifest.get("settings", {})
    for event in settings.get("event_subscriptions", {}).get("bot_events", ()):
        if event in CLOSED_EVENTS:
            yield f"/settings/event_subscriptions/bot_events: {event} is closed to new apps, {CLOSED_EVENTS[event]}"
        elif event in _NEEDS and _NEEDS[event] not in features:
            yield f"/settings/event_subscriptions/bot_events: {event} needs {_NEEDS[event]}"
    for scope in manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()):
        if scope in CLOSED_SCOPES:
            yield f"/oauth_config/scopes/bot: {scope} is closed to new apps"
