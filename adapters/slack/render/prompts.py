"""What a talk begins with, and the prompts that fit a person's tasks."""

from __future__ import annotations

from adapters.shared.wording import short
from core.chat import TaskPage

_LONGEST_TITLE = 50
_MOST = 4
"""Prompts that Slack shows (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts)."""


def greeting(name: str, pages: tuple[TaskPage, TaskPage] | None) -> str:
    """One or two sentences of Markdown; `pages` are what is overdue and what is due today, where that is known."""
    hello = f"Hello{f' {name}' if name else ''}! Tell me what is to be done and when, in your own words."
    if pages is None:
        return hello
    overdue, today = pages
    if overdue.total:
        return f"{hello} {_count(overdue.total)} overdue."
    if today.total:
        return f"{hello} {_count(today.total)} due today."
    return f"{hello} Nothing is due today."


def suggested(pages: tuple[TaskPage, TaskPage] | None) -> list[dict[str, str]]:
    """Up to four prompts: what is late and what is next first, then what always helps."""
    prompts = _fitting(*pages) if pages else []
    prompts += [
        ("Show my open tasks", "Show me all my open tasks"),
        ("Remind me of something", "Remind me to call Ana tomorrow at 9"),
        ("What have I finished?", "What have I completed this week?"),
    ]
    return [{"title": short(title, _LONGEST_TITLE), "message": message} for title, message in prompts[:_MOST]]


def _fitting(overdue: TaskPage, today: TaskPage) -> list[tuple[str, str]]:
    prompts: list[tuple[str, str]] = []
    if overdue.total:
        prompts.append(("What is overdue?", "What is overdue?"))
        late = overdue.tasks[0]
        prompts.append((f"Move “{late.title}” to tomorrow", f"Move task {late.number} to tomorrow"))
    if today.total:
        prompts.append(("What is due today?", "What is due today?"))
        first = today.tasks[0]
        prompts.append((f"“{first.title}” is done", f"Complete task {first.number}"))
    return prompts


def _count(total: int) -> str:
    return "One task is" if total == 1 else f"{total} tasks are"
