"""OpenAI's published API description, where it lies beside the project: checks bodies against its schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY, Schema

DESCRIPTION = Path(__file__).parents[3] / "shared" / "specs" / "openai-openapi.json"

_NAME = "urn:openai"


def present() -> bool:
    """Whether the description is there to check against."""
    return DESCRIPTION.exists()


@cache
def _registry() -> Registry[Schema]:
    described = DRAFT202012.create_resource(_either(json.loads(DESCRIPTION.read_text(encoding="utf-8"))))
    registry: Registry[Schema] = EMPTY_REGISTRY.with_resource(_NAME, described)
    return registry


def _either(schema: Any) -> Any:
    """The description with `oneOf` read as `anyOf`: some of its choices overlap.

    An input message whose content is a list of blocks is both of its kinds of message, and the service takes it.
    """
    if isinstance(schema, list):
        return [_either(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {"anyOf" if name == "oneOf" else name: _either(value) for name, value in schema.items()}


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{_NAME}#/components/schemas/{schema}"}, registry=_registry())


def problems(schema: str, body: Any) -> list[str]:
    """What of the body breaks the schema of that name; empty when it fits."""
    return [
        f"{schema}{list(error.absolute_path)}: {error.message[:300]}" for error in _validator(schema).iter_errors(body)
    ]


def event_schema(kind: str) -> str:
    """The schema's name of a streaming event: `response.output_text.delta` is `ResponseTextDeltaEvent`."""
    for name, schema in _events().items():
        if kind in schema:
            return name
    raise AssertionError(f"the description knows no event {kind}")


@cache
def _events() -> dict[str, str]:
    schemas = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["components"]["schemas"]
    return {
        name: json.dumps(schema["properties"]["type"].get("enum"))
        for name, schema in schemas.items()
        if name.endswith("Event") and not name.startswith("Beta") and "type" in schema.get("properties", {})
    }
