"""The briefing: what the model is told of this very turn (who writes, when it is, the tasks that matter most).

It moves with every turn, so it goes behind the person's message, as one developer message: what stands before stays the
same, and OpenAI's prompt cache reads it at a tenth of the price. It is taken out of the conversation again afterwards
(`core.agent.cleanup`), so that old briefings don't pile up; until then the newest one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.agent.marks import marked
from core.model import Task
from core.tools.context import TurnContext

if TYPE_CHECKING:
    from agents.items import TResponseInputItem

_MARK = "[briefing "
_TITLE_SHOWN = 60


def briefed(text: str | None, turn: TurnContext, *, breakpoints: bool) -> list[TResponseInputItem]:
    """A person's message and the briefing behind it, as the input of a response; without a message it goes on alone.

    With `breakpoints` the message ends in an explicit one: the next turn of the talk reads everything up to there.
    """
    message: list[Any] = [] if text is None else [marked(text, turn.mark, breakpoint_=breakpoints)]
    return [*message, {"type": "message", "role": "developer", "content": briefing(turn)}]


def briefing(turn: TurnContext) -> str:
    """The briefing's text; its first word marks it as this turn's."""
    zone = turn.actor.timezone.key
    known = "" if turn.actor.timezone_known else ", assumed: the person has not told their zone"
    lines = [
        f"{_MARK}{turn.id}] The author is {one_line(turn.actor.name)}. "
        f"For them it is {turn.now:%A %Y-%m-%d %H:%M} ({zone}{known})."
    ]
    if turn.about:
        lines.append(
            f"This thread is a reminder of task #{turn.about}: a message that names no other task is about that one. "
            "A mere time ('tomorrow at 9', 'after lunch') moves its reminder, 'move it to …' and '… instead' its date."
        )
    if turn.open_tasks:
        lines.append("Open tasks that it may name:" if turn.shared else "Their open tasks that matter most:")
        lines.extend(f"- {_brief(task)}" for task in turn.open_tasks)
    elif not turn.shared:
        lines.append("They have no open tasks.")
    return "\n".join(lines)


def turn_of(item: Mapping[str, Any]) -> str | None:
    """The turn whose briefing a conversation's item is, as the API lists it; None for any other item.

    Only developers write with that role: nothing that a person says can pass for a briefing.
    """
    if item.get("type") != "message" or item.get("role") != "developer":
        return None
    text = "".join(str(part.get("text", "")) for part in item.get("content") or () if isinstance(part, dict))
    return text[len(_MARK) :].partition("]")[0] if text.startswith(_MARK) else None


def by_author(name: str, text: str) -> str:
    """What somebody said where several talk: no line of it can pass for another author's."""
    return f"{one_line(name)}: " + text.strip().replace("\n", "\n  ")


def one_line(text: str) -> str:
    """A name or title that can't pass for a line or an author of its own."""
    return " ".join(text.replace(":", " ").split())[:80]


def _brief(task: Task) -> str:
    title = " ".join(task.title.split())
    short = title if len(title) <= _TITLE_SHOWN else title[: _TITLE_SHOWN - 1] + "…"
    facts = [f"#{task.number} {short}"]
    if task.due:
        facts.append(("overdue " if task.overdue else "due ") + f"{task.due.date:%a} {task.due}")
    if task.recurrence:
        facts.append("repeats")
    if task.priority < 4:
        facts.append(f"p{task.priority}")
    return " · ".join(facts)
