"""Which tasks an intent means: by number, or by words of theirs."""

from __future__ import annotations

import re
from dataclasses import replace

from core.commands.lists import listing
from core.commands.settle import counts_from_due, day_part, in_hours
from core.errors import NotFound
from core.intents.request import Request
from core.intents.showing import show
from core.intents.values import Complete, Delete, Edit, Numbers, Reopen, Restore, Show, Skip, Snooze, Words
from core.model import Status, Task, TaskQuery
from core.tasks import find, resolve_one

OnTasks = Complete | Delete | Edit | Reopen | Restore | Skip | Snooze
"""What is done to tasks."""

_MOST = 100
"""Tasks that words may mean at once."""
_AND = re.compile(r"\s+and\s+|\s*,\s*(?:and\s+)?|\s*&\s*", re.IGNORECASE)
_MOST_NAMED = 10


async def task_numbers(request: Request, intent: OnTasks) -> Numbers:
    """The tasks by number. Raises NotFound, or Ambiguous with what to choose from."""
    target = intent.target
    if isinstance(target, Numbers):
        return target
    tasks = await _every(request, intent, target.words) if target.every else await _one(request, intent, target.words)
    if target.every and counts_from_due(intent):
        tasks = tuple(task for task in tasks if task.due)
        if not tasks:
            raise NotFound("None of them has a date yet to count from.")
    return Numbers(tuple(task.number for task in tasks))


async def _one(request: Request, intent: OnTasks, words: str) -> tuple[Task, ...]:
    """The one task that fits the words best, or the ones that `milk and bread` names."""
    try:
        return (await _best(request, intent, words),)
    except NotFound:
        parts = [part for part in _AND.split(words) if part.strip()]
        if not 1 < len(parts) <= _MOST_NAMED:
            raise
        return tuple([await _best(request, intent, part) for part in parts])


async def _best(request: Request, intent: OnTasks, words: str) -> Task:
    status = _among(intent)
    return await request.database.read(
        lambda session: resolve_one(session, request.actor, words, now=request.now, status=status)
    )


async def _every(request: Request, intent: OnTasks, words: str) -> tuple[Task, ...]:
    """All tasks with the words; `morning meetings` are also the meetings that are due in a morning."""
    shown = listing(f"list {words}") if words else None
    if shown and (shown.when or replace(shown.query, text=None) != TaskQuery()):
        status = _among(intent) if shown.query.status is Status.OPEN else shown.query.status
        query = replace(shown.query, status=status, size=_MOST)
        tasks = (await show(request, Show(query, shown.when))).page.tasks
    else:
        tasks = await _with(request, intent, words)
    part = day_part(words)
    if not tasks and part:
        wider = await _with(request, intent, part.rest)
        tasks = tuple(task for task in wider if task.due and task.due.time and in_hours(task.due.time.hour, part))
    if not tasks:
        fits = f"that fits “{words}”" if words else "to do that with"
        raise NotFound(f"I found no task {fits}. `list` shows your tasks.")
    return tasks


async def _with(request: Request, intent: OnTasks, words: str) -> tuple[Task, ...]:
    query = TaskQuery(status=_among(intent), text=words or None, size=_MOST)
    page = await request.database.read(lambda session: find(session, request.actor, query, now=request.now))
    return page.tasks


def _among(intent: OnTasks) -> Status:
    """Which tasks words may mean: what is done can be reopened, all can be deleted one by one."""
    if isinstance(intent, Reopen):
        return Status.DONE
    if isinstance(intent, Restore):
        return Status.DELETED
    one = isinstance(intent, Delete) and isinstance(intent.target, Words) and not intent.target.every
    return Status.ALL if one else Status.OPEN
