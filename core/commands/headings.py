"""What a list is headed with: what was understood, also when nothing was found."""

from __future__ import annotations

import datetime as dt

from core.model import DueFilter, Status, TaskQuery

_STATUS = {Status.OPEN: "Open", Status.DONE: "Done", Status.ALL: "All", Status.DELETED: "Deleted"}
_DUE = {
    DueFilter.OVERDUE: "overdue", DueFilter.TODAY: "due today", DueFilter.TOMORROW: "due tomorrow",
    DueFilter.WEEK: "due in the next 7 days", DueFilter.UPCOMING: "due after today", DueFilter.NONE: "without a date",
}  # fmt: skip


def heading(query: TaskQuery, today: dt.date) -> str:
    """The filters in words; nothing where the list has none."""
    filters = [_DUE[query.due]] if query.due else []
    if query.since or query.until:
        what = "finished" if query.status is Status.DONE else "due"
        filters.append(f"{what} {_days(query.since, query.until, today)}")
    if query.repeats:
        filters.append("that repeat")
    if query.priority:
        filters.append(f"of priority {query.priority}")
    if tags := ([query.tag] if query.tag else []) + list(query.tags):
        filters.append(" or ".join(f"#{tag}" for tag in tags))
    if query.text:
        filters.append(f"about “{query.text[:60]}”")
    if not filters and query.status is Status.OPEN:
        return ""
    return " ".join([f"{_STATUS[query.status]} tasks", " · ".join(filters)]).strip()


def _days(since: dt.date | None, until: dt.date | None, today: dt.date) -> str:
    if since and since == until:
        return f"on {_day(since, today)}"
    told = [f"from {_day(since, today)}"] if since else []
    return " ".join([*told, *([f"to {_day(until, today)}"] if until else [])])


def _day(day: dt.date, today: dt.date) -> str:
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")
