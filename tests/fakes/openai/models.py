"""What each family of models takes, and refuses. Source: the pages of the models, and the prompt caching guide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.openai.brain import Item
from tests.fakes.openai.errors import ApiError

_NO_REASONING = re.compile(r"gpt-(?:3|4)|chatgpt|gpt-[\d.]+-chat")
_ALWAYS_REASONING = re.compile(r"gpt-[\d.]+-astra|gpt-6\.[1-9]|gpt-oss|o\d|gpt-[\d.]+-(?:pro|codex)|gpt-5(?:-|$)")
_BEFORE_BREAKPOINTS = re.compile(r"gpt-(?:3|4|5(?:\.[0-5])?(?:-|$))|chatgpt|o\d")
_MOST_OUTPUT = ((re.compile(r"gpt-3|gpt-4(?:-|$)"), 4096), (re.compile(r"gpt-4o"), 16_384), (re.compile(""), 32_768))
"""Tokens; many take more, none of those less."""
_LEAST_OUTPUT = 16
_LONGEST_IDENTIFIER = 64
_LEAST_THRESHOLD = 1000


def check(asked: Mapping[str, Any], items: Sequence[Item] = ()) -> None:
    """Raise ApiError 400 for what the model, or the service, doesn't take; `items` are the conversation's."""
    model = str(asked["model"])
    if asked.get("reasoning") and _NO_REASONING.match(model):
        raise ApiError(400, f"Unsupported parameter: 'reasoning.effort' is not supported with '{model}'.")
    if (asked.get("reasoning") or {}).get("effort") == "none" and _ALWAYS_REASONING.match(model):
        raise ApiError(400, f"Unsupported value: 'none' is not supported with '{model}'.", param="reasoning.effort")
    if (asked.get("text") or {}).get("verbosity") == "low" and _NO_REASONING.match(model):
        raise ApiError(400, f"Unsupported value: 'low' is not supported with '{model}'.", param="text.verbosity")
    most = next(most for names, most in _MOST_OUTPUT if names.match(model))
    if not _LEAST_OUTPUT <= (asked.get("max_output_tokens") or _LEAST_OUTPUT) <= most:
        raise ApiError(400, f"Invalid 'max_output_tokens': expected 16 to {most}.", param="max_output_tokens")
    if len(asked.get("safety_identifier") or "") > _LONGEST_IDENTIFIER:
        raise ApiError(400, "Invalid 'safety_identifier': string too long.", param="safety_identifier")
    for management in asked.get("context_management") or ():
        if management.get("compact_threshold", _LEAST_THRESHOLD) < _LEAST_THRESHOLD:
            raise ApiError(400, "Invalid 'compact_threshold': at least 1000.", param="context_management")
    _check_tools(asked.get("tools") or ())
    _check_cache(asked, model, items)


def _check_tools(tools: Sequence[Mapping[str, Any]]) -> None:
    """What a function may be called and take. Source: the guide to function calling."""
    if len(tools) > _MOST_TOOLS:
        raise ApiError(400, f"Invalid 'tools': array too long, at most {_MOST_TOOLS}.", param="tools")
    for place, tool in enumerate(tools):
        if not _FUNCTION.fullmatch(str(tool.get("name"))):
            raise ApiError(400, f"Invalid 'tools[{place}].name': string does not match.", param=f"tools[{place}].name")
        schema = tool.get("parameters")
        fits = isinstance(schema, Mapping) and schema.get("type") == "object" and not _NOT_AT_TOP & schema.keys()
        if not fits or not _has_types(schema):
            said = f"Invalid schema for function '{tool['name']}'."
            raise ApiError(400, said, "invalid_function_parameters", param=f"tools[{place}].parameters")


def _has_types(schema: Any) -> bool:
    """Whether each type that is named, however deep, is one of JSON's."""
    if not isinstance(schema, Mapping):
        return True
    kinds = schema.get("type", [])
    held = [*(schema.get("properties") or {}).values(), schema.get("items")]
    return _TYPES.issuperset(kinds if isinstance(kinds, list) else [kinds]) and all(map(_has_types, held))


_MOST_TOOLS = 128
_FUNCTION = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NOT_AT_TOP = frozenset({"oneOf", "anyOf", "allOf", "enum", "not"})
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})


def has_breakpoints(model: str) -> bool:
    """Whether the model keeps the cache of GPT-5.6 and later."""
    return not _BEFORE_BREAKPOINTS.match(model)


def _check_cache(asked: Mapping[str, Any], model: str, items: Sequence[Item]) -> None:
    options = asked.get("prompt_cache_options") or {}
    if options.get("mode", "implicit") not in ("implicit", "explicit") or options.get("ttl", "30m") not in _TTLS:
        raise ApiError(400, "Invalid value in 'prompt_cache_options'.", param="prompt_cache_options")
    if options and asked.get("prompt_cache_retention"):
        raise ApiError(400, "'prompt_cache_options' and 'prompt_cache_retention' exclude each other.")
    if has_breakpoints(model):
        return
    if options or any(_marked(item) for item in (*items, *_items(asked.get("input")))):
        raise ApiError(400, f"Prompt cache breakpoints are not supported with '{model}'.", param="input")


_TTLS = ("30m", "12h")


def _items(given: Any) -> Sequence[Item]:
    return given if isinstance(given, list) else ()


def _marked(item: Item) -> bool:
    content = item.get("content")
    return isinstance(content, list) and any("prompt_cache_breakpoint" in part for part in content)
