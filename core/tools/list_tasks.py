"""The tool that lists and finds tasks."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from core.chat import TaskList
from core.intents.showing import show
from core.intents.values import Show
from core.model import DueFilter, Sort, Status, TaskQuery
from core.tools._results import page, said
from core.tools.context import TurnContext
from core.tools.openly import FOR_THE_AUTHOR, told
from core.tools.shapes import PAGE
from core.tools.tool import Arguments, Facts, define
from core.when import resolve


class ListTasks(Arguments):
    """Filters, all of which must hold."""

    status: Status | None = None
    due: DueFilter | None = None
    priority: int | None = Field(None, ge=1, le=4)
    tag: str | None = None
    since: str | None = Field(None, max_length=100, alias="from")
    until: str | None = Field(None, max_length=100)
    text: str | None = Field(None, max_length=500)
    sort: Sort | None = None
    page: int | None = Field(None, ge=1, le=1_000_000)


async def list_tasks(turn: TurnContext, arguments: ListTasks) -> str:
    """Find tasks (default open), shown to the person."""
    query = TaskQuery(
        status=arguments.status or Status.OPEN,
        due=arguments.due,
        priority=arguments.priority,
        tag=arguments.tag.lstrip("#") if arguments.tag else None,
        since=_day(turn, arguments.since),
        until=_day(turn, arguments.until),
        text=arguments.text or None,
        sort=arguments.sort or Sort.DUE,
        page=arguments.page or 1,
    )
    found = (await show(turn, Show(query))).page
    shown = await told(turn, found)
    if found.tasks and not shown.tasks:
        turn.show(TaskList(found, private=True))
        return said(total=found.total, shown=FOR_THE_AUTHOR)
    turn.show(TaskList(shown))
    return page(turn, shown)


def _day(turn: TurnContext, phrase: str | None) -> dt.date | None:
    """The day that a phrase means, in the person's calendar. Raises Invalid."""
    if not phrase:
        return None
    due = resolve(phrase, now=turn.now, locale=turn.actor.locale, morning=turn.actor.morning).due
    return due.date if due else None


TOOL = define(
    list_tasks,
    ListTasks,
    Facts(
        "Find tasks by filters that must all hold; open ones by default, 20 a page. from, until: days, English or ISO.",
        PAGE,
        read_only=True,
        idempotent=True,
    ),
)
