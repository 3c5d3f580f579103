"""A person's tasks as files: read a page at a time, each by itself, and written while others are served."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Sequence

from core.database import Database
from core.model import File
from core.tasks import everything, zones
from core.tasks.export import Export
from core.users import Actor

PAGE = 500
"""Tasks that are held at once."""


async def export(
    database: Database, actor: Actor, now: dt.datetime, only: str | None = None
) -> tuple[int, Sequence[File]]:
    """How many tasks the actor has, and the files; see `core.tasks.export`.

    What is changed meanwhile is in them as it was or as it is. Raises Invalid where there is no room for them.
    """
    meant = await database.read(lambda session: zones(session, actor))
    growing = await asyncio.to_thread(Export, now, only, meant)
    after = 0
    while True:
        read = functools.partial(everything, actor=actor, now=now, after=after, most=PAGE)
        tasks = await database.read(read)
        if tasks:
            await asyncio.to_thread(growing.add, tasks)
        if len(tasks) < PAGE:
            return growing.count, await asyncio.to_thread(growing.files)
        after = tasks[-1].number
