"""How tasks are worded and grouped on every platform."""

from __future__ import annotations

from adapters.shared.wording import groups
from core.chat import DueGroup, Sort, Task, TaskPage, TaskQuery


def _page(*groups: DueGroup | None, sort: Sort = Sort.DUE) -> TaskPage:
    tasks = tuple(Task(number, f"Thing {number}", group=group) for number, group in enumerate(groups, 1))
    return TaskPage(TaskQuery(sort=sort), tasks, len(tasks))


def test_a_list_is_grouped_by_when_things_are_due() -> None:
    """Under each heading once, in the order of days."""
    page = _page(DueGroup.OVERDUE, DueGroup.TODAY, DueGroup.OVERDUE, DueGroup.NONE)
    shown = [(name, [task.number for task in tasks]) for name, tasks in groups(page)]
    assert shown == [("Overdue", [1, 3]), ("Today", [2]), ("No date", [4])]


def test_a_list_that_needs_no_headings_has_none() -> None:
    """Where all stand under the same, in another order, and where something is done."""
    for page in (
        _page(DueGroup.TODAY, DueGroup.TODAY),
        _page(DueGroup.TODAY, DueGroup.LATER, sort=Sort.PRIORITY),
        _page(DueGroup.TODAY, None),
    ):
        assert groups(page) == [("", page.tasks)]
