"""What the stand-in OpenAI answers has the shapes that the SDK and, where it is present, the API description give."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from openai.types.conversations import Conversation, ConversationDeletedResource, ConversationItem
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.fakes import openapi
from tests.fakes.openai import Call, OpenAIServer, Say, script

ORDER = """
response.created response.in_progress
response.output_item.added
response.function_call_arguments.delta response.function_call_arguments.done
response.output_item.done
response.output_item.added response.content_part.added
response.output_text.delta response.output_text.delta response.output_text.done
response.content_part.done response.output_item.done
response.completed
"""
TOOL = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}, "strict": False}


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
    assert [event["type"] for event in events] == ORDER.split()
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert "".join(event["delta"] for event in events if event["type"].endswith("text.delta")) == "two words"
    completed = Response.model_validate(events[-1]["response"])
    assert [item.type for item in completed.output] == ["function_call", "message"]
    assert completed.usage is not None
    assert completed.tools[0].type == "function"
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
        output = {"type": "function_call_output", "call_id": responded["output"][0]["call_id"], "output": "seen"}
        async with session.post(f"{where}/items", json={"items": [output]}) as answer:
            added = await answer.json()
        async with session.get(f"{where}/items/{added['first_id']}") as answer:
            one = await answer.json()
        async with session.get(f"{where}/items", params={"limit": 100, "order": "asc"}) as answer:
            listed = await answer.json()
        async with session.delete(where) as answer:
            deleted = await answer.json()
    assert Conversation.model_validate(created).id.startswith("conv_")
    assert Response.model_validate(responded).output[0].type == "function_call"
    item: TypeAdapter[ConversationItem] = TypeAdapter(ConversationItem)
    kinds = [item.validate_python(shown).type for shown in listed["data"]]
    assert kinds == ["message", "message", "message", "function_call", "function_call_output"]
    assert one == added["data"][0] == listed["data"][-1]
    assert ConversationDeletedResource.model_validate(deleted).deleted
    if openapi.present():
        shapes = {
            "ConversationResource": created,
            "Response": responded,
            "ConversationItemList": listed,
            "ConversationItem": one,
            "DeletedConversationResource": deleted,
        }
        assert [fault for name, body in shapes.items() for fault in openapi.problems(name, body)] == []
