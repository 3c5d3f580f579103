"""What of a run a person is shown, and when."""

from __future__ import annotations

from agents.items import ToolCallOutputItem
from agents.stream_events import RawResponsesStreamEvent, RunItemStreamEvent, StreamEvent
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputItemAddedEvent, ResponseTextDeltaEvent

from core.chat import Part, Step, TaskList, Text
from core.tools.context import TurnContext

_MOST_STEPS = 200
LONGEST_TEXT = 40_000
"""Characters of an answer, some ten messages of Discord's; a person asks for less."""
PRIVATELY = "_I show that to you alone, as others read this; say `list` to have it here._\n\n"


class Showing:
    """A run's events as parts: what tools did at once, a list before the words about it, and an end to both."""

    def __init__(self, turn: TurnContext) -> None:
        self._turn = turn
        self._pending: TaskList | None = None
        """A list waits: if the model acts on what it found, it was a look-up only."""
        self._length = self._steps = 0

    @property
    def too_long(self) -> bool:
        """Whether as much was said as one answer may say."""
        return self._length >= LONGEST_TEXT

    def take(self, event: StreamEvent) -> list[Part]:
        """What to show now."""
        parts = self._drained()
        part = _part(event)
        if isinstance(part, Text):
            # of an empty list the words say enough
            if self._pending and self._pending.page.tasks:
                parts += _listed(self._pending)
            self._pending = None
            part = Text(part.markdown[: LONGEST_TEXT - self._length])
            self._length += len(part.markdown)
        self._steps += isinstance(part, Step)
        # of thousands of calls nobody is shown each: they are refused anyhow
        if part and not (isinstance(part, Step) and self._steps > _MOST_STEPS):
            parts.append(part)
        return parts

    def rest(self) -> list[Part]:
        """What is still to be shown at the end."""
        return _listed(self._pending) if self._pending else []

    def _drained(self) -> list[Part]:
        """Take what the tools have to show."""
        drained: list[Part] = []
        for part in self._turn.parts:
            if isinstance(part, TaskList):
                self._pending = part
            else:
                self._pending = None
                drained.append(part)
        self._turn.parts.clear()
        return drained


def _part(event: StreamEvent) -> Text | Step | None:
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


def _listed(tasks: TaskList) -> list[Part]:
    """A list as it is shown; to its owner alone, others read why."""
    return [Text(PRIVATELY), tasks] if tasks.private else [tasks]


def _title(tool: str) -> str:
    """`list_tasks` as people read it."""
    return tool.replace("__", ": ").replace("_", " ").capitalize()
