"""Opening forms: within three seconds of the press, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

import structlog

from adapters.slack import whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.render import modals
from adapters.slack.render.blocks import Block
from adapters.slack.surface import Surface
from core.chat import Author, RefusedError, Status, TaskQuery

log = structlog.get_logger()

_IN_TIME = 1.5
"""Seconds after which an empty form is opened, to be filled in when the database answers."""
_AGAIN = "That took too long for Slack. Please press again."


async def edit(desk: Desk, author: Author, numbers: Sequence[int], trigger: str, at: Surface) -> None:
    """Open the form of a task, with what it holds now."""

    async def filled() -> Block:
        query = TaskQuery(status=Status.ALL, numbers=tuple(numbers), size=1)
        page = await desk.core.find(author, query)
        if not page.tasks:
            return modals.notice("Gone", "This task is deleted. “Take back” or `undo` brings it back.")
        task = page.tasks[0]
        kept = {"n": task.number, "url": at.url, "channel": at.channel, "ts": at.ts}
        return modals.task_form(task, {**kept, "eph": at.ephemeral, "home": at.home}, new=False)

    await open_form(desk, trigger, filled(), "Edit", at.url)


async def open_form(desk: Desk, trigger: str, form: Awaitable[Block], title: str, url: str) -> None:
    """Open a form, or an empty one first when what fills it takes long; a refusal is told where it can be."""
    filling = asyncio.ensure_future(_or_notice(form, title))
    done, _ = await asyncio.wait([filling], timeout=_IN_TIME)
    try:
        if done:
            await desk.api.now.views_open(trigger_id=trigger, view=filling.result())
            return
        opened = await desk.api.now.views_open(trigger_id=trigger, view=modals.waiting(title))
        await desk.api.write.views_update(view_id=opened["view"]["id"], view=await filling)
    except REFUSED as error:
        log.warning("slack.form_refused", error=code(error) or type(error).__name__)
        filling.cancel()
        await whisper.say(desk, url, _AGAIN)


async def _or_notice(form: Awaitable[Block], title: str) -> Block:
    try:
        return await form
    except RefusedError as error:
        return modals.notice(title, str(error))
