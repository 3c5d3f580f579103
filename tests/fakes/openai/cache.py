"""The prompt cache of GPT-5.6 and later, and what a request costs by it.

Source: https://developers.openai.com/api/docs/guides/prompt-caching. The prompt is tools and instructions, then the
conversation's items, then the new input. An entry exists only where a breakpoint was: at the newest message of a person
or a tool (`implicit`), and at content blocks that are marked. Nothing falls back to a shorter prefix without an entry.
Where the guide looks at fewer places than the reference ("the latest 80 breakpoints"), the guide is believed. Models
before GPT-5.6 keep another cache, by intervals, which isn't counted here.
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
FIRST_EXPLICIT, LATEST_EXPLICIT, EARLIER_ENDINGS = 2, 50, 20
"""Where a hit is looked for: marked blocks, and before the implicit breakpoint the ends of messages."""
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
    ending: bool
    """The end of a message that may be an implicit breakpoint."""
    opening: bool
    """The end of the developer's messages that the talk begins with."""


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
        implicit = options.get("mode") != "explicit"
        writing = _to_write(places, implicit=implicit)
        hits = [place for place in _looked_at(places, implicit=implicit) if self._keeps(scope, place)]
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


def cut(text: str, most: int) -> str:
    """So many tokens of it."""
    return text.encode()[: 4 * most].decode(errors="ignore")


def rendered(items: Sequence[Item]) -> Sequence[Item]:
    """The items that the model sees: what a compaction stands for is left out."""
    last = max((index for index, item in enumerate(items) if item["type"] == "compaction"), default=0)
    return items[last:]


def _looked_at(places: Sequence[_Place], *, implicit: bool) -> list[_Place]:
    explicit = [place for place in places if place.explicit]
    looked_at = {*explicit[:FIRST_EXPLICIT], *explicit[-LATEST_EXPLICIT:]}
    if implicit:
        looked_at.update([place for place in places if place.ending][-1 - EARLIER_ENDINGS :])
        looked_at.update(place for place in places if place.opening)
    return [place for place in places if place in looked_at]


def _to_write(places: Sequence[_Place], *, implicit: bool) -> list[_Place]:
    chosen = [place for place in places if place.ending][-1:] if implicit else []
    chosen += [place for place in places if place.explicit][-(MOST_WRITES - len(chosen)) :]
    return [place for place in chosen if place.tokens >= LEAST_TOKENS]


def _places(asked: Mapping[str, Any], items: Sequence[Item]) -> Iterator[_Place]:
    """The ends of the prompt's blocks, in order. Settings that shape the service's own hidden words come first."""
    head = json.dumps(asked.get("tools") or []) + str(asked.get("instructions") or "")
    settings = [asked.get("reasoning"), asked.get("text"), asked.get("parallel_tool_calls")]
    digest = hashlib.sha256(json.dumps([settings, head]).encode())
    total = tokens(head)
    yield _Place(digest.hexdigest(), total, explicit=False, ending=False, opening=False)
    seen = rendered(items)
    opening = next((index for index, item in enumerate(seen) if item.get("role") != "developer"), len(seen)) - 1
    for number, item in enumerate(seen):
        total += _FRAME
        digest.update(f"\n{item['type']} {item.get('role', '')}\n".encode())
        blocks = _blocks(item)
        ending = number == opening or _ends_a_message(item, seen[number + 1 : number + 2])
        for index, (text, explicit) in enumerate(blocks, 1):
            total += tokens(text)
            digest.update(text.encode())
            last = index == len(blocks)
            yield _Place(digest.hexdigest(), total, explicit, ending and last, number == opening and last)


def _ends_a_message(item: Item, following: Sequence[Item]) -> bool:
    """Whether it is a person's message, or the last of the tools' answers that come together."""
    answer = "function_call_output"
    if item["type"] == answer:
        return not any(after["type"] == answer for after in following)
    return item.get("role") == "user"


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
