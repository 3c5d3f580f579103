"""The instructions of one turn: the Markdown file, then who writes, when it is, and the tasks that matter most."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from core.agent.context import TurnContext
from core.chat import Task

_TITLE_SHOWN = 60


@cache
def _fixed() -> str:
    return files("core.agent").joinpath("instructions.md").read_text(encoding="utf-8")


def instructions(turn: TurnContext) -> str:
    """The fixed part first, so that it stays the same prefix for OpenAI's prompt cache."""
    zone = turn.actor.timezone.key
    known = "" if turn.actor.timezone_known else ", assumed: the person has not told their zone"
    lines = [
        _fixed(),
        "# Now",
        f"The author is {one_line(turn.actor.name)}. For them it is {turn.now:%A %Y-%m-%d %H:%M} ({zone}{known}).",
    ]
    if turn.about:
        lines.append(
            f"This thread is a reminder of task #{turn.about}: a message that names no other task is about that one. "
            "A mere time ('tomorrow at 9', 'after lunch') moves its reminder, 'move it to …' and '… instead' its date."
        )
    if turn.open_tasks:
        lines.append("Their open tasks that matter most:")
        lines.extend(f"- {_brief(task)}" for task in turn.open_tasks)
    else:
        lines.append("They have no open tasks.")
    return "\n".join(lines)


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
