"""Reading tasks: by number, and in pages. One statement each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from core.database import Session, statement
from core.model import DueFilter, Sort, Status, Task, TaskPage, TaskQuery
from core.tasks import checks
from core.tasks.search import STATUS, Condition, matches
from core.tasks.stored import COLUMNS, Stored
from core.tasks.values import ZoneDays
from core.users.actor import Actor

LARGEST_PAGE = 100
LAST_PAGE = 1_000_000

_FARTHEST_ZONES = dt.timedelta(hours=26)
"""From the first zone to begin a day to the last."""

_GET = f"""
    SELECT {COLUMNS} FROM tasks
    WHERE account_id = :account AND number = ANY(CAST(:numbers AS integer[])) AND deleted_at IS NULL
"""


async def get(session: Session, actor: Actor, numbers: Iterable[int], *, now: dt.datetime) -> tuple[Task, ...]:
    """Return the tasks of these numbers that the account has, in the order asked for. Raises Invalid for too many."""
    wanted, _ = checks.numbers(numbers)
    rows = await session.execute(statement(_GET), {"account": actor.account_id, "numbers": list(wanted)})
    found = {row["number"]: Stored.from_row(row) for row in rows}
    return tuple(found[number].task(actor, now) for number in wanted if number in found)


_OPENLY = "SELECT number, source FROM tasks WHERE account_id = :account AND number = ANY(:numbers) AND source_shared"


async def said_openly(session: Session, actor: Actor, numbers: Iterable[int]) -> dict[int, str]:
    """Of these tasks those whose very title was said where others read it: number to permanent link."""
    rows = await session.execute(statement(_OPENLY), {"account": actor.account_id, "numbers": list(numbers)})
    return {row["number"]: row["source"] for row in rows if row["source"]}


_EVERYTHING = f"""
    SELECT {COLUMNS} FROM tasks
    WHERE account_id = :account AND number > :after AND deleted_at IS NULL
    ORDER BY number LIMIT CAST(:most AS bigint)
"""


async def everything(
    session: Session, actor: Actor, *, now: dt.datetime, after: int = 0, most: int | None = None
) -> tuple[Task, ...]:
    """Return the tasks of the account but the deleted ones, by number: those `after` one, `most` of them or all."""
    values = {"account": actor.account_id, "after": after, "most": most}
    rows = await session.execute(statement(_EVERYTHING), values)
    return tuple(Stored.from_row(row).task(actor, now) for row in rows)


_ZONES = """
    SELECT due_zone AS zone, min(due_date) AS first, max(due_date) AS last FROM tasks
    WHERE account_id = :account AND due_time IS NOT NULL AND deleted_at IS NULL
    GROUP BY due_zone ORDER BY due_zone
"""


async def zones(session: Session, actor: Actor) -> tuple[ZoneDays, ...]:
    """Return the zones that the account's due times are meant in."""
    rows = await session.execute(statement(_ZONES), {"account": actor.account_id})
    return tuple(ZoneDays(**row) for row in rows)


_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(9998, 12, 30)


async def find(session: Session, actor: Actor, query: TaskQuery, *, now: dt.datetime) -> TaskPage:
    """Return one page of the account's tasks for which all filters hold, and how many there are in all.

    Days are those of the actor's calendar: a task due at a time is due on the day that time has there. What is done
    or deleted comes newest first when sorted by due. A page beyond the end is empty; the page returned says which page
    and size it is, within reach. Raises Invalid for a priority or a tag that no task can have.
    """
    query = replace(query, page=min(max(query.page, 1), LAST_PAGE), size=min(max(query.size, 1), LARGEST_PAGE))
    where = _where(actor, query, now)
    order = _order(query)
    sql = f"""
        SELECT counted.total, page.*
        FROM (SELECT count(*) AS total FROM tasks WHERE {where.sql}) AS counted
        LEFT JOIN (
            SELECT {COLUMNS}, due_at FROM tasks WHERE {where.sql} ORDER BY {order} LIMIT :size OFFSET :offset
        ) AS page ON true
        ORDER BY {order}
    """
    parameters = {"size": query.size, "offset": (query.page - 1) * query.size, **where.parameters}
    rows = await session.execute(statement(sql), parameters)
    tasks = tuple(Stored.from_row(row).task(actor, now) for row in rows if row["number"] is not None)
    return TaskPage(query, tasks, rows[0]["total"])


def _where(actor: Actor, query: TaskQuery, now: dt.datetime) -> Condition:
    """Return the conditions of all filters; every query begins with the account."""
    conditions = [
        Condition("account_id = :account", {"account": actor.account_id}),
        Condition(STATUS[query.status], {}),
    ]
    if query.due is not None:
        conditions.append(_due(query.due, now.astimezone(actor.timezone)))
    if query.since or query.until:
        conditions.append(_span(query, now.astimezone(actor.timezone)))
    if query.repeats:
        conditions.append(Condition("recurrence IS NOT NULL", {}))
    if query.tags:
        several = [checks.tag(tag) for tag in query.tags]
        conditions.append(Condition("tags && CAST(:several AS text[])", {"several": several}))
    if query.priority is not None:
        conditions.append(Condition("priority = :priority", {"priority": checks.priority(query.priority)}))
    if query.tag is not None:
        conditions.append(Condition("tags @> ARRAY[CAST(:tag AS text)]", {"tag": checks.tag(query.tag)}))
    if query.numbers:
        wanted, _ = checks.numbers(query.numbers)
        conditions.append(Condition("number = ANY(CAST(:numbers AS integer[]))", {"numbers": list(wanted)}))
    if query.ids:
        conditions.append(Condition("id = ANY(CAST(:ids AS bigint[]))", {"ids": checks.ids(query.ids)}))
    if query.text is not None and query.text.strip():
        conditions.append(matches(query.text))
    parameters = {name: value for condition in conditions for name, value in condition.parameters.items()}
    return Condition(" AND ".join(condition.sql for condition in conditions), parameters)


def _order(query: TaskQuery) -> str:
    """Return what to sort by; ties go by number."""
    match query.sort:
        case Sort.DUE if query.status is Status.DONE:
            return "completed_at DESC, number DESC"
        case Sort.DUE if query.status is Status.DELETED:
            return "deleted_at DESC, number DESC"
        case Sort.DUE:
            return "due_at, number"
        case Sort.PRIORITY:
            return "priority, number"
        case Sort.CREATED:
            return "created_at, number"
        case Sort.TITLE:
            return "lower(title), number"


def _due(due: DueFilter, now: dt.datetime) -> Condition:
    """Return the condition; `now` is in the reader's zone."""
    today = now.date()
    match due:
        case DueFilter.NONE:
            return Condition("due_date IS NULL", {})
        case DueFilter.OVERDUE:
            late = "(due_time IS NULL AND due_date < :today OR due_time IS NOT NULL AND due_at < :now)"
            return Condition(
                f"completed_at IS NULL AND due_at < :near AND {late}",
                {"today": today, "now": now, "near": now + _FARTHEST_ZONES},
            )
        case DueFilter.TODAY:
            return _within(today, 1, now)
        case DueFilter.TOMORROW:
            return _within(today + dt.timedelta(days=1), 1, now)
        case DueFilter.WEEK:
            return _within(today, 7, now)
        case DueFilter.UPCOMING:
            return _after(today, now)


def _span(query: TaskQuery, now: dt.datetime) -> Condition:
    """Return the condition for days: of what is due, or for done ones of what was finished."""
    first, last = query.since or _FIRST_DAY, query.until or _LAST_DAY
    days = (last - first).days + 1
    if query.status is not Status.DONE:
        return _within(first, days, now)
    end = _midnight(first + dt.timedelta(days=days), now)
    return Condition(
        "completed_at >= :done_begin AND completed_at < :done_end",
        {"done_begin": _midnight(first, now), "done_end": end},
    )


def _within(first: dt.date, days: int, now: dt.datetime) -> Condition:
    """Return the condition for `days` days from `first` on: a date among them, or an instant in them.

    The comparison with `near` is implied by the rest, and is one that an index can serve.
    """
    after = first + dt.timedelta(days=days)
    begin, end = _midnight(first, now), _midnight(after, now)
    return Condition(
        """due_at >= :near_begin AND due_at < :near_end
           AND (due_time IS NULL AND due_date >= :first AND due_date < :after
                OR due_time IS NOT NULL AND due_at >= :begin AND due_at < :end)""",
        {"first": first, "after": after, "begin": begin, "end": end}
        | {"near_begin": begin - _FARTHEST_ZONES, "near_end": end + _FARTHEST_ZONES},
    )


def _after(day: dt.date, now: dt.datetime) -> Condition:
    """Return the condition for everything after a day; `near` serves the index, as in `_within`."""
    end = _midnight(day + dt.timedelta(days=1), now)
    return Condition(
        """due_at >= :near AND (due_time IS NULL AND due_date > :today OR due_time IS NOT NULL AND due_at >= :end)""",
        {"today": day, "end": end, "near": end - _FARTHEST_ZONES},
    )


def _midnight(day: dt.date, now: dt.datetime) -> dt.datetime:
    """Return the instant the day begins in the zone of `now`, in UTC, where hours can be added to it."""
    return dt.datetime.combine(day, dt.time(), now.tzinfo).astimezone(dt.UTC)
