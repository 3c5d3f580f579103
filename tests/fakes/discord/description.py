"""Discord's published API description, where it lies beside the project: checks requests and answers against it.

Where it lies somewhere else, the environment variable `DISCORD_OPENAPI` names the file.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY, Schema

_BESIDE = Path(__file__).parents[4] / "shared" / "specs" / "discord-openapi.json"
_NAME = "urn:discord"


def place() -> Path:
    """Where the description is expected."""
    return Path(os.environ.get("DISCORD_OPENAPI") or _BESIDE)


def present() -> bool:
    """Whether the description is there to check against."""
    return place().exists()


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(place().read_text(encoding="utf-8"))
    return described


@cache
def _registry(*, asked: bool) -> Registry[Schema]:
    """The description for answers, or for what is asked: there the service takes ids as numbers too."""
    described = _described()
    if asked:
        schemas = described["components"]["schemas"] | {"SnowflakeType": {"type": ["string", "integer"]}}
        described = described | {"components": described["components"] | {"schemas": schemas}}
    registry: Registry[Schema] = EMPTY_REGISTRY.with_resource(_NAME, DRAFT202012.create_resource(described))
    return registry


@cache
def _operations() -> dict[str, tuple[str, str]]:
    return {
        operation["operationId"]: (path, method)
        for path, methods in _described()["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and "operationId" in operation
    }


@cache
def _validator(operation: str, part: str) -> Draft202012Validator | None:
    """The validator of an operation's request, or of its answer with that status; None where nothing is described."""
    path, method = _operations()[operation]
    steps = ["requestBody"] if part == "request" else ["responses", part]
    here = _described()["paths"][path][method]
    for step in [*steps, "content", "application/json", "schema"]:
        if step not in here:
            return None
        here = here[step]
    pointer = "/".join(_escaped(step) for step in ["paths", path, method, *steps])
    reference = f"{_NAME}#/{pointer}/content/application~1json/schema"
    return Draft202012Validator({"$ref": reference}, registry=_registry(asked=part == "request"))


def _escaped(step: str) -> str:
    """A step of a JSON pointer in an address."""
    return step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def request_problems(operation: str, body: object) -> list[str]:
    """What of a request's body breaks the description; empty when it fits."""
    return _problems(operation, "request", body)


def answer_problems(operation: str, status: int, body: object) -> list[str]:
    """What of an answer's body breaks the description; empty when it fits."""
    if status >= 400:
        return []
    return _problems(operation, str(status), body)


def _problems(operation: str, part: str, body: object) -> list[str]:
    if operation not in _operations():
        return [f"{operation}: the description knows no such operation"]
    validator = _validator(operation, part)
    if validator is None:
        return []
    return [
        f"{operation} {part}{list(error.absolute_path)}: {error.message[:300]}" for error in validator.iter_errors(body)
    ]
