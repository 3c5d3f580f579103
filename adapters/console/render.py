"""Parts as Rich renderables; pure functions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text as Line

from adapters.shared.wording import DATED, counted, groups, heading, reminders, when
from core.chat import Approval, Choices, Confirm, File, Offer, Receipt, Task, TaskList, TaskPage

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PRIORITY = {1: "p1", 2: "p2", 3: "p3", 4: ""}


def safe(text: str) -> str:
    """The text without characters that could steer a terminal, or turn around what is around them."""
    return _CONTROL.sub("", text)


def markdown(text: str) -> RenderableType:
    """Markdown of the reply; links are spelled out, as not every terminal can hide an address."""
    return Markdown(safe(text), hyperlinks=False, code_theme="ansi_dark")


def plain(text: str) -> RenderableType:
    """The reply's Markdown as it is written, for a pipe: no width to fill, no marks lost."""
    return Line(safe(text).strip())


def receipt(part: Receipt) -> RenderableType:
    """What the database now holds: a line, with the command that takes it back; a row each where it is several."""
    if len(part.tasks) == 1:
        lines: list[RenderableType] = [_done(part, part.tasks[0])]
    elif part.tasks:
        head = Line(f"{heading(part.action)}: {len(part.tasks)} tasks", style="bold green")
        lines = [head.append(_hint(part), style="not bold dim"), rows(part.tasks)]
    else:
        lines = []
    if part.detail:
        lines.append(Line(safe(part.detail)))
    return Group(*lines)


def task_list(part: TaskList) -> RenderableType:
    """A page of tasks under their headings."""
    page = part.page
    title = [Line(safe(part.title), style="bold")] if part.title else []
    if not page.tasks:
        beyond = f"There are only {page.pages} pages." if page.query.page > page.pages > 1 else "No tasks here."
        return Group(*title, Line(beyond, style="dim"))
    lines: list[RenderableType] = [*title]
    for name, tasks in groups(page):
        lines += [*([Line(name, style="bold")] if name else []), rows(tasks)]
    return Group(*lines, Line(_counted(page), style="dim"))


def choices(part: Choices) -> RenderableType:
    """A question and the tasks that could answer it."""
    return Group(Line(safe(part.question)), rows(part.tasks))


def confirm(part: Confirm) -> RenderableType:
    """A question before what can't be undone, and what to type for a yes."""
    return Group(Line(safe(part.question), style="bold"), Line(f"Type `{safe(part.words)}` to do it.", style="dim"))


def offer(part: Offer) -> RenderableType:
    """What the person may want to type."""
    return Line(f"{safe(part.label)}: `{safe(part.words)}`", style="dim")


def approval(part: Approval) -> RenderableType:
    """A question before another service is called, all that is to be sent, and what to type."""
    how = Line(f"Type `{part.yes}` to do it, `{part.no}` to leave it.", style="dim")
    return Group(Line(safe(part.question), style="yellow"), Line(part.shown), how)


def saved(part: File, where: Path | None) -> RenderableType:
    """Where a file was kept."""
    if where is None:
        return Line(f"{safe(part.name)} could not be written: is the disk full, or DATA_DIR read-only?", style="red")
    return Line(f"{safe(part.name)}: {where}", style="dim")


def rows(tasks: Sequence[Task]) -> RenderableType:
    """A row a task: its number, and the title with what is known beside it, broken between words."""
    grid = Table.grid(padding=(0, 1), pad_edge=False)
    grid.add_column(justify="right", style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for task in tasks:
        line = _described(task)
        if task.notes:
            line.append("\n" + safe(task.notes), style="dim")
        grid.add_row(f"#{task.number}", line)
    return grid


def _done(part: Receipt, task: Task) -> Line:
    line = (
        Line(overflow="fold").append(f"{heading(part.action)} ", style="bold green").append(f"#{task.number} ", "bold")
    )
    line.append_text(_described(task, state=False)).append(_hint(part), style="dim")
    return line.append("\n" + safe(task.notes), style="dim") if task.notes else line


def _described(task: Task, *, state: bool = True) -> Line:
    """The title and the facts, in one line where there is room."""
    gone = task.completed_at or task.deleted_at
    line = Line(safe(task.title), style="", overflow="fold")
    if gone:
        line.stylize("strike dim")
    if task.due:
        late = task.overdue and not gone
        line.append(" · ", style="dim").append(f"{when(task)}{', overdue' if late else ''}", "bold red" if late else "")
    for fact in filter(None, [*_facts(task), _state(task) if state else ""]):
        line.append(f" · {fact}", style="dim")
    return line


def _facts(task: Task) -> list[str]:
    reminds = [one if isinstance(one, str) else _instant(one) for one in reminders(task)]
    return [
        *([safe(task.repeats)] if task.repeats else []),
        *([", ".join(reminds) if reminds == ["no reminder"] else f"reminds {', '.join(reminds)}"] if reminds else []),
        *([_PRIORITY[task.priority]] if _PRIORITY.get(task.priority) else []),
        *([" ".join(f"#{safe(tag)}" for tag in task.tags)] if task.tags else []),
    ]


def _instant(at: dt.datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def _state(task: Task) -> str:
    if task.deleted_at:
        return "deleted"
    return f"done {_instant(task.completed_at)}" if task.completed_at else ""


def _hint(part: Receipt) -> str:
    if part.change is None:
        return ""
    dated = [task for task in part.tasks if task.due] if part.action in DATED else []
    wrong = f", `no date {dated[0].number}`" if len(dated) == 1 else ""
    return f" (`undo {part.change}`{wrong})"


def _counted(page: TaskPage) -> str:
    return counted(page) if page.pages == 1 else f"{counted(page)}: `list page 2` and so on"
