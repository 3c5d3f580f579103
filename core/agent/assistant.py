"""The assistant: one Agent for everybody, and the SDK's stream turned into parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import cast

from agents import Agent, ModelSettings, RunConfig, RunContextWrapper, Runner, ToolExecutionConfig
from agents.items import ToolCallOutputItem
from agents.models.default_models import get_default_model, get_default_model_settings
from agents.models.interface import Model
from agents.models.openai_responses import OpenAIResponsesModel
from agents.retry import ModelRetrySettings, RetryDecision, RetryPolicyContext, retry_policies
from agents.stream_events import RawResponsesStreamEvent, RunItemStreamEvent, StreamEvent
from openai import AsyncOpenAI
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputItemAddedEvent, ResponseTextDeltaEvent

from core.agent.context import TurnContext
from core.agent.instructions import instructions
from core.agent.offline import OfflineModel
from core.agent.plans import Scene
from core.agent.tools import discover
from core.chat import Part, Step, TaskList, Text

MAX_TURNS = 8
"""Model calls in one turn: a look, an action, a look, an answer, and room for mending arguments."""
MAX_RETRIES = 2
COMPACT_TOKENS = 60_000
"""From here on the server compacts a conversation: a talk about tasks needs no more, and every turn pays for it."""


class Assistant:
    """Runs the agent. One is built for the process and serves every turn."""

    def __init__(
        self,
        config: Callable[[TurnContext], RunConfig],
        *,
        settings: ModelSettings | None = None,
        patience: float = 20.0,
    ) -> None:
        """`config` tells each turn's model; `patience`: seconds without any event after which a run is given up."""
        self._config = config
        self._patience = patience
        self._agent = Agent[TurnContext](
            name="Task bot",
            instructions=_instructions,
            tools=discover(),
            model_settings=settings or ModelSettings(),
        )

    async def run(self, turn: TurnContext, text: str, conversation: str | None) -> AsyncGenerator[Part, None]:
        """Run the agent on one message, in the conversation if there is one, and yield parts as they come.

        Closing the generator stops the run; what tools have done stays. Raises what `failures.ANY` lists.
        """
        result = Runner.run_streamed(
            self._agent,
            text,
            context=turn,
            max_turns=MAX_TURNS,
            run_config=self._config(turn),
            conversation_id=conversation,
        )
        pending: TaskList | None = None
        # the SDK names the type it returns no closer, but it is a generator, and to be closed like one
        events = cast(AsyncGenerator[StreamEvent, None], result.stream_events())
        watched = _within(self._patience, events)
        try:
            async for event in watched:
                part = _shown(event)
                pending, drained = _drain(turn, pending)
                for receipt in drained:
                    yield receipt
                if isinstance(part, Text) and pending:
                    # of an empty list the words say enough
                    if pending.page.tasks:
                        yield pending
                    pending = None
                if part:
                    yield part
            if pending:
                yield pending
        finally:
            if not result.is_complete:
                result.cancel()
            # returns when the run has wound up: no tool of a stopped turn is still at work when the next turn begins
            await watched.aclose()


def openai_assistant(
    client: AsyncOpenAI, model: str | None, *, patience: float = 20.0, tracing: bool = False
) -> Assistant:
    """The assistant behind OpenAI's Responses API; `model=None` is the SDK's own choice.

    `tracing` sends what people write to OpenAI's dashboard, which the SDK would do unasked.
    """
    name = model or get_default_model()
    ours = ModelSettings(
        truncation="auto",
        context_management=[{"type": "compaction", "compact_threshold": COMPACT_TOKENS}],
        retry=ModelRetrySettings(max_retries=MAX_RETRIES, policy=_worth_retrying),
        timeout=None,
    )
    # built once: a RunConfig is the same for every turn, and not cheap to make
    config = _config(OpenAIResponsesModel(model=name, openai_client=client), tracing=tracing)
    return Assistant(lambda turn: config, settings=get_default_model_settings(name).resolve(ours), patience=patience)


def offline_assistant() -> Assistant:
    """The assistant without OpenAI: the same agent and tools, with the grammar for a model."""
    return Assistant(lambda turn: _config(OfflineModel(_scene(turn))))


def _config(model: Model, *, tracing: bool = False) -> RunConfig:
    return RunConfig(
        model=model,
        tracing_disabled=not tracing,
        # an unknown tool would leave its call without an output, which breaks every later turn
        tool_not_found_behavior="return_error_to_model",
        # a turn's calls take effect in the order the model made them
        tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
    )


async def _within(seconds: float, events: AsyncGenerator[StreamEvent, None]) -> AsyncGenerator[StreamEvent, None]:
    """The events, each within the time that a person waits for a sign. Raises TimeoutError."""
    async with aclosing(events):
        while True:
            try:
                async with asyncio.timeout(seconds):
                    event = await anext(events)
            except StopAsyncIteration:
                return
            yield event


def _worth_retrying(context: RetryPolicyContext) -> object:
    """What the provider suggests, but for a used-up quota, which no waiting of ours refills."""
    if context.normalized.error_code == "insufficient_quota":
        return RetryDecision(retry=False)
    return retry_policies.provider_suggested()(context)


def _scene(turn: TurnContext) -> Scene:
    return Scene(turn.now, turn.actor.locale, turn.actor.morning, turn.about)


def _instructions(context: RunContextWrapper[TurnContext], _agent: Agent[TurnContext]) -> str:
    return instructions(context.context)


def _shown(event: StreamEvent) -> Text | Step | None:
    """The part an event becomes, if a person should see it."""
    match event:
        case RawResponsesStreamEvent(data=ResponseTextDeltaEvent(delta=delta)):
            return Text(delta) if delta else None
        case RawResponsesStreamEvent(data=ResponseOutputItemAddedEvent(item=ResponseFunctionToolCall() as call)):
            return Step(call.call_id, _title(call.name), "running")
        case RunItemStreamEvent(name="tool_output", item=ToolCallOutputItem(raw_item=raw)):
            call_id = raw.get("call_id") if isinstance(raw, dict) else getattr(raw, "call_id", None)
            return Step(str(call_id), "", "done")
        case _:
            return None


def _title(tool: str) -> str:
    """`list_tasks` as people read it."""
    return tool.replace("_", " ").capitalize()


def _drain(turn: TurnContext, pending: TaskList | None) -> tuple[TaskList | None, list[Part]]:
    """Take what the tools have to show. A list waits: if the model acts on what it found, it was a look-up only."""
    drained: list[Part] = []
    for part in turn.parts:
        if isinstance(part, TaskList):
            pending = part
        else:
            pending = None
            drained.append(part)
    turn.parts.clear()
    return pending, drained
