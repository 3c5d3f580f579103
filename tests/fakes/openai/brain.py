"""The mind of the stand-in model: what it says or calls next, as a test decides it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """The model says something."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """The model calls a tool. Arguments may be a raw string, for a model that writes nonsense."""

    name: str
    arguments: dict[str, Any] | str = field(default_factory=dict)


Output = Say | Call


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model sees when it is asked."""

    items: Sequence[Item]
    """Everything in the conversation, oldest first, the new input included."""
    instructions: str
    tools: Sequence[dict[str, Any]]

    @property
    def text(self) -> str:
        """The newest message of a person."""
        return next((words_of(item) for item in reversed(self.items) if item.get("role") == "user"), "")

    @property
    def results(self) -> list[Any]:
        """The tools' outputs since that message, oldest first, decoded where they are JSON."""
        found: list[Any] = []
        for item in reversed(self.items):
            if item.get("role") == "user":
                break
            if item["type"] == "function_call_output":
                found.append(_decoded(item["output"]))
        return found[::-1]


Brain = Callable[[Turn], Sequence[Output]]


def script(*responses: Output | Sequence[Output]) -> Brain:
    """A mind that gives these responses one after the other, and is at a loss after the last."""
    waiting = list(responses)

    def play(turn: Turn) -> Sequence[Output]:
        if not waiting:
            raise AssertionError("the stand-in model was asked more often than its script has responses")
        nxt = waiting.pop(0)
        return [nxt] if isinstance(nxt, Say | Call) else nxt

    return play


Step = Output | Sequence[Output] | Callable[[Turn], Output | Sequence[Output]]


class Rules:
    """A mind of rules: a pattern found in the message plays its steps, one for each time the model is asked."""

    def __init__(self) -> None:
        self._rules: list[tuple[re.Pattern[str], Sequence[Step]]] = []

    def on(self, pattern: str, *steps: Step) -> None:
        """When a message matches, answer with these steps; the newest rule that matches counts."""
        self._rules.insert(0, (re.compile(pattern, re.IGNORECASE), steps))

    def __call__(self, turn: Turn) -> Sequence[Output]:
        """The step that comes after as many tool results as there are."""
        for pattern, steps in self._rules:
            if pattern.search(turn.text):
                step = steps[min(_asked(turn), len(steps) - 1)]
                said = step(turn) if callable(step) else step
                return [said] if isinstance(said, Say | Call) else said
        return by_request(turn)


def by_request(turn: Turn) -> Sequence[Output]:
    """Do what the message says in so many words: `tool:add_task {"tasks": […]}` is called, then it is done."""
    asked = re.search(r"tool:(\w+)\s*(\{.*\})?", turn.text, re.DOTALL)
    if asked and not turn.results:
        return [Call(asked[1], asked[2] or "{}")]
    return [Say("Done." if asked else f"You said: {turn.text[:200]}")]


def _asked(turn: Turn) -> int:
    """How many responses the model has given since the person's message: runs of tool calls."""
    count, calling = 0, False
    for item in reversed(turn.items):
        if item.get("role") == "user":
            break
        if item["type"] == "function_call" and not calling:
            count += 1
        calling = item["type"] == "function_call"
    return count


def text_of(item: Item) -> str:
    """The text of a message item, whose content is a string or a list of parts."""
    content = item.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def words_of(item: Item) -> str:
    """What a person's message says: a model heeds no mark that an app has put behind it."""
    return re.sub(r"\[m:[\w-]{8}\]$", "", text_of(item))


def _decoded(output: Any) -> Any:
    try:
        return json.loads(output)
    except (TypeError, ValueError):
        return output
