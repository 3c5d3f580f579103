"""Reading tasks: by number, and in pages. One statement each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from core.chat import DueFilter, Sort, Status, Task, TaskPage, TaskQuery
from core.tasks import checks
from core.tasks.model import TaskRow
from core.tasks.search import matches, status_is
from core.tasks.stored import Stored, columns
from core.users.actor import Actor

LARGEST_PAGE = 100
LAST_PAGE = 1_000_000

_FARTHEST_ZONES = dt.timedelta(hours=26)
"""From the first zone to begin a day to the last."""


async def get(session: AsyncSession, actor: Actor, numbers: Iterable[int], *, now: dt.datetime) -> tuple[Task, ...]:
    """Return the tasks of these numbers that the account has, in the order asked for. Raises Invalid for too many."""
    wanted, _ = checks.numbers(numbers)
    statement = sa.select(*columns()).where(
        TaskRow.account_id == actor.account_id, TaskRow.number.in_(wanted), TaskRow.deleted_at.is_(None)
    )
    found = {row["number"]: Stored.from_row(row) for row in (await session.execute(statement)).mappings()}
    return tuple(found[number].task(actor, now) for number in wanted if number in found)


async def find(session: AsyncSession, actor: Actor, query: TaskQuery, *, now: dt.datetime) -> TaskPage:
    """Return one page of the account's tasks for which all filters hold, and how many there are in all.

    Days are those of the actor's calendar: a task due at a time is due on the day that time has there. What is done
    comes newest first when sorted by due. A page beyond the end is empty; the page returned says which page and size
    it is, within reach. Raises Invalid for a priority or a tag that no task can have.
    """
    query = replace(query, page=min(max(query.page, 1), LAST_PAGE), size=min(max(query.size, 1), LARGEST_PAGE))
    conditions = [TaskRow.account_id == actor.account_id, *status_is(query.status)]
    if query.due is not None:
        conditions += _due(query.due, now.astimezone(actor.timezone))
    if query.priority is not None:
        conditions.append(TaskRow.priority == checks.priority(query.priority))
    if query.tag is not None:
        conditions.append(TaskRow.tags.contains([checks.tag(query.tag)]))
    if query.text is not None and query.text.strip():
        conditions.append(matches(query.text))

    counted = sa.select(sa.func.count().label("total")).select_from(TaskRow).where(*conditions).subquery("counted")
    page = (
        sa.select(*columns(), TaskRow.due_at)
        .where(*conditions)
        .order_by(*_order(query, TaskRow.__table__.c))
        .limit(query.size)
        .offset((query.page - 1) * query.size)
        .subquery("page")
    )
    both = sa.select(counted.c.total, page).select_from(counted.outerjoin(page, sa.true()))
    rows = (await session.execute(both.order_by(*_order(query, page.c)))).mappings().all()
    tasks = tuple(Stored.from_row(row).task(actor, now) for row in rows if row["number"] is not None)
    return TaskPage(query, tasks, rows[0]["total"])


def _order(query: TaskQuery, column: sa.ColumnCollection[str, Any]) -> tuple[sa.ColumnElement[Any], ...]:
    """Return what to sort by; ties go by number."""
    number = column["number"]
    match query.sort:
        case Sort.DUE if query.status is Status.DONE:
            return column["completed_at"].desc(), number.desc()
        case Sort.DUE:
            return column["due_at"].asc(), number
        case Sort.PRIORITY:
            return column["priority"].asc(), number
        case Sort.CREATED:
            return column["created_at"].asc(), number
        case Sort.TITLE:
            return sa.func.lower(column["title"]), number


def _due(due: DueFilter, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    """Return the conditions; `now` is in the reader's zone."""
    today = now.date()
    match due:
        case DueFilter.NONE:
            return [TaskRow.due_date.is_(None)]
        case DueFilter.OVERDUE:
            all_day = sa.and_(TaskRow.due_time.is_(None), TaskRow.due_date < today)
            timed = sa.and_(TaskRow.due_time.is_not(None), TaskRow.due_at < now)
            return [TaskRow.completed_at.is_(None), TaskRow.due_at < now + _FARTHEST_ZONES, sa.or_(all_day, timed)]
        case DueFilter.TODAY:
            return _within(today, 1, now)
        case DueFilter.TOMORROW:
            return _within(today + dt.timedelta(days=1), 1, now)
        case DueFilter.WEEK:
            return _within(today, 7, now)


def _within(first: dt.date, days: int, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for `days` days from `first` on: a date among them, or an instant in them.

    The first condition is implied by the other, and is one that an index can serve.
    """
    after = first + dt.timedelta(days=days)
    begin, end = _midnight(first, now), _midnight(after, now)
    all_day = sa.and_(TaskRow.due_time.is_(None), TaskRow.due_date >= first, TaskRow.due_date < after)
    timed = sa.and_(TaskRow.due_time.is_not(None), TaskRow.due_at >= begin, TaskRow.due_at < end)
    near = sa.and_(TaskRow.due_at >= begin - _FARTHEST_ZONES, TaskRow.due_at < end + _FARTHEST_ZONES)
    return [near, sa.or_(all_day, timed)]


def _midnight(day: dt.date, now: dt.datetime) -> dt.datetime:
    """Return the instant the day begins in the zone of `now`, in UTC, where days can be added to it."""
    return dt.datetime.combine(day, dt.time(), now.tzinfo).astimezone(dt.UTC)
