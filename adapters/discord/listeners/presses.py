"""Buttons, menus and forms. Only the person whose tasks a card shows may press."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord
import structlog

from adapters.discord import admission, forms
from adapters.discord.api import EPHEMERAL, body
from adapters.discord.desk import Desk
from adapters.discord.ending import claimed, ended
from adapters.discord.erasing import begin
from adapters.discord.gather import Gathered, gather
from adapters.discord.inbound import Place, author
from adapters.discord.listeners import answers
from adapters.discord.post import Post
from adapters.discord.render import actions as act
from adapters.discord.render import cards
from adapters.discord.render.actions import Pressed
from adapters.discord.render.components import Component, plain_id, walk
from adapters.discord.surface import finish, refresh, say, shown
from adapters.shared.refs import Ref
from core.chat import Action, ActionName, Author, Command, RefusedError, StampKind, Status, TaskList, TaskQuery

log = structlog.get_logger()

DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MESSAGE = 5, 6, 7, 4
_STARTING = "I am being restarted. Please press again in a moment."
_OLD = "I no longer know this button. `/task list` shows your tasks."


async def press(desk: Desk, interaction: discord.Interaction) -> None:
    """Acknowledge what was pressed or sent, well within three seconds, and do it."""
    data: Mapping[str, Any] = interaction.data or {}
    # a turn ends by itself, and may take longer than a press
    limit: dict[str, Any] = {"longest": None} if str(data.get("custom_id")).startswith(f"{act.SAY}:") else {}
    async with desk.running.counted(), ended(desk, interaction, **limit), claimed(desk, interaction) as mine:
        if not mine:
            return
        if desk.running.draining:
            await alone(desk, interaction, _STARTING)
        elif (verdict := admission.of_interaction(desk, interaction)).refused:
            await alone(desk, interaction, verdict.value)
        elif interaction.type is discord.InteractionType.modal_submit:
            await forms.submitted(desk, interaction, str(data.get("custom_id")), data.get("components") or ())
        else:
            values = [str(value) for value in data.get("values") or ()]
            await _component(desk, interaction, str(data.get("custom_id")), values)


async def alone(desk: Desk, interaction: discord.Interaction, sentence: str) -> None:
    """Answer at once, to the person alone."""
    await desk.api.answer(interaction, MESSAGE, {**body(sentence, []), "flags": EPHEMERAL})


async def _component(desk: Desk, interaction: discord.Interaction, custom_id: str, values: list[str]) -> None:
    pressed = Pressed.parse(custom_id)
    if pressed is None:
        await alone(desk, interaction, _OLD)
        return
    who = author(interaction.user, str(interaction.locale))
    if pressed.kind == act.STAMP:
        await _afresh(desk, interaction, who)
    elif pressed.owner != who.external_id:
        theirs = f"These are <@{pressed.owner}>'s tasks, so only they can change them."
        if pressed.kind == act.SAY:
            theirs = f"<@{pressed.owner}> was asked that, so only they can answer."
        await alone(desk, interaction, theirs)
    else:
        await _own(desk, interaction, who, pressed, custom_id, values)


async def _own(
    desk: Desk, interaction: discord.Interaction, who: Author, pressed: Pressed, custom_id: str, values: list[str]
) -> None:
    chosen = values[0] if values else ""
    match pressed.kind:
        case act.EDIT:
            await forms.edit(desk, interaction, who, pressed.ref or Ref(0, 0))
        case act.ACT:
            await _do(desk, interaction, _on(who, ActionName(pressed.name), pressed))
        case act.OFFER:
            await _do(desk, interaction, Action(who, ActionName(pressed.name), fields=pressed.fields))
        case act.SNOOZE:
            await _do(desk, interaction, replace(_on(who, ActionName.SNOOZE, pressed), fields={"until": chosen}))
        case act.ZONE:
            await _zone(desk, interaction, Action(who, ActionName.PREFERENCES, fields={"timezone": chosen}))
        case act.OPEN:
            await _open(desk, interaction, who, chosen)
        case act.PAGE:
            await _turn(desk, interaction, who, pressed.query or TaskQuery(), custom_id)
        case act.CONFIRM:
            await desk.api.answer(interaction, DEFERRED_UPDATE)
            said = await gather(desk.core.act(Action(who, ActionName(pressed.name))), who.external_id)
            await _instead(desk, interaction, said.problem or said.text or _details(said.receipts))
        case act.DISMISS:
            await desk.api.answer(interaction, DEFERRED_UPDATE)
            await _instead(desk, interaction, "Nothing was changed.")
        case act.SAY:
            await desk.api.answer(interaction, DEFERRED_UPDATE)
            await answers.say(desk, interaction, who, pressed, custom_id)
        case act.STOP:
            await desk.api.answer(interaction, DEFERRED_UPDATE)
            desk.running.stop(Place(interaction.channel_id or 0, private=interaction.guild_id is None))


async def _do(desk: Desk, interaction: discord.Interaction, wanted: Action) -> None:
    await desk.api.answer(interaction, DEFERRED_UPDATE)
    said = await gather(desk.core.act(wanted), wanted.author.external_id)
    await refresh(desk, interaction, wanted.author, said)


async def _zone(desk: Desk, interaction: discord.Interaction, wanted: Action) -> None:
    """The answer to the question where one is, which goes away."""
    await desk.api.answer(interaction, DEFERRED_UPDATE)
    said = await gather(desk.core.act(wanted), wanted.author.external_id)
    if not said.problem:
        await finish(desk, interaction, {"components": cards.without_zones(shown(interaction)), "flags": 1 << 15})
    await say(desk, interaction, said.problem or _details(said.receipts) or "Thank you.")


async def _instead(desk: Desk, interaction: discord.Interaction, sentence: str) -> None:
    """A sentence in place of a question."""
    told: list[Component] = [{"type": 10, "content": sentence or "Done."}]
    await finish(desk, interaction, {"components": told, "flags": 1 << 15})


def _on(who: Author, name: ActionName, pressed: Pressed) -> Action:
    """What was pressed on the card of one task, or of a change to several."""
    ref = pressed.ref
    return Action(
        who,
        name,
        (ref.number,) if ref else (),
        None if name is ActionName.RESTORE else pressed.change,
        ids=(ref.id,) if ref else (),
    )


async def _open(desk: Desk, interaction: discord.Interaction, who: Author, chosen: str) -> None:
    """The card of a task that was chosen in a list, with all its buttons, for the person alone."""
    ref = Ref.parse(chosen)
    if ref is None:
        await alone(desk, interaction, _OLD)
        return
    await desk.api.answer(interaction, DEFERRED_MESSAGE, {"flags": EPHEMERAL})
    try:
        page = await desk.core.find(who, TaskQuery(status=Status.ALL, ids=(ref.id,), size=1))
    except RefusedError as error:
        await finish(desk, interaction, body(str(error), []))
        return
    if page.tasks:
        await finish(desk, interaction, body("", [cards.card(page.tasks[0], who.external_id)]))
    else:
        await finish(desk, interaction, body(f"#{ref.number} is deleted. `restore {ref.number}` brings it back.", []))


async def _turn(desk: Desk, interaction: discord.Interaction, who: Author, query: TaskQuery, custom_id: str) -> None:
    """Another page of a list, in its place."""
    await desk.api.answer(interaction, DEFERRED_UPDATE)
    try:
        page = await desk.core.find(who, query)
    except RefusedError as error:
        await say(desk, interaction, str(error))
        return
    fresh: list[Component] = []
    for component in shown(interaction):
        ids = {str(part.get("custom_id")) for part in walk([component])}
        replaced = plain_id(custom_id) in ids
        fresh += cards.task_list(TaskList(page), who.external_id) if replaced else [component]
    await finish(desk, interaction, {"components": fresh, "flags": 1 << 15})


async def _afresh(desk: Desk, interaction: discord.Interaction, who: Author) -> None:
    """Begin a new conversation in the thread, as `new` does."""
    await desk.api.answer(interaction, DEFERRED_MESSAGE, {"flags": EPHEMERAL})
    where = Place(interaction.channel_id or 0, private=interaction.guild_id is None)
    said = await end(desk, interaction, where, Command(who, "new", where.thread()))
    await finish(desk, interaction, body(said.problem or said.text, []))


async def end(desk: Desk, interaction: discord.Interaction, where: Place, command: Command) -> Gathered:
    """End the thread's conversation, after all that was said there before, in other processes too."""
    thread, at = where.thread(), interaction.created_at.timestamp()
    async with desk.core.claim(thread, str(interaction.id), at) as claim, desk.running.in_order(where):
        # which of several processes does it is settled already
        await claim.granted()
        said = await gather(desk.core.command(command), command.author.external_id)
        await _told_there(desk, where, command.author, said)
    return said


async def _told_there(desk: Desk, where: Place, who: Author, said: Gathered) -> None:
    """Tell the thread who ended its conversation, by the message that keeps the stamp of it."""
    if said.stamp is not None and said.stamp.kind.ends:
        desk.threads.ended(where)
        if said.stamp.kind is StampKind.FORGOTTEN:
            await begin(desk, where)
        await Post(desk, where, who.external_id, uuid.uuid4().hex).end(said.text, stamp=said.stamp)
        desk.core.posted(where.thread())


def _details(receipts: list[Any]) -> str:
    return " ".join(receipt.detail for receipt in receipts if receipt.detail)
