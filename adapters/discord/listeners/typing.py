"""What is offered while somebody types a command: never late, and never an error."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import discord
from discord import app_commands

from adapters.discord.desk import Desk
from adapters.discord.inbound import author
from adapters.discord.render import choices
from core.chat import Author, RefusedError, Sort, Status, TaskPage, TaskQuery

Interaction = discord.Interaction[Any]
Choice = app_commands.Choice[str]

_IN_TIME = 2.0
"""Seconds after which nothing is offered: Discord takes no later answer."""
_REPEATS = ("every day", "every weekday", "every week", "every month", "every year", "every 3 days")


async def tasks(interaction: Interaction, current: str) -> list[Choice]:
    """Open tasks by what is typed of their number or title; the next ones before anything is."""
    wanted = current.strip().lstrip("#")
    numbers = (int(wanted),) if wanted.isdecimal() and len(wanted) < 9 else ()
    query = TaskQuery(
        status=Status.ALL if numbers else Status.OPEN,
        numbers=numbers,
        text=None if numbers else wanted or None,
        size=choices.MOST,
    )
    page = await _found(interaction, query)
    return _offered(choices.tasks(page.tasks if page else ()))


async def dates(interaction: Interaction, current: str) -> list[Choice]:
    """What is typed, with the date it means; some phrases before anything is."""
    phrases = [current] if current.strip() else list(choices.PHRASES)
    who = _who(interaction)
    offered: list[choices.Choice] = []
    try:
        async with asyncio.timeout(_IN_TIME):
            for phrase in phrases:
                draft = await _desk(interaction).core.draft(who, f"task {phrase}")
                if choice := choices.date(phrase, draft.due):
                    offered.append(choice)
    except (TimeoutError, RefusedError):
        return _offered(offered)
    return _offered(offered)


async def repeats(interaction: Interaction, current: str) -> list[Choice]:
    """Some repetitions to begin with."""
    return _offered([(one, one) for one in _REPEATS if one.startswith(current.strip().lower())])


async def tags(interaction: Interaction, current: str) -> list[Choice]:
    """Tags of the person's own."""
    page = await _found(interaction, TaskQuery(sort=Sort.CREATED, size=100))
    return _offered(choices.tags(page.tasks if page else (), current))


async def zones(interaction: Interaction, current: str) -> list[Choice]:
    """IANA zones by the names of their cities."""
    return _offered(choices.zones(current, dt.datetime.now(dt.UTC)))


async def _found(interaction: Interaction, query: TaskQuery) -> TaskPage | None:
    try:
        async with asyncio.timeout(_IN_TIME):
            return await _desk(interaction).core.find(_who(interaction), query)
    except (TimeoutError, RefusedError):
        return None


def _who(interaction: Interaction) -> Author:
    return author(interaction.user, str(interaction.locale))


def _desk(interaction: Interaction) -> Desk:
    """What the client that took the interaction works with."""
    desk: Desk = interaction.client.desk
    return desk


def _offered(found: list[choices.Choice]) -> list[Choice]:
    return [app_commands.Choice(name=name, value=value) for name, value in found]
