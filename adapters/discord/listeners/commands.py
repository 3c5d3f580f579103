"""Slash commands and the message menu: acknowledged at once, whatever the database and the model do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import discord
import structlog

from adapters.discord import admission, forms
from adapters.discord.api import EPHEMERAL, REFUSED, body, code
from adapters.discord.desk import Desk
from adapters.discord.ending import claimed, ended
from adapters.discord.files import attached
from adapters.discord.gather import Gathered, gather
from adapters.discord.inbound import Place, author
from adapters.discord.listeners.messages import reply
from adapters.discord.listeners.presses import end
from adapters.discord.surface import finish
from adapters.discord.zones import question
from adapters.shared.admission import Verdict
from adapters.shared.refs import Ref
from core.chat import Action, ActionName, Author, Command, Message, Reply, Thread

log = structlog.get_logger()

Interaction = discord.Interaction[Any]
Given = ParamSpec("Given")
Handler = Callable[Concatenate[Desk, Interaction, Given], Coroutine[Any, Any, None]]

_MESSAGE, _DEFERRED_MESSAGE = 4, 5
_STARTING = "I am being restarted. Please type that again in a moment."
_NO_DIRECT_MESSAGES = "-# I can't write to you in direct messages, so this stays here and I won't remember it.\n"


def counted(handler: Handler[Given]) -> Handler[Given]:
    """Work that is waited for before the process ends; while it does, nothing new is begun."""

    @wraps(handler)
    async def run(desk: Desk, interaction: Interaction, /, *args: Given.args, **kwargs: Given.kwargs) -> None:
        async with desk.running.counted(), ended(desk, interaction), claimed(desk, interaction) as mine:
            if not mine:
                return
            if desk.running.draining:
                await desk.api.answer(interaction, _MESSAGE, {**body(_STARTING, []), "flags": EPHEMERAL})
            elif (verdict := admission.of_interaction(desk, interaction)).refused:
                await desk.api.answer(interaction, _MESSAGE, {**body(verdict.value, []), "flags": EPHEMERAL})
            else:
                await handler(desk, interaction, *args, **kwargs)

    return run


@counted
async def run(desk: Desk, interaction: Interaction, text: str, *, share: bool = False) -> None:
    """A line of the grammar."""
    await _defer(desk, interaction, share=share)
    who = _who(interaction)
    await _tell(desk, interaction, who, desk.core.command(Command(who, text, _thread(interaction), shared=share)))


@counted
async def add(
    desk: Desk, interaction: Interaction, text: str, fields: Mapping[str, str], *, share: bool = False
) -> None:
    """A new task: by quick add, or from options."""
    await _defer(desk, interaction, share=share)
    who = _who(interaction)
    wanted = (
        desk.core.act(Action(who, ActionName.ADD, fields={"title": text, **fields}))
        if fields
        else desk.core.command(Command(who, f"add {text}", shared=share))
    )
    await _tell(desk, interaction, who, wanted)


@counted
async def edit(desk: Desk, interaction: Interaction, task: str) -> None:
    """The form of a task, by its number."""
    wanted = task.strip().lstrip("#")
    if wanted.isdecimal() and len(wanted) < 9:
        await forms.edit(desk, interaction, _who(interaction), Ref(int(wanted), 0))
        return
    sentence = "Choose one of the tasks that are offered while you type, or give its number."
    await desk.api.answer(interaction, _MESSAGE, {**body(sentence, []), "flags": EPHEMERAL})


@counted
async def forget(desk: Desk, interaction: Interaction, *, me: bool) -> None:
    """The thread's conversation and its stamps; or, after a question, everything about the person."""
    await _defer(desk, interaction)
    who, thread = _who(interaction), _thread(interaction)
    if me:
        said = await gather(desk.core.command(Command(who, "forget me", thread)), who.external_id)
    else:
        where = Place(int(thread.id), not thread.shared)
        said = await end(desk, interaction, where, Command(who, "forget", thread))
    await _finished(desk, interaction, said)


@counted
async def settings(desk: Desk, interaction: Interaction, given: Mapping[str, str]) -> None:
    """Change how one wants things, and show it."""
    await _defer(desk, interaction)
    who = _who(interaction)
    if given:
        await _tell(desk, interaction, who, desk.core.act(Action(who, ActionName.PREFERENCES, fields=given)))
        return
    kept = await desk.core.preferences(who)
    known = "" if kept.timezone_known else " (nobody told me yours)"
    lead = f"{kept.lead} minutes before a task's time" if kept.lead else "at a task's time"
    sentence = (
        f"Time zone **{kept.timezone}**{known} · morning at **{kept.morning:%H:%M}** · digest "
        f"**{'on' if kept.digest else 'off'}** · reminders {lead}. The options of `/settings` change it."
    )
    await finish(desk, interaction, body(sentence, []))


@counted
async def of_message(desk: Desk, interaction: Interaction, message: discord.Message) -> None:
    """A form for a task from any message."""
    await forms.of_message(desk, interaction, _who(interaction), message)


@counted
async def ask(desk: Desk, interaction: Interaction, text: str) -> None:
    """Ask the agent, in the person's direct messages, where a conversation can be kept."""
    await _defer(desk, interaction)
    if (verdict := admission.of_interaction(desk, interaction)) is Verdict.COMMANDS:
        await finish(desk, interaction, body(verdict.value, []))
        return
    who = _who(interaction)
    try:
        channel = await desk.api.private(int(who.external_id))
        await desk.api.say(channel, f"-# You asked: {text}"[:2_000])
    except REFUSED as error:
        log.info("discord.question_refused", error=code(error) or type(error).__name__)
        once = Message(
            str(interaction.id),
            Thread("discord", "", f"once-{interaction.id}", shared=False),
            who,
            text,
            interaction.created_at,
        )
        said = await gather(desk.core.respond(once), who.external_id)
        said.text = _NO_DIRECT_MESSAGES + said.text
        await _finished(desk, interaction, said)
        return
    where = Place(channel, private=True)
    await finish(desk, interaction, body(f"I answer in our direct messages: <#{channel}>", []))
    async with desk.running.in_order(where):
        await reply(desk, Message(str(interaction.id), where.thread(), who, text, interaction.created_at), where)


async def _defer(desk: Desk, interaction: Interaction, *, share: bool = False) -> None:
    """Acknowledge: the answer comes later, for the person alone unless it is to be shared."""
    await desk.api.answer(interaction, _DEFERRED_MESSAGE, {} if share else {"flags": EPHEMERAL})


async def _tell(desk: Desk, interaction: Interaction, who: Author, reply_: Reply) -> None:
    said = await gather(reply_, who.external_id)
    if said.timed:
        said.cards += await question(desk, who)
    await _finished(desk, interaction, said)


async def _finished(desk: Desk, interaction: Interaction, said: Gathered) -> None:
    """Put in what was promised; more than fits comes after it, files last."""
    first, *more = said.bodies()
    await finish(desk, interaction, first)
    for told in more:
        await desk.api.follow(interaction, told)
    if said.files:
        await interaction.followup.send(files=attached(said.files), ephemeral=True)


def _who(interaction: Interaction) -> Author:
    return author(interaction.user, str(interaction.locale))


def _thread(interaction: Interaction) -> Thread:
    return Place(interaction.channel_id or 0, private=interaction.guild_id is None).thread()
