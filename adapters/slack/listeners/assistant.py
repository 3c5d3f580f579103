"""The assistant's pane: a greeting, and prompts that fit the person's tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, Place, text_of
from adapters.slack.render.markdown import clean
from adapters.slack.render.prompts import greeting, suggested
from adapters.slack.threads import metadata
from core.chat import DueFilter, RefusedError, Stamp, StampKind, TaskPage, TaskQuery

log = structlog.get_logger()


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to `assistant_thread_started`."""

    @app.event("assistant_thread_started")
    async def started(event: Event) -> None:
        thread = event.get("assistant_thread")
        if isinstance(thread, Mapping):
            await greet(desk, thread)


async def greet(desk: Desk, thread: Mapping[str, object]) -> None:
    """Say hello in the new thread, and suggest what to ask."""
    place = Place(text_of(thread, "channel_id"), text_of(thread, "thread_ts"), private=True)
    author = await desk.people.author(text_of(thread, "user_id"))
    try:
        overdue, today = await asyncio.gather(
            *(desk.core.find(author, TaskQuery(due=due, size=1)) for due in (DueFilter.OVERDUE, DueFilter.TODAY))
        )
    except RefusedError as error:
        log.info("slack.greeting_without_tasks", reason=str(error))
        overdue = today = TaskPage(TaskQuery(), (), 0)
    try:
        await desk.api.write.chat_postMessage(
            channel=place.channel,
            thread_ts=place.ts,
            text=clean(greeting(author.name, overdue, today)),
            metadata=metadata(Stamp(kind=StampKind.UNASKED)),
        )
        await desk.api.now.assistant_threads_setSuggestedPrompts(
            channel_id=place.channel, thread_ts=place.ts, prompts=suggested(overdue, today)
        )
    except REFUSED as error:
        log.warning("slack.greeting_refused", error=code(error) or type(error).__name__)
