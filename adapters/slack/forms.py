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
from adapters.slack.render.identity import Ref
from adapters.slack.render.task_form import task_form
from adapters.slack.surface import Surface
from core.chat import Author, RefusedError, Status, Task, TaskQuery

log = structlog.get_logger()

_IN_TIME = 0.7
"""Seconds after which an empty form is opened, to be filled in when the database answers."""
_PATIENCE = 30.0
"""Seconds after which a form that can't be filled in says so."""
_AGAIN = "That took too long for Slack. Please press again."
_LATE = "Your tasks can't be read right now. Please close this and try again in a moment; nothing was changed."


async def edit(desk: Desk, user: str, refs: Sequence[Ref], trigger: str, at: Surface) -> None:
    """Open the form of a task, with what it holds now."""

    async def filled() -> Block:
        task = await task_now(desk, await desk.people.author(user), refs)
        if task is None:
            return modals.notice("Gone", "This task is deleted. “Take back” or `undo` brings it back.")
        kept = {"n": task.number, "i": task.id, "url": at.url, "channel": at.channel, "ts": at.ts}
        return task_form(task, {**kept, "eph": at.ephemeral, "home": at.home}, new=False)

    await open_form(desk, trigger, filled(), "Edit", at.url)


async def task_now(desk: Desk, author: Author, refs: Sequence[Ref]) -> Task | None:
    """The task as it is now, by what names it for ever; `None` when it is deleted. Raises RefusedError."""
    ids = tuple(ref.id for ref in refs if ref.id)
    numbers = () if ids else tuple(ref.number for ref in refs)
    page = await desk.core.find(author, TaskQuery(status=Status.ALL, ids=ids, numbers=numbers, size=1))
    return next((task for task in page.tasks if not ids or task.id in ids), None)


async def open_form(desk: Desk, trigger: str, form: Awaitable[Block], title: str, url: str) -> None:
    """Open a form, or an empty one first when what fills it takes long; a refusal is told where it can be."""
    filling = asyncio.ensure_future(_or_notice(form, title))
    done, _ = await asyncio.wait([filling], timeout=_IN_TIME)
    try:
        if done:
            await desk.api.now.views_open(trigger_id=trigger, view=filling.result())
            return
        opened = await desk.api.now.views_open(trigger_id=trigger, view=modals.waiting(title))
        await desk.api.read.views_update(view_id=opened["view"]["id"], view=await filling)
    except REFUSED as error:
        log.warning("slack.form_refused", error=code(error) or type(error).__name__)
        await whisper.say(desk, url, _AGAIN)
    finally:
        filling.cancel()


async def _or_notice(form: Awaitable[Block], title: str) -> Block:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await form
    except RefusedError as error:
        return modals.notice(title, str(error))
    except TimeoutError:
        return modals.notice(title, _LATE)
