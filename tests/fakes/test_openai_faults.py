"""What can be made to go wrong with the stand-in, as the real SDK sees it."""

from __future__ import annotations

import asyncio
import json

import openai
import pytest
from openai import AsyncOpenAI

from tests.fakes.openai import Fault, OpenAIServer


async def _said(client: AsyncOpenAI, conversation: str | None = None) -> str:
    """The text of one streamed response."""
    stream = await client.responses.create(model="gpt-test", input="hello", conversation=conversation, stream=True)
    return "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("drop", times=1), openai.APIConnectionError),
        (Fault("status", status=503, times=1), openai.InternalServerError),
        (Fault("cut", after=3, times=1), openai.APIConnectionError),
    ],
)
async def test_faults_befall_so_many_requests(
    client: AsyncOpenAI, server: OpenAIServer, fault: Fault, error: type[Exception]
) -> None:
    """A fault set for one request breaks one, and the next is well."""
    server.fail(fault)
    with pytest.raises(error):
        await _said(client)
    assert await _said(client) == "You said: hello"


async def test_a_stream_cut_in_the_middle_keeps_no_half_message(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The input stays, the unfinished answer does not, and the conversation is free again."""
    conversation = (await client.conversations.create()).id
    server.fail(Fault("cut", after=5, times=1))
    with pytest.raises(openai.APIConnectionError):
        await _said(client, conversation)
    await server.settled()
    assert [item["role"] for item in server.store.conversations[conversation].items] == ["user"]
    assert await _said(client, conversation) == "You said: hello"


async def test_an_answer_that_is_no_json(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """It befalls the requests whose path is named, and no other."""
    server.fail(Fault("bad_json", path="/conversations"))
    with pytest.raises(json.JSONDecodeError):
        await client.conversations.create()
    assert await _said(client) == "You said: hello"


async def test_silence_lasts_until_it_is_released(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """An impatient client times out; a patient one is answered once the hanging ends, and so is everyone after."""
    server.fail(Fault("hang"))
    with pytest.raises(openai.APITimeoutError):
        await _said(client.with_options(timeout=0.05))
    patient = asyncio.ensure_future(_said(client))
    await server.wait_for_requests(2)
    assert not patient.done()
    server.release()
    assert await patient == "You said: hello"
    assert await _said(client) == "You said: hello"


async def test_the_server_stops_though_a_request_hangs() -> None:
    """Stopping cuts off what hangs."""
    async with OpenAIServer() as server, AsyncOpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as sdk:
        server.fail(Fault("hang"))
        hanging = asyncio.ensure_future(_said(sdk))
        await server.wait_for_requests(1)
        await server.stop()
        with pytest.raises(openai.APIConnectionError):
            await hanging


@pytest.mark.parametrize(
    ("code", "kind"), [("insufficient_quota", "insufficient_quota"), ("rate_limit_exceeded", "requests")]
)
async def test_a_spent_quota_is_not_a_rate_limit(
    client: AsyncOpenAI, server: OpenAIServer, code: str, kind: str
) -> None:
    """Both are a 429; code and type tell them apart."""
    server.fail(Fault("status", status=429, code=code))
    with pytest.raises(openai.RateLimitError) as refused:
        await _said(client)
    assert (refused.value.code, refused.value.type) == (code, kind)


async def test_the_sdk_tries_again_by_itself(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """A client with retries gets over two refusals, asking three times."""
    server.fail(Fault("status", times=2, status=429, headers={"retry-after-ms": "1"}))
    assert await _said(client.with_options(max_retries=2)) == "You said: hello"
    assert [one.status for one in server.asked()] == [429, 429, 200]


async def test_faults_can_be_cleared(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Without a number a fault lasts until then."""
    server.fail(Fault("status", status=500))
    for _ in range(3):
        with pytest.raises(openai.InternalServerError):
            await _said(client)
    server.faults.clear()
    assert await _said(client) == "You said: hello"
