"""Opening the form of a task, which has to be the first answer to a press; and what is sent with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog

from adapters.discord.api import EPHEMERAL, body
from adapters.discord.desk import Desk
from adapters.discord.gather import Gathered, gather
from adapters.discord.inbound import author
from adapters.discord.render import modals
from adapters.discord.render.actions import FORM
from adapters.discord.surface import finish, refresh, say
from core.chat import Action, ActionName, Author, RefusedError, Status, Task, TaskQuery

log = structlog.get_logger()

_IN_TIME = 2.0
"""Seconds that what fills a form may take: Discord wants it within three, and takes nothing else before it."""
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _MODAL = 4, 5, 6, 9
_TOO_SLOW = "That took too long, the database is slow just now. Please try again."
_GONE = "This task is deleted. `undo` brings it back."
_LINK = "https://discord.com/channels/{guild}/{channel}/{message}"


async def edit(desk: Desk, interaction: discord.Interaction, who: Author, number: int) -> None:
    """Open the form of a task, with what it holds now."""
    task = await _in_time(desk, interaction, _found(desk, who, number))
    if task is None:
        return
    form = modals.task_form(task, f"{FORM}:{who.external_id}:{number}", f"Task #{number}")
    await desk.api.answer(interaction, _MODAL, form)


async def of_message(desk: Desk, interaction: discord.Interaction, who: Author, message: discord.Message) -> None:
    """Open the form of a new task, with what quick add reads in a message; the task keeps the message's link."""
    draft = await _in_time(desk, interaction, desk.core.draft(who, message.clean_content or "A message"))
    if draft is None:
        return
    guild = interaction.guild_id or "@me"
    custom_id = f"{FORM}:{who.external_id}:0:{guild}:{message.channel.id}:{message.id}"
    await desk.api.answer(interaction, _MODAL, modals.task_form(draft, custom_id, "New task"))


async def submitted(
    desk: Desk, interaction: discord.Interaction, custom_id: str, components: Sequence[Mapping[str, Any]]
) -> None:
    """Keep what was sent. What is refused is told with what was typed, as Discord closes the form in any case."""
    _, owner, number, *source = [*custom_id.split(":"), "", ""]
    who, typed = author(interaction.user, str(interaction.locale)), modals.typed(components)
    if owner != who.external_id:
        return
    if number.isdecimal() and int(number):
        await _changed(desk, interaction, who, int(number), typed)
        return
    await desk.api.answer(interaction, _DEFERRED_MESSAGE, {"flags": EPHEMERAL})
    link = (
        _LINK.format(guild=source[0], channel=source[1], message=source[2]) if len(source) > 2 and source[2] else None
    )
    wanted = Action(who, ActionName.ADD, fields=modals.fields(typed, None), link=link)
    said = await gather(desk.core.act(wanted), who.external_id)
    first, *_ = said.bodies()
    await finish(desk, interaction, body(_with_words(said, typed), []) if said.problem else first)


async def _changed(
    desk: Desk, interaction: discord.Interaction, who: Author, number: int, typed: Mapping[str, str]
) -> None:
    on_card = interaction.message is not None
    deferred = {"flags": EPHEMERAL}
    await desk.api.answer(interaction, *((_DEFERRED_UPDATE,) if on_card else (_DEFERRED_MESSAGE, deferred)))
    try:
        task = await _found(desk, who, number)
    except RefusedError as error:
        await say(desk, interaction, f"{error}\n\nYou typed: {typed.get('title', '')}")
        return
    wanted = Action(who, ActionName.EDIT, (number,), fields=modals.fields(typed, task))
    said = await gather(desk.core.act(wanted), who.external_id)
    if said.problem:
        said.problem = _with_words(said, typed)
    if on_card:
        await refresh(desk, interaction, who, said)
    else:
        first, *_ = said.bodies()
        await finish(desk, interaction, first)


def _with_words(said: Gathered, typed: Mapping[str, str]) -> str:
    """What was refused, and what was typed, so that none of it has to be thought of again."""
    kept = " · ".join(value.strip() for value in typed.values() if value.strip())
    return f"{said.problem}\n\nNothing was changed. You typed: {kept}"[:1_900]


async def _found(desk: Desk, who: Author, number: int) -> Task:
    """The task as it is now. Raises RefusedError when there is none."""
    page = await desk.core.find(who, TaskQuery(status=Status.ALL, numbers=(number,), size=1))
    if not page.tasks:
        raise RefusedError(_GONE)
    return page.tasks[0]


async def _in_time(desk: Desk, interaction: discord.Interaction, work: Any) -> Task | None:
    """What the work gives; None, once the person has been told why not."""
    try:
        async with asyncio.timeout(_IN_TIME):
            task: Task = await work
    except TimeoutError:
        sentence = _TOO_SLOW
    except RefusedError as error:
        sentence = str(error)
    else:
        return task
    await desk.api.answer(interaction, _MESSAGE, {**body(sentence, []), "flags": EPHEMERAL})
    return None
