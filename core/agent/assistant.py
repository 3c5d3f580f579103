"""The assistant: one Agent for everybody, and the SDK's stream turned into parts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from agents import Agent, ModelSettings, RunConfig, Runner, Tool, ToolExecutionConfig
from agents.items import TResponseInputItem
from agents.models.interface import Model
from agents.stream_events import RawResponsesStreamEvent, StreamEvent
from openai.types.responses import (
    ResponseCreatedEvent,
    ResponseInProgressEvent,
    ResponseQueuedEvent,
)

from core.agent import failures
from core.agent.cleanup import Cleanup
from core.agent.failures import TooLongError, TooSlowError
from core.agent.functions import functions
from core.agent.instructions import instructions
from core.agent.showing import Showing
from core.agent.stored import Stored
from core.agent.usage import RunWatch
from core.chat import Part, Text
from core.chat.telemetry import OK
from core.tools.context import TurnContext
from core.tools.openly import openly

if TYPE_CHECKING:
    from core.agent.servers.servers import Servers

LONGEST_RUN = 300.0
"""Seconds that a run may take in all, however many signs of life come."""
MAX_TURNS = 8
"""Model calls in one turn: a look, an action, a look, an answer, and room for mending arguments."""

Compose = Callable[[str | None, TurnContext], str | list[TResponseInputItem]]
"""From a person's words to the input of a run; None where it goes on without any."""


class Assistant:
    """Runs the agent. One is built for the process and serves every turn."""

    def __init__(
        self,
        config: Callable[[TurnContext, str | None], RunConfig],
        *,
        model: str = "",
        settings: ModelSettings | None = None,
        compose: Compose = lambda text, _turn: text or "",
        cleanup: Cleanup | None = None,
        stored: Stored | None = None,
        servers: Servers | None = None,
        translates: bool = False,
        patience: float = 20.0,
        longest: float = LONGEST_RUN,
    ) -> None:
        """`config` tells each turn's model, also by its conversation; `translates`: see `TurnContext.translates`.

        `servers` have tools of their own. `model` is the name by which its tokens are counted. `cleanup` takes out of a
        conversation what `compose` has added for one turn. `stored` is told of the responses made, where OpenAI
        stores them. `patience`: seconds without any event after which a run is given up; `longest`: seconds after which
        it is in any case.
        """
        self._config = config
        self._model = model
        self._compose = compose
        self._cleanup = cleanup
        self._stored = stored
        self._servers = servers
        self._translates = translates
        self._patience = patience
        self._longest = longest
        self._agent = Agent[TurnContext](
            name="Task bot",
            instructions=instructions(services=servers is not None),
            tools=functions(),
            model_settings=settings or ModelSettings(),
        )

    async def close(self) -> None:
        """Wait a moment for what goes on behind turns that have ended."""
        if self._cleanup:
            await self._cleanup.close()
        if self._stored:
            await self._stored.close()

    async def run(self, turn: TurnContext, text: str | None, conversation: str | None) -> AsyncGenerator[Part, None]:
        """Run the agent on one message, in the conversation if there is one, and yield parts as they come.

        Without a message it goes on from what the conversation holds.

        Closing the generator stops the run; what tools have done stays. Raises what `failures.ANY` lists.
        """
        turn.translates, turn.remembers = self._translates, conversation is not None
        turn.open_tasks = openly(turn, turn.open_tasks)
        if conversation and self._cleanup:
            await self._cleanup.settled(conversation)
        result = Runner.run_streamed(
            self._equipped(turn),
            self._compose(text, turn),
            context=turn,
            max_turns=MAX_TURNS,
            run_config=self._config(turn, conversation),
            conversation_id=conversation,
        )
        shown = Showing(turn)
        # the SDK names the type it returns no closer, but it is a generator, and to be closed like one
        events = cast(AsyncGenerator[StreamEvent, None], result.stream_events())
        watched = _within(self._patience, self._longest, events, turn)
        accepted = False
        watch = RunWatch(self._model)
        try:
            async for event in watched:
                accepted = accepted or isinstance(event, RawResponsesStreamEvent)
                self._note(event, conversation)
                for part in shown.take(event):
                    if isinstance(part, Text):
                        watch.spoke()
                    yield part
                if shown.too_long:
                    raise TooLongError
            for part in shown.rest():
                yield part
            watch.outcome = OK
        except failures.ANY as error:
            watch.outcome = failures.classify(error).name.lower()
            raise
        finally:
            try:
                if not result.is_complete:
                    result.cancel()
                # returns when the run has wound up: no tool of a stopped turn is still at work when the next begins
                await watched.aclose()
            finally:
                self._tidy(turn, conversation, accepted=accepted)
                watch.end(result)

    def refused(self, turn: TurnContext, parameter: str) -> None:
        """Do without the tool that OpenAI refuses, as `tools[12].parameters`; without all of others' if it is ours."""
        if self._servers is not None:
            found = re.match(r"tools\[(\d{1,3})\]", parameter)
            place = int(found[1]) if found else len(turn.offered)
            self._servers.refuse(turn.offered[place] if place < len(turn.offered) else "")

    def _equipped(self, turn: TurnContext) -> Agent[TurnContext]:
        """The agent with what is known of other services' tools; the list grows while a run fetches more of them."""
        if self._servers is None:
            return self._agent
        tools: list[Tool] = [*self._agent.tools]
        self._servers.append(tools)
        turn.offered = tuple(tool.name for tool in tools)
        return self._agent.clone(tools=tools)

    def _note(self, event: StreamEvent, conversation: str | None) -> None:
        match event:
            case RawResponsesStreamEvent(data=ResponseCreatedEvent(response=made)) if self._stored:
                self._stored.made(conversation, made.id)

    def _tidy(self, turn: TurnContext, conversation: str | None, *, accepted: bool) -> None:
        """What comes after a run, however it ended. A request that was not `accepted` has usually left nothing."""
        if not conversation or not self._cleanup:
            return
        if accepted:
            self._cleanup.begin(conversation, turn.id)
        else:
            self._cleanup.doubt(conversation)


def run_config(model: Model, *, tracing: bool = False) -> RunConfig:
    """How every run is made, whatever its model."""
    return RunConfig(
        model=model,
        tracing_disabled=not tracing,
        # an unknown tool would leave its call without an output, which breaks every later turn
        tool_not_found_behavior="return_error_to_model",
        # a turn's calls take effect in the order the model made them
        tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
    )


async def _within(
    seconds: float, longest: float, events: AsyncGenerator[StreamEvent, None], turn: TurnContext
) -> AsyncGenerator[StreamEvent, None]:
    """The events, each within the time that a person waits for a sign, and all within the longest.

    Raises TimeoutError, or TooSlowError where signs come and no end.

    That a response is in progress is no sign: a server may say so for ever. A tool that asks another service says how
    long that may take.
    """
    clock = asyncio.get_running_loop().time
    begun = sign = clock()
    limit = asyncio.timeout(None)

    def wait(more: float) -> None:
        if limit.when() is not None and not limit.expired():
            limit.reschedule(min(clock() + more + seconds, begun + longest))

    turn.wait = wait
    async with aclosing(events):
        while True:
            try:
                async with (limit := asyncio.timeout_at(min(sign + seconds, begun + longest))):
                    event = await anext(events)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if clock() >= begun + longest:
                    raise TooSlowError from None
                raise
            match event:
                case RawResponsesStreamEvent(data=ResponseInProgressEvent() | ResponseQueuedEvent()):
                    pass
                case _:
                    sign = clock()
            yield event
