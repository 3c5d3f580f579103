"""The prompt cache of GPT-5.6 and later, and what a request costs by it.

Source: https://developers.openai.com/api/docs/guides/prompt-caching. The prompt is tools and instructions, then the
conversation's items, then the new input. An entry exists only where a breakpoint was: at the newest message of a person
or a tool (`implicit`), and at content blocks that are marked. Nothing falls back to a shorter prefix without an entry.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.openai.brain import Item
from tests.fakes.openai.models import has_breakpoints

LEAST_TOKENS = 1024
"""A shorter prefix is not kept."""
MOST_WRITES = 4
"""Breakpoints that one request writes, the implicit one among them."""
LOOKED_AT = 80
"""So many of the latest breakpoints are looked at for a hit."""
LIFETIME = {"30m": 1800.0, "12h": 43200.0}
_FRAME = 4
"""Tokens around an item, for its role and kind."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one response. Of the input, each is read from the cache, written to it, or neither."""

    input: int
    cached: int
    written: int
    output: int

    def resource(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "input_tokens": self.input,
            "input_tokens_details": {"cached_tokens": self.cached, "cache_write_tokens": self.written},
            "output_tokens": self.output,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": self.input + self.output,
        }


@dataclass(frozen=True, slots=True)
class _Place:
    """Somewhere a prefix of the prompt may end."""

    digest: str
    tokens: int
    """Of the prompt up to here."""
    explicit: bool
    newest_of_a_message: bool
    """The end of a message of a person or a tool."""


@dataclass(slots=True)
class PromptCache:
    """What was kept, for each model and `prompt_cache_key`."""

    clock: Callable[[], float] = time.monotonic
    """Seconds; a test that lets entries grow old puts its own here."""
    _entries: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """Until when a prefix is kept."""

    def read_and_write(self, asked: Mapping[str, Any], items: Sequence[Item]) -> tuple[int, int, int]:
        """Tokens of the prompt, those read, and those written; what is to be kept is kept from now on."""
        places = list(_places(asked, items))
        total = places[-1].tokens
        if not has_breakpoints(str(asked["model"])):
            return total, 0, 0
        options = asked.get("prompt_cache_options") or {}
        until = self.clock() + LIFETIME[options.get("ttl", "30m")]
        scope = str(asked["model"]), str(asked.get("prompt_cache_key") or "")
        writing = _to_write(places, implicit=options.get("mode") != "explicit")
        looked_at = [place for place in places if place.explicit or place.newest_of_a_message][-LOOKED_AT:]
        # without a breakpoint of its own, a request in explicit mode doesn't use the cache
        hits = [place for place in looked_at if writing and self._keeps(scope, place)]
        cached = max((place.tokens for place in hits), default=0)
        written = max((place.tokens - cached for place in writing if place.tokens > cached), default=0)
        for place in (*writing, *hits[-1:]):
            self._entries[(*scope, place.digest)] = until
        return total, cached, written

    def _keeps(self, scope: tuple[str, str], place: _Place) -> bool:
        return self._entries.get((*scope, place.digest), 0.0) > self.clock()


def tokens(text: str) -> int:
    """About four bytes a token."""
    return -(-len(text.encode()) // 4)


def rendered(items: Sequence[Item]) -> Sequence[Item]:
    """The items that the model sees: what a compaction stands for is left out."""
    last = max((index for index, item in enumerate(items) if item["type"] == "compaction"), default=0)
    return items[last:]


def _to_write(places: Sequence[_Place], *, implicit: bool) -> list[_Place]:
    chosen = [place for place in places if place.newest_of_a_message][-1:] if implicit else []
    chosen += [place for place in places if place.explicit][-(MOST_WRITES - len(chosen)) :]
    return [place for place in chosen if place.tokens >= LEAST_TOKENS]


def _places(asked: Mapping[str, Any], items: Sequence[Item]) -> Iterator[_Place]:
    """The ends of the prompt's blocks, in order. Effort and verbosity shape the first, hidden words."""
    head = json.dumps(asked.get("tools") or []) + str(asked.get("instructions") or "")
    digest = hashlib.sha256(json.dumps([asked.get("reasoning"), asked.get("text"), head]).encode())
    total = tokens(head)
    yield _Place(digest.hexdigest(), total, explicit=False, newest_of_a_message=False)
    for item in rendered(items):
        total += _FRAME
        digest.update(f"\n{item['type']} {item.get('role', '')}\n".encode())
        blocks = _blocks(item)
        for index, (text, explicit) in enumerate(blocks, 1):
            total += tokens(text)
            digest.update(text.encode())
            message = item.get("role") == "user" or item["type"] == "function_call_output"
            yield _Place(digest.hexdigest(), total, explicit, message and index == len(blocks))


def _blocks(item: Item) -> list[tuple[str, bool]]:
    """The texts of an item, and which of them end at a marked breakpoint."""
    match item["type"]:
        case "message":
            return [(part.get("text", ""), "prompt_cache_breakpoint" in part) for part in item["content"]]
        case "function_call":
            return [(item["name"] + item["arguments"], False)]
        case "function_call_output":
            output = item["output"]
            return [(output if isinstance(output, str) else json.dumps(output), False)]
        case _:
            return [(str(item.get("encrypted_content", "")), False)]
