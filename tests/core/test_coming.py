"""Reminders that a process without a session makes: the others are told of them."""

from __future__ import annotations

import asyncio
import datetime as dt

import psycopg

from core.chat import Author
from core.coming import CHANNEL
from core.database import Database
from core.toolbox import Tools

ANA = Author("console", "", "ana", "Ana", timezone="Europe/Berlin")


async def test_what_a_client_adds_is_told_to_those_who_will_say_it(database: Database) -> None:
    """With the instant; a task without a reminder is no news."""
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        box = Tools(database, "UTC", clock=lambda: dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
        caller = await box.local(ANA)
        await caller.call("add_task", '{"tasks": [{"title": "Buy milk"}]}')
        await caller.call("add_task", '{"tasks": [{"title": "Pay rent", "due": "tomorrow 9am"}]}')
        async with asyncio.timeout(10):
            note = await anext(listening.notifies())
    at = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    assert note.payload == f"@{int(at.timestamp())}"
