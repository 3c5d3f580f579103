"""Parts as Rich renderables; pure functions."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text as Line

from adapters.shared.wording import reminders
from core.chat import Approval, Choices, Confirm, Due, File, Offer, Receipt, Task, TaskList, TaskPage

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PRIORITY = {1: "p1", 2: "p2", 3: "p3", 4: ""}
_HEADINGS = {"moved on": "Done; moved on to the next date", "already done": "Already done", "undone": "Taken back"}


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
    """What the database now holds, as a table, with the command that takes it back."""
    lines: list[RenderableType] = []
    if part.tasks:
        heading = _HEADINGS.get(part.action, part.action.capitalize())
        lines += [Line(heading, style="bold green"), table(part.tasks)]
    if part.detail:
        lines.append(Line(safe(part.detail), style="yellow" if part.tasks else ""))
    if hint := _hint(part):
        lines.append(Line(hint, style="dim"))
    return Group(*lines)


def task_list(part: TaskList) -> RenderableType:
    """A page of tasks."""
    page = part.page
    if not page.tasks:
        beyond = f"There are only {page.pages} pages." if page.query.page > page.pages > 1 else "No tasks here."
        return Line(beyond, style="dim")
    title = [Line(safe(part.title), style="bold")] if part.title else []
    return Group(*title, table(page.tasks), Line(_counted(page), style="dim"))


def choices(part: Choices) -> RenderableType:
    """A question and the tasks that could answer it."""
    return Group(Line(safe(part.question)), table(part.tasks))


def confirm(part: Confirm) -> RenderableType:
    """A question before what can't be undone, and what to type for a yes."""
    return Group(Line(safe(part.question), style="yellow"), Line(f"Type `{safe(part.words)}` to do it.", style="dim"))


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
        return Line(f"{safe(part.name)} could not be written: is the disk full, or DATA_DIR read-only?", style="yellow")
    return Line(f"{safe(part.name)}: {where}", style="dim")


def table(tasks: tuple[Task, ...]) -> RenderableType:
    """One row a task; columns that would be empty are left out."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    grid.add_column("#", justify="right", style="cyan", no_wrap=True)
    grid.add_column("Task", overflow="fold")
    shown = [
        (name, style, [cell(task) for task in tasks])
        for name, style, cell in (
            ("Due", "", _due),
            ("Repeats", "dim", lambda task: task.repeats or ""),
            ("Remind", "dim", _remind),
            ("P", "magenta", lambda task: _PRIORITY.get(task.priority, "")),
            ("Tags", "blue", lambda task: " ".join(f"#{safe(tag)}" for tag in task.tags)),
            ("State", "dim", _state),
        )
    ]
    columns = [(name, style, cells) for name, style, cells in shown if any(cells)]
    for name, style, _ in columns:
        grid.add_column(name, style=style, overflow="fold")
    for index, task in enumerate(tasks):
        cells = [
            Line(cells[index], style="bold red" if name == "Due" and task.overdue else "") for name, _, cells in columns
        ]
        grid.add_row(str(task.number), _titled(task), *cells)
    return grid


def when(due: Due) -> str:
    """`Fri 27 Nov 2026 17:00 Europe/Berlin`: the resolved date with weekday and zone."""
    time = f" {due.time:%H:%M}" if due.time else ""
    return f"{due.date:%a} {due.date.day} {due.date:%b %Y}{time} {due.zone}"


def _due(task: Task) -> str:
    return when(task.due) if task.due else ""


def _remind(task: Task) -> str:
    return ", ".join(told if isinstance(told, str) else _instant(told) for told in reminders(task))


def _instant(at: dt.datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def _state(task: Task) -> str:
    if task.deleted_at:
        return "deleted"
    return f"done {_instant(task.completed_at)}" if task.completed_at else ""


def _titled(task: Task) -> Line:
    gone = task.completed_at or task.deleted_at
    line = Line(safe(task.title), style="strike dim" if gone else "")
    if task.notes:
        line.append("\n" + safe(task.notes), style="dim")
    return line


def _hint(part: Receipt) -> str:
    if part.change is None:
        return ""
    dated = [task for task in part.tasks if task.due] if part.action in ("added", "updated") else []
    wrong = f"; not a date? `no date {dated[0].number}`" if len(dated) == 1 else ""
    return f"`undo {part.change}` takes it back{wrong}"


def _counted(page: TaskPage) -> str:
    total = f"{page.total} task{'' if page.total == 1 else 's'}"
    return total if page.pages == 1 else f"{total}, page {page.query.page} of {page.pages}: `list page 2` and so on"
