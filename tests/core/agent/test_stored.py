"""The ids of stored responses stand in their conversation's metadata."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI

from core.agent.stored import MOST, Stored, noted
from tests.fakes.openai import Fault, OpenAIServer
from tests.fakes.openai.state import new_id


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    """The stand-in OpenAI."""
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[AsyncOpenAI]:
    """A client that tries once."""
    async with AsyncOpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as one:
        yield one


def _made(server: OpenAIServer, count: int) -> list[str]:
    ids = [new_id("resp") for _ in range(count)]
    server.store.responses |= {one: {"id": one} for one in ids}
    return ids


async def _noted(client: AsyncOpenAI, conversation: str, ids: list[str]) -> None:
    stored = Stored(client)
    for one in ids:
        stored.made(conversation, one)
    await stored.close()


async def test_several_turns_are_noted_in_two_requests(server: OpenAIServer, client: AsyncOpenAI) -> None:
    """And what else stands in the metadata stays."""
    conversation = server.store.create([], {"purpose": "ours"})
    first, second = _made(server, 3), _made(server, 4)
    await _noted(client, conversation.id, first)
    assert [one.method for one in server.requests] == ["GET", "POST"]
    await _noted(client, conversation.id, second)
    assert noted(conversation.metadata) == [*first, *second]
    assert conversation.metadata["purpose"] == "ours"


async def test_what_does_not_fit_is_deleted_the_oldest_first(server: OpenAIServer, client: AsyncOpenAI) -> None:
    """So that no response is ever stored which nobody can name."""
    conversation = server.store.create([], {})
    ids = _made(server, MOST + 7)
    await _noted(client, conversation.id, ids[:MOST])
    await _noted(client, conversation.id, ids[MOST:])
    assert noted(conversation.metadata) == ids[7:]
    assert list(server.store.responses) == ids[7:]
    assert all(len(value) <= 512 for value in conversation.metadata.values())


async def test_of_a_conversation_that_was_forgotten_meanwhile_they_are_deleted(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    """By another process, which could not know of them."""
    await _noted(client, "conv_gone", _made(server, 2))
    assert server.store.responses == {}


async def test_a_refusal_costs_no_id(server: OpenAIServer, client: AsyncOpenAI) -> None:
    """They are noted by the next try, at the latest when the process ends, or deleted with the conversation."""
    conversation = server.store.create([], {})
    (one,) = _made(server, 1)
    stored = Stored(client, pause=0.0)
    server.fail(Fault("status", times=1, path="/conversations"))
    stored.made(conversation.id, one)
    await server.wait_for_requests(1)
    await server.settled()
    assert noted(conversation.metadata) == []
    await stored.close()
    assert noted(conversation.metadata) == [one]
