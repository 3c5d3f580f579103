"""Opening the form of a task, which has to be the first answer to a press; and what is sent with it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog

from adapters.discord.api import EPHEMERAL, REFUSED, body, code
from adapters.discord.desk import Desk
from adapters.discord.gather import Gathered, gather
from adapters.discord.inbound import author
from adapters.discord.render import modals
from adapters.discord.render.actions import FORM
from adapters.discord.surface import finish, refresh
from adapters.shared.refs import Ref
from adapters.shared.wording import short
from core.chat import Action, ActionName, Author, RefusedError, Status, Task, TaskQuery

log = structlog.get_logger()

_IN_TIME = 0.9
"""Seconds that what fills a form may take: it has to be the first answer, and a person waits a second for a sign."""
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _MODAL = 4, 5, 6, 9
_TOO_SLOW = "That took too long, the database is slow just now. Please try again."
_GONE = "This task is deleted. `list deleted` shows it, and `restore` with its number brings it back."
_MOST_TYPED = 1_500
"""Characters of what was typed beside a refusal; more of it comes as a file."""
_LINK = "https://discord.com/channels/{guild}/{channel}/{message}"


async def edit(desk: Desk, interaction: discord.Interaction, who: Author, ref: Ref) -> None:
    """Open the form of a task, with what it holds now; a reference without an id is a number that somebody typed."""
    task = await _in_time(desk, interaction, _found(desk, who, ref))
    if task is None:
        return
    custom_id = f"{FORM}:{who.external_id}:{Ref.of(task).token}:{modals.shown(task)}"
    await desk.api.answer(interaction, _MODAL, modals.task_form(task, custom_id, f"Task #{task.number}"))


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
    _, owner, token, *more = [*custom_id.split(":"), "", ""]
    who, typed = author(interaction.user, str(interaction.locale)), modals.typed(components)
    if owner != who.external_id:
        return
    if ref := Ref.parse(token):
        await _changed(desk, interaction, _edit(who, ref, typed, more[0]), typed)
        return
    await desk.api.answer(interaction, _DEFERRED_MESSAGE, {"flags": EPHEMERAL})
    link = _LINK.format(guild=more[0], channel=more[1], message=more[2]) if len(more) > 2 and more[2] else None
    wanted = Action(who, ActionName.ADD, fields=modals.fields(typed), link=link)
    said = await gather(desk.core.act(wanted), who.external_id)
    first, *_ = said.bodies()
    await finish(desk, interaction, body(_with_words(said, typed), []) if said.problem else first)
    await _kept(interaction, said, typed)


def _edit(who: Author, ref: Ref, typed: Mapping[str, str], shown: str) -> Action:
    return Action(
        who, ActionName.EDIT, (ref.number,), fields=modals.fields(typed), ids=(ref.id,), before=modals.before(shown)
    )


async def _changed(desk: Desk, interaction: discord.Interaction, wanted: Action, typed: Mapping[str, str]) -> None:
    on_card = interaction.message is not None
    deferred = {"flags": EPHEMERAL}
    await desk.api.answer(interaction, *((_DEFERRED_UPDATE,) if on_card else (_DEFERRED_MESSAGE, deferred)))
    said = await gather(desk.core.act(wanted), wanted.author.external_id)
    if said.problem:
        said.problem = _with_words(said, typed)
    if on_card:
        await refresh(desk, interaction, wanted.author, said)
    else:
        first, *_ = said.bodies()
        await finish(desk, interaction, first)
    await _kept(interaction, said, typed)


async def _kept(interaction: discord.Interaction, said: Gathered, typed: Mapping[str, str]) -> None:
    """What was typed and didn't fit beside a refusal, as a file for the person alone."""
    whole = "\n\n".join(value for value in typed.values() if value.strip())
    if not said.problem or len(whole) <= _MOST_TYPED:
        return
    file = discord.File(io.BytesIO(whole.encode()), "what-you-typed.txt")
    try:
        await interaction.followup.send(file=file, ephemeral=True)
    except REFUSED as error:
        log.warning("discord.words_lost", error=code(error) or type(error).__name__)


def _with_words(said: Gathered, typed: Mapping[str, str]) -> str:
    """What was refused, and what was typed, so that none of it has to be thought of again."""
    kept = " · ".join(value.strip() for value in typed.values() if value.strip())
    return f"{said.problem}\n\nNothing was changed. You typed: {short(kept, _MOST_TYPED)}"


async def _found(desk: Desk, who: Author, ref: Ref) -> Task:
    """The task as it is now. Raises RefusedError when there is none."""
    query = (
        TaskQuery(status=Status.ALL, ids=(ref.id,)) if ref.id else TaskQuery(status=Status.ALL, numbers=(ref.number,))
    )
    page = await desk.core.find(who, query)
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
