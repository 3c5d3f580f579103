"""The stand-in OpenAI keeps the real one's rules, and what it and the bot say to each other is well-formed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
from openai import AsyncOpenAI
from openai.types.conversations import Conversation, ConversationDeletedResource, ConversationItem
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.fakes import openapi
from tests.fakes.openai import Call, Fault, OpenAIServer, Say, script
from tests.fakes.openai.brain import text_of

TOOL = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}, "strict": False}


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    """The stand-in."""
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[AsyncOpenAI]:
    """The real SDK, pointed at it."""
    async with AsyncOpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as connected:
        yield connected


async def _events(server: OpenAIServer, **body: Any) -> list[dict[str, Any]]:
    """The raw events of a streamed response."""
    headers = {"Authorization": "Bearer sk-test"}
    asked = {"model": "gpt-test", "stream": True, **body}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{server.base_url}/responses", json=asked) as answer,
    ):
        lines = (await answer.text()).splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


async def test_streamed_events_are_well_formed(server: OpenAIServer) -> None:
    """Every event of a response with a call and a text is one the SDK knows, numbered in order, and fits its schema."""
    server.brain = script([Call("look", {"a": 1}), Say("two words")])
    events = await _events(server, input="hello", tools=[TOOL])
    known: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
    for event in events:
        assert known.validate_python(event).type == event["type"]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert "".join(event["delta"] for event in events if event["type"].endswith("text.delta")) == "two words"
    if openapi.present():
        broken = [fault for event in events for fault in openapi.problems(openapi.event_schema(event["type"]), event)]
        assert broken == []


async def test_resources_are_well_formed(server: OpenAIServer) -> None:
    """Conversations, their items, lists and deletions have the shapes the SDK and the description give them."""
    headers = {"Authorization": "Bearer sk-test"}
    async with aiohttp.ClientSession(headers=headers) as session:
        items = [{"type": "message", "role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
        async with session.post(f"{server.base_url}/conversations", json={"items": items}) as answer:
            created = await answer.json()
        where = f"{server.base_url}/conversations/{created['id']}"
        async with session.post(
            f"{server.base_url}/responses",
            json={"model": "gpt-test", "input": "tool:look", "tools": [TOOL], "conversation": created["id"]},
        ) as answer:
            responded = await answer.json()
        async with session.get(f"{where}/items", params={"limit": 100, "order": "asc"}) as answer:
            listed = await answer.json()
        async with session.delete(where) as answer:
            deleted = await answer.json()
    assert Conversation.model_validate(created).id.startswith("conv_")
    assert Response.model_validate(responded).output[0].type == "function_call"
    item: TypeAdapter[ConversationItem] = TypeAdapter(ConversationItem)
    kinds = [item.validate_python(one).type for one in listed["data"]]
    assert kinds == ["message", "message", "message", "function_call"]
    assert ConversationDeletedResource.model_validate(deleted).deleted
    if openapi.present():
        shapes = {
            "ConversationResource": created,
            "Response": responded,
            "ConversationItemList": listed,
            "DeletedConversationResource": deleted,
        }
        assert [fault for name, body in shapes.items() for fault in openapi.problems(name, body)] == []


async def test_a_call_without_an_output_blocks_the_conversation(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The next response is refused until the output is there; an output without a call is refused too."""
    server.brain = script(Call("look"), Say("fine"))
    conversation = await client.conversations.create()
    await client.responses.create(model="gpt-test", input="go", conversation=conversation.id)
    with pytest.raises(openai.BadRequestError, match="No tool output found for function call"):
        await client.responses.create(model="gpt-test", input="go on", conversation=conversation.id)
    (call,) = [item for item in server.store.conversations[conversation.id].items if item["type"] == "function_call"]
    output: Any = [{"type": "function_call_output", "call_id": call["call_id"], "output": "seen"}]
    answered = await client.responses.create(model="gpt-test", input=output, conversation=conversation.id)
    assert answered.output_text == "fine"
    with pytest.raises(openai.BadRequestError, match="No tool call found"):
        await client.responses.create(
            model="gpt-test",
            input=[{"type": "function_call_output", "call_id": "call_none", "output": ""}],
            conversation=conversation.id,
        )


async def test_refusals(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Unknown things are 404, a wrong key is 401, a running conversation is locked, twenty items are the most."""
    with pytest.raises(openai.NotFoundError, match="Conversation"):
        await client.responses.create(model="gpt-test", input="x", conversation="conv_none")
    with pytest.raises(openai.NotFoundError) as unknown:
        await client.responses.create(model="gpt-none", input="x")
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.AuthenticationError):
        await client.with_options(api_key="sk-wrong").models.retrieve("gpt-test")
    many: Any = [{"type": "message", "role": "user", "content": "x"}] * 21
    with pytest.raises(openai.BadRequestError):
        await client.conversations.create(items=many)
    conversation = await client.conversations.create()
    server.store.conversations[conversation.id].locked = True
    with pytest.raises(openai.BadRequestError) as locked:
        await client.responses.create(model="gpt-test", input="x", conversation=conversation.id)
    assert locked.value.code == "conversation_locked"


async def test_items_come_in_pages_and_outlive_their_conversation(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Newest first unless asked otherwise; deleting a conversation leaves the items that are still in it."""
    conversation = await client.conversations.create()
    for start in range(0, 45, 15):
        batch: Any = [{"type": "message", "role": "user", "content": str(start + step)} for step in range(15)]
        await client.conversations.items.create(conversation.id, items=batch)
    texts = [text_of(item.model_dump()) async for item in client.conversations.items.list(conversation.id, limit=20)]
    assert texts == [str(number) for number in range(44, -1, -1)]
    await client.conversations.delete(conversation.id)
    assert len(server.store.left_behind) == 45
    with pytest.raises(openai.NotFoundError):
        await client.conversations.items.list(conversation.id)


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


async def _said(client: AsyncOpenAI) -> str:
    stream = await client.responses.create(model="gpt-test", input="hello", stream=True)
    return "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])
