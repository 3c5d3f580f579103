"""Whole turns of the Agents SDK against the stand-in: what they cost, and what a turn that is stopped leaves behind."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import openai
import pytest
from agents import (
    Agent,
    ModelRetrySettings,
    ModelSettings,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
    function_tool,
    retry_policies,
)
from openai import AsyncOpenAI
from openai.types.responses import ResponseTextDeltaEvent

from tests.fakes import openapi
from tests.fakes.openai import Call, Fault, OpenAIServer, Say, script
from tests.fakes.openai.brain import Item

ROOT = Path(__file__).parents[2]
NEVER = 3600.0
"""Seconds of a pause that the test doesn't sit out."""
REQUESTS = {"/responses": "CreateResponse", "/conversations": "CreateConversationBody"}
TOOL: Any = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}, "strict": False}


def _agent(client: AsyncOpenAI, called: list[str], **settings: Any) -> Agent[None]:
    """An agent with one tool, which keeps what it was called with."""

    @function_tool
    async def add_task(title: str) -> str:
        """Add a task."""
        called.append(title)
        return f"Added {title}."

    model = OpenAIResponsesModel("gpt-test", client)
    return Agent("Tasks", instructions="Keep tasks.", model=model, tools=[add_task], **settings)


async def _turn(agent: Agent[None], text: str, conversation: str) -> tuple[str, list[str]]:
    """One turn: the final answer, and the pieces of text it was streamed in."""
    run = Runner.run_streamed(agent, text, conversation_id=conversation, run_config=RunConfig(tracing_disabled=True))
    pieces = [
        event.data.delta
        async for event in run.stream_events()
        if event.type == "raw_response_event" and isinstance(event.data, ResponseTextDeltaEvent)
    ]
    return str(run.final_output), pieces


def _kinds(server: OpenAIServer, conversation: str) -> list[str]:
    return [item["type"] for item in server.store.conversations[conversation].items]


async def test_a_one_tool_turn_is_two_requests(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The model is asked twice, the second time with the tool's output alone, and the conversation holds all four."""
    called: list[str] = []
    server.on("milk", Call("add_task", {"title": "Buy milk"}), Say("Milk is on the list."))
    conversation = (await client.conversations.create(metadata={"by": "test"})).id
    said, pieces = await _turn(_agent(client, called), "milk please", conversation)
    assert called == ["Buy milk"]
    assert said == "".join(pieces) == "Milk is on the list."
    assert len(pieces) > 1
    assert [(one.method, one.path) for one in server.requests] == [
        ("POST", "/conversations"),
        ("POST", "/responses"),
        ("POST", "/responses"),
    ]
    assert [item["type"] for item in server.requests[2].body["input"]] == ["function_call_output"]
    assert _kinds(server, conversation) == ["message", "function_call", "function_call_output", "message"]
    if openapi.present():
        broken = [fault for one in server.requests for fault in openapi.problems(REQUESTS[one.path], one.body)]
        assert broken == []


async def test_traffic_does_not_grow_with_the_conversation(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The accounts hold the bytes both ways; the twelfth turn of a conversation costs what the second did."""
    agent = _agent(client, [])
    conversation = (await client.conversations.create()).id
    costs = []
    for turn in range(12):
        server.requests.clear()
        await _turn(agent, f'tool:add_task {{"title": "Task {turn:02}"}}', conversation)
        await server.settled()
        assert all(one.size and one.answered and one.status == 200 for one in server.requests)
        costs.append([(one.size, one.answered) for one in server.requests])
    assert costs[1] == costs[11]


async def test_a_stopped_stream_leaves_an_orphaned_call(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Whoever hangs up after a call keeps the call and loses the text that followed; its output mends the talk."""
    server.brain = script([Call("look"), Say("never to be finished")], Say("well again"))
    server.slow(between_deltas_seconds=NEVER)
    conversation = (await client.conversations.create()).id
    stream = await client.responses.create(
        model="gpt-test", input="go", conversation=conversation, tools=[TOOL], stream=True
    )
    async for event in stream:
        if event.type == "response.output_item.done":
            break
    await stream.close()
    await server.settled()
    assert _kinds(server, conversation) == ["message", "function_call"]
    server.slow()
    with pytest.raises(openai.BadRequestError, match="No tool output found for function call call_"):
        await client.responses.create(model="gpt-test", input="and?", conversation=conversation)
    assert _kinds(server, conversation) == ["message", "function_call"]
    call: Item = server.store.conversations[conversation].items[1]
    mended: Any = [{"type": "function_call_output", "call_id": call["call_id"], "output": "stopped"}]
    await client.conversations.items.create(conversation, items=mended)
    answer = await client.responses.create(model="gpt-test", input="and?", conversation=conversation)
    assert answer.output_text == "well again"


async def test_one_response_at_a_time(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """While a response runs its conversation is locked, others are not, and it is free once the client has left."""
    one, other = [(await client.conversations.create()).id for _ in range(2)]
    server.slow(first_token_seconds=NEVER)
    stream = await client.responses.create(model="gpt-test", input="long", conversation=one, stream=True)
    server.slow()
    with pytest.raises(openai.BadRequestError) as locked:
        await client.responses.create(model="gpt-test", input="too soon", conversation=one)
    assert locked.value.code == "conversation_locked"
    assert (await client.responses.create(model="gpt-test", input="here", conversation=other)).output_text
    await stream.close()
    await server.settled()
    assert (await client.responses.create(model="gpt-test", input="now", conversation=one)).output_text
    assert _kinds(server, one) == ["message", "message", "message"]


async def test_a_turn_is_tried_again_after_a_rate_limit(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """With the service's advice followed, two refusals cost two requests and the person notices nothing."""
    retry = ModelRetrySettings(max_retries=3, policy=retry_policies.provider_suggested())
    agent = _agent(client, [], model_settings=ModelSettings(retry=retry))
    conversation = (await client.conversations.create()).id
    advice = {"retry-after-ms": "1"}
    server.fail(Fault("status", times=2, status=429, code="rate_limit_exceeded", headers=advice))
    said, _ = await _turn(agent, "hello", conversation)
    assert said == "You said: hello"
    assert [one.status for one in server.asked()] == [429, 429, 200]


async def test_the_stand_in_runs_as_a_process_of_its_own() -> None:
    """It prints where it listens and runs a turn with the tool that the message names."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.openai", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        base_url = (await process.stdout.readline()).decode().strip()
        async with AsyncOpenAI(api_key="sk-test", base_url=base_url, max_retries=0) as client:
            called: list[str] = []
            conversation = (await client.conversations.create()).id
            said, _ = await _turn(_agent(client, called), 'tool:add_task {"title": "Rest"}', conversation)
        assert (called, said) == (["Rest"], "Done.")
    finally:
        process.terminate()
        await process.wait()
