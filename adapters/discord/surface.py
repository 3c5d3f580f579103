"""Where something was pressed, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog

from adapters.discord.api import REFUSED, body, code
from adapters.discord.desk import Desk
from adapters.discord.gather import Gathered
from adapters.discord.render import actions as press
from adapters.discord.render import cards
from adapters.discord.render.components import Component, plain_id, walk
from adapters.discord.render.markdown import clean
from adapters.shared.refs import Ref
from adapters.shared.wording import heading
from core.chat import Author, Outcome, RefusedError, Status, Task, TaskQuery

log = structlog.get_logger()

V2_TEXT = 10


def shown(interaction: discord.Interaction) -> list[Component]:
    """The components of the message that was pressed, as they stand there."""
    message = interaction.message
    if message is None:
        return []
    told: list[Component] = [_sent(component.to_dict()) for component in message.components]
    if message.content:
        return [{"type": V2_TEXT, "content": message.content}, *told]
    return told


async def finish(desk: Desk, interaction: discord.Interaction, told: dict[str, object]) -> None:
    """Change the pressed message, or put in what was promised; where Discord won't, say it beside."""
    try:
        await desk.api.finish(interaction, told)
    except REFUSED as error:
        log.warning("discord.answer_refused", error=code(error) or type(error).__name__)
        try:
            await desk.api.follow(interaction, told)
        except REFUSED as lost:
            log.error("discord.answer_lost", error=code(lost) or type(lost).__name__)


async def say(desk: Desk, interaction: discord.Interaction, sentence: str) -> None:
    """One sentence to the person alone, beside what is there."""
    try:
        await desk.api.follow(interaction, body(clean(sentence)[:2_000], []))
    except REFUSED as error:
        log.warning("discord.words_lost", error=code(error) or type(error).__name__)


async def refresh(desk: Desk, interaction: discord.Interaction, who: Author, said: Gathered) -> None:
    """Tell every card of the pressed message anew, whatever has changed since, and say what it can't show."""
    components = shown(interaction)
    refs = press.refs([str(part.get("custom_id", "")) for part in walk(components)])
    tasks = await _now(desk, who, refs, said)
    if tasks is not None:
        change = next((receipt.change for receipt in said.receipts if receipt.change is not None), None)
        undone = any(receipt.action == Outcome.UNDONE for receipt in said.receipts)
        title = heading(said.receipts[0].action) if said.receipts else ""
        fresh = cards.refresh(components, tasks, change=None if undone else change, heading=title)
        fresh = cards.gone(fresh, set(refs) - set(tasks))
        await finish(desk, interaction, {**body("", fresh), "components": fresh, "flags": 1 << 15})
    details = " ".join(receipt.detail for receipt in said.receipts if receipt.detail)
    if beside := said.problem or said.text or details:
        await say(desk, interaction, beside)


async def _now(desk: Desk, who: Author, shown_refs: Sequence[Ref], said: Gathered) -> dict[Ref, Task] | None:
    """The tasks of a message as they are now, by what never comes to mean another one.

    Deleted ones only when this very press deleted them.
    """
    changed = {Ref.of(task): task for receipt in said.receipts for task in receipt.tasks}
    others = {ref.id: ref for ref in shown_refs if ref.id and ref not in changed}
    if not others:
        return changed
    try:
        page = await desk.core.find(who, TaskQuery(status=Status.ALL, ids=tuple(others), size=len(others)))
    except RefusedError as error:
        log.info("discord.card_unread", reason=str(error))
        return None
    return {others[task.id]: task for task in page.tasks if task.id in others} | changed


def _sent(component: Mapping[str, Any]) -> Component:
    """A component as it can be sent again: without the number that Discord gave it."""
    told = {name: value for name, value in component.items() if name != "id" and value is not None}
    if "components" in told:
        told["components"] = [_sent(inner) for inner in told["components"]]
    if "custom_id" in told:
        told["custom_id"] = plain_id(str(told["custom_id"]))
    return told
