"""Slack's published shapes of answers and events, where they lie beside the project: what a stand-in may say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

SHAPES = Path(__file__).parents[3] / "shared" / "specs" / "slack"

_CUT = frozenset({"blocks", "attachments", "files", "event_payload", "state", "private_metadata"})
"""What the published shapes leave out."""


def unknown(shape: str, told: Any) -> list[str]:
    """Paths of what is told that the shape doesn't have, or has in another type; nothing without the shapes.

    `shape` is such as `api/chat.postMessage` or `events/MessagePayload`.
    """
    if not (SHAPES / f"{shape}.json").exists():
        return []
    return list(_differences(_published(shape), told, ""))


def tiers() -> dict[str, int]:
    """The rate tier of each method, of those that have a number; nothing without the shapes."""
    path = SHAPES / "rate_limit_tiers.json"
    if not path.exists():
        return {}
    named = json.loads(path.read_text(encoding="utf-8"))
    return {method: int(tier[-1]) for method, tier in named.items() if tier.startswith("Tier")}


@cache
def _published(shape: str) -> Any:
    return json.loads((SHAPES / f"{shape}.json").read_text(encoding="utf-8"))


def _differences(shape: Any, told: Any, path: str) -> Iterator[str]:
    if told is None or shape is None:
        return
    if isinstance(shape, dict) and isinstance(told, dict):
        for name, value in told.items():
            if name in _CUT:
                continue
            if name not in shape:
                yield f"{path}/{name}"
            else:
                yield from _differences(shape[name], value, f"{path}/{name}")
    elif isinstance(shape, list) and isinstance(told, list):
        for index, value in enumerate(told):
            if shape:
                yield from _differences(shape[0], value, f"{path}/{index}")
    elif _kind(shape) != _kind(told):
        yield f"{path}: {_kind(told)} instead of {_kind(shape)}"


def _kind(value: Any) -> str:
    """A JSON type; whole and broken numbers are one."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case _:
            return "array"
