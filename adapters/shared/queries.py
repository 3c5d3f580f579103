"""A list's query as its buttons carry it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from core.chat import DueFilter, Sort, Status, TaskQuery

Choice = TypeVar("Choice", bound=Enum)


def told(query: TaskQuery) -> dict[str, object]:
    """A query in short, as JSON takes it; defaults are left out."""
    standard = TaskQuery()
    short: dict[str, object] = {}
    for name in TaskQuery.__dataclass_fields__:
        value = getattr(query, name)
        if value != getattr(standard, name):
            short[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return short


def read(kept: Mapping[str, object]) -> TaskQuery:
    """The query again; what can't be read counts as not asked for."""

    def text(name: str) -> str | None:
        value = kept.get(name)
        return value if isinstance(value, str) else None

    def number(name: str, otherwise: int) -> int:
        value = kept.get(name)
        return value if isinstance(value, int) else otherwise

    def several(name: str) -> tuple[int, ...]:
        value = kept.get(name)
        return tuple(one for one in value if isinstance(one, int)) if isinstance(value, list) else ()

    def day(name: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(text(name) or "")
        except ValueError:
            return None

    def words(name: str) -> tuple[str, ...]:
        value = kept.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    priority = kept.get("priority")
    return TaskQuery(
        status=_one_of(Status, kept.get("status")) or Status.OPEN,
        due=_one_of(DueFilter, kept.get("due")),
        priority=priority if isinstance(priority, int) else None,
        tag=text("tag"),
        tags=words("tags"),
        since=day("since"),
        until=day("until"),
        repeats=kept.get("repeats") is True,
        text=text("text"),
        numbers=several("numbers"),
        ids=several("ids"),
        sort=_one_of(Sort, kept.get("sort")) or Sort.DUE,
        page=number("page", 1),
        size=number("size", 20),
    )


def _one_of(kind: type[Choice], told: object) -> Choice | None:
    return next((one for one in kind if one.value == told), None)
