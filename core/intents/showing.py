"""Lists of tasks."""

from __future__ import annotations

from dataclasses import replace

from core.chat import TaskList
from core.commands.headings import heading
from core.commands.spans import span
from core.intents.request import Request
from core.intents.values import Show
from core.tasks import find


async def show(request: Request, intent: Show) -> TaskList:
    """One page of the tasks that are asked for, headed by what was understood."""
    query = intent.query
    if intent.when and (days := span(intent.when, now=request.now, locale=request.actor.locale)):
        query = replace(query, since=days[0], until=days[1])
    page = await request.database.read(lambda session: find(session, request.actor, query, now=request.now))
    return TaskList(page, heading(query, request.now.date()))
