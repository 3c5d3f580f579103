"""The stand-in OpenAI keeps the cache contract of GPT-5.6 and later, and each family's rules for its parameters."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from tests.fakes import openapi
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.cache import Usage

LONG = "word " * 1200
"""1,500 tokens by the stand-in's count."""
MARK = {"prompt_cache_breakpoint": {"mode": "explicit"}}


def _says(text: str, *, role: str = "user", marked: bool = False) -> Any:
    part = {"type": "input_text", "text": text} | (MARK if marked else {})
    return {"type": "message", "role": role, "content": [part]}


async def _cost(client: AsyncOpenAI, server: OpenAIServer, given: Any, **more: Any) -> Usage:
    """What the service counted for one request."""
    asked = {"model": "gpt-test", "instructions": LONG, "input": given} | more
    answer = await client.responses.create(**asked)
    usage = server.asked()[-1].usage
    assert usage
    assert answer.usage
    assert answer.usage.input_tokens_details.cached_tokens == usage.cached
    if openapi.present():
        assert openapi.problems("CreateResponse", server.asked()[-1].body) == []
    return usage


async def test_a_talk_reads_what_its_last_turn_wrote(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The implicit breakpoint is at a person's newest message: the next turn reads up to there and writes the rest."""
    conversation = (await client.conversations.create()).id
    first = await _cost(client, server, "hello", conversation=conversation)
    second = await _cost(client, server, "and now?", conversation=conversation)
    assert (first.cached, first.written) == (0, first.input)
    assert second.cached == first.input
    assert second.written == second.input - second.cached


async def test_another_talk_reads_nothing_unless_the_shared_prefix_is_marked(
    client: AsyncOpenAI, server: OpenAIServer
) -> None:
    """Nothing falls back to a shorter prefix: instructions alone are no entry, a marked first item makes them one."""
    await _cost(client, server, "hello")
    assert (await _cost(client, server, "good day")).cached == 0
    shared = _says("Here it begins.", role="developer", marked=True)
    await _cost(client, server, [shared, _says("hello")])
    other = await _cost(client, server, [shared, _says("good day")])
    assert other.cached > 1500
    assert 0 < other.written < 20


async def test_what_changes_before_a_breakpoint_makes_all_behind_it_new(
    client: AsyncOpenAI, server: OpenAIServer
) -> None:
    """A clock in the instructions, another tool, another effort: nothing is read, everything is written."""
    conversation = (await client.conversations.create()).id
    tool = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}, "strict": False}
    await _cost(client, server, "one", conversation=conversation)
    for changed in (
        {"instructions": LONG + "It is 9:01."},
        {"tools": [tool]},
        {"reasoning": {"effort": "high"}},
        {"prompt_cache_key": "another"},
    ):
        assert (await _cost(client, server, "two", conversation=conversation, **changed)).cached == 0


async def test_an_item_that_is_taken_out_again_costs_no_cached_token(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """A note behind the newest message is neither read nor written, and the message before it stays the prefix."""
    conversation = (await client.conversations.create()).id
    first = await _cost(client, server, [_says("one"), _says("9:01", role="developer")], conversation=conversation)
    assert 0 < first.input - first.written < 10
    items = (await client.conversations.items.list(conversation)).data
    (note,) = [item for item in items if item.type == "message" and item.role == "developer"]
    await client.conversations.items.delete(note.id or "", conversation_id=conversation)
    second = await _cost(client, server, [_says("two"), _says("9:02", role="developer")], conversation=conversation)
    assert second.cached == first.written


async def test_explicit_mode_writes_marked_blocks_only(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Four of them, the latest; and a request without any doesn't use the cache."""
    explicit = {"prompt_cache_options": {"mode": "explicit"}}
    assert (await _cost(client, server, "hello", **explicit)).written == 0
    marked = [_says(f"block {number}", marked=True) for number in range(6)]
    written = await _cost(client, server, [*marked, _says("hello")], **explicit)
    assert 0 < written.input - written.written < 10
    for kept, hit in ((2, False), (3, True), (6, True)):
        cut = await _cost(client, server, [*marked[:kept], _says(f"other {kept}")], **explicit)
        assert (cut.cached > 0) == hit


async def test_an_entry_far_back_is_found_at_marked_blocks_only(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Twenty ends of messages before the newest are looked at; of marked blocks the first two and the latest fifty."""
    for marked, between, hit in ((False, 19, True), (False, 21, False), (True, 21, True), (True, 51, True)):
        begun = _says(f"{marked} {between}", marked=marked)
        await _cost(client, server, [begun])
        later = [_says(f"message {number}") for number in range(between)]
        assert ((await _cost(client, server, [begun, *later, _says("now")])).cached > 0) == hit


async def test_a_short_prompt_is_not_kept(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Below 1,024 tokens nothing is written or read."""
    for _ in range(2):
        usage = await _cost(client, server, "hello", instructions="Keep tasks.")
        assert (usage.cached, usage.written) == (0, 0)


async def test_entries_grow_old(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Half an hour after it was last used, an entry is gone; each use keeps it for another one."""
    now = 0.0
    server.cache.clock = lambda: now
    shared = _says("Here it begins.", role="developer", marked=True)
    await _cost(client, server, [shared, _says("one")])
    for now, hit in ((1700.0, True), (3400.0, True), (5300.0, False)):
        assert ((await _cost(client, server, [shared, _says(f"at {now}")])).cached > 0) == hit


async def test_a_prewarmed_cache_is_read_by_the_first_request(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Prewarming writes what the developer begins every talk with, at the price of a write, and generates nothing."""
    begun = _says("Here it begins.", role="developer")
    warmed = await client.responses.create(
        model="gpt-test", instructions=LONG, input=[begun], prompt_cache_options={"prewarm": True}
    )
    assert (warmed.output, warmed.usage and warmed.usage.output_tokens) == ([], 0)
    usage = await _cost(client, server, [begun, _says("hello")])
    assert warmed.usage
    assert usage.cached == warmed.usage.input_tokens


async def test_a_long_talk_is_compacted_when_asked(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Past the threshold one item stands for all before it; the prefix is new then, and short."""
    conversation = (await client.conversations.create()).id
    compaction = {"context_management": [{"type": "compaction", "compact_threshold": 3000}]}
    for number in range(8):
        await _cost(client, server, f"{number} " + "x" * 2000, conversation=conversation, **compaction)
    sizes = [request.usage.input for request in server.asked() if request.usage]
    assert max(sizes) < 4000
    items = (await client.conversations.items.list(conversation, limit=100)).data
    assert "compaction" in {item.type for item in items}
    with pytest.raises(openai.BadRequestError, match="compact_threshold"):
        await client.responses.create(
            model="gpt-test", input="x", context_management=[{"type": "compaction", "compact_threshold": 10}]
        )


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        ("gpt-4.1", {"reasoning": {"effort": "low"}}),
        ("gpt-4.1", {"text": {"verbosity": "low"}}),
        ("gpt-4.1", {"input": [_says("x", marked=True)]}),
        ("gpt-5.5", {"prompt_cache_options": {"mode": "implicit"}}),
        ("gpt-6.2-sol", {"reasoning": {"effort": "none"}}),
        ("gpt-6-luna", {"prompt_cache_options": {"ttl": "1h"}}),
        ("gpt-6-luna", {"prompt_cache_options": {"mode": "implicit"}, "prompt_cache_retention": "24h"}),
        ("gpt-6-luna", {"safety_identifier": "x" * 65}),
    ],
)
async def test_a_model_refuses_what_its_family_does_not_take(model: str, refused: dict[str, Any]) -> None:
    """Effort of models that don't reason, breakpoints of those before GPT-5.6, values nobody knows."""
    async with (
        OpenAIServer(models=(model,)) as server,
        AsyncOpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as client,
    ):
        asked: dict[str, Any] = {"model": model, "input": "x"}
        await client.responses.create(**asked)
        with pytest.raises(openai.BadRequestError):
            await client.responses.create(**(asked | refused))
