"""An end in every case: whatever goes wrong with a command, a press or a form, the person is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import discord
import structlog

from adapters.discord.api import EPHEMERAL, REFUSED, acknowledged, body, code
from adapters.discord.desk import Desk
from adapters.discord.settings import PLATFORM
from core.chat import RefusedError, Thread

log = structlog.get_logger()

_MESSAGE = 4
_LONGEST = 90.0
"""Seconds after which nobody waits any longer; what was done by then stays."""
_TOO_LONG = "That took too long, so I stopped waiting for it. What was done stays: `/task list` shows it."
_BROKEN = "Something went wrong on my side, and what isn't shown as done was not done. Error id {error_id}."


@asynccontextmanager
async def ended(
    desk: Desk, interaction: discord.Interaction, *, longest: float | None = _LONGEST
) -> AsyncIterator[None]:
    """Do what an interaction asks for in the block; a failure becomes a sentence, in place of “thinking…” too."""
    limit = asyncio.timeout(longest)
    try:
        async with limit:
            yield
    except RefusedError as error:
        await tell(desk, interaction, str(error))
    except REFUSED as error:
        log.warning("discord.interaction_refused", error=code(error) or type(error).__name__)
        if limit.expired():
            await tell(desk, interaction, _TOO_LONG)
    except Exception:
        error_id = uuid4().hex[:8]
        log.exception("discord.interaction_failed", error_id=error_id)
        await tell(desk, interaction, _BROKEN.format(error_id=error_id))


@asynccontextmanager
async def claimed(desk: Desk, interaction: discord.Interaction) -> AsyncIterator[bool]:
    """Whether the interaction is this process's: two of one shard are told of each."""
    at = interaction.created_at.timestamp()
    async with desk.core.claim(Thread(PLATFORM, "", f"press-{interaction.id}"), str(interaction.id), at) as claim:
        mine = await claim.granted()
        yield mine
        if mine:
            claim.answered()


async def tell(desk: Desk, interaction: discord.Interaction, sentence: str) -> None:
    """A sentence for the person alone, by whichever way is still open."""
    told = {**body(sentence[:2_000], []), "flags": EPHEMERAL}
    ways = (desk.api.finish, desk.api.follow) if acknowledged(interaction) else ()
    try:
        if not ways:
            await desk.api.answer(interaction, _MESSAGE, told)
            return
    except REFUSED as error:
        log.info("discord.words_late", error=code(error) or type(error).__name__)
        ways = (desk.api.finish, desk.api.follow)
    for way in ways:
        try:
            await way(interaction, body(sentence[:2_000], []))
        except REFUSED as error:
            log.warning("discord.words_lost", error=code(error) or type(error).__name__)
        else:
            return
