"""The model used without a key, or when OpenAI is down: the command grammar behind the SDK's Model interface.

It knows one sentence at a time and remembers nothing. What it can't parse, it says, with two examples.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

from agents import AgentOutputSchemaBase, Handoff, Model, ModelResponse, ModelSettings, ModelTracing, Tool, Usage
from agents.items import TResponseInputItem, TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)
from openai.types.responses.response_prompt_param import ResponsePromptParam

from core.agent.plans import Call, Results, Say, Scene, plan


class OfflineModel(Model):
    """Plans with the grammar and answers by the tools' results; built anew for each turn, with its clock."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> ModelResponse:
        """Answer at once, without a network."""
        return ModelResponse(output=[self._next(input)], usage=Usage(), response_id=None)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """The same answer as events: the text in one delta, then the completed response."""
        item = self._next(input)
        if isinstance(item, ResponseOutputMessage):
            yield _delta(item)
        yield ResponseCompletedEvent(type="response.completed", sequence_number=1, response=_response(item))

    def _next(self, items: str | list[TResponseInputItem]) -> ResponseOutputItem:
        text, results = _read(items)
        match plan(text, results, self._scene):
            case Call(name, arguments):
                return ResponseFunctionToolCall(
                    type="function_call", call_id=f"call_{uuid4().hex}", name=name, arguments=json.dumps(arguments)
                )
            case Say(markdown):
                content = ResponseOutputText(type="output_text", text=markdown, annotations=[])
                return ResponseOutputMessage(
                    id=f"msg_{uuid4().hex}", type="message", role="assistant", status="completed", content=[content]
                )


def _read(items: str | Sequence[TResponseInputItem]) -> tuple[str, Results]:
    """The newest message, and what the tools called since have answered: pairs of tool name and decoded output."""
    if isinstance(items, str):
        return items, []
    text, names, results = "", dict[str, str](), list[tuple[str, dict[str, Any]]]()
    for item in items:
        match item:
            case {"role": "user", "content": str(content)}:
                text, results = content, []
            case {"type": "function_call", "call_id": str(call), "name": str(name)}:
                names[call] = name
            case {"type": "function_call_output", "call_id": str(call), "output": str(output)}:
                results.append((names.get(call, ""), json.loads(output)))
            case _:
                pass
    return text, results


def _delta(message: ResponseOutputMessage) -> ResponseTextDeltaEvent:
    content = message.content[0]
    return ResponseTextDeltaEvent(
        type="response.output_text.delta",
        delta=content.text if isinstance(content, ResponseOutputText) else "",
        item_id=message.id,
        output_index=0,
        content_index=0,
        sequence_number=0,
        logprobs=[],
    )


def _response(item: ResponseOutputItem) -> Response:
    return Response(
        id=f"resp_{uuid4().hex}",
        created_at=0.0,
        model="offline",
        object="response",
        output=[item],
        parallel_tool_calls=False,
        tool_choice="auto",
        tools=[],
    )
