"""How often a turn waits for a database that is far away: counted on the wire, the words of transactions included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from core.chat import Action, ActionName
from core.database import Database
from core.service import Service
from tests.conversations.conftest import Clock, online_for
from tests.fakes.chat import ANA, Answer, Chat
from tests.fakes.far_database import Far, far
from tests.fakes.openai import OpenAIServer


@dataclass(frozen=True, slots=True)
class Distant:
    """A bot whose database is behind a wire, and has served it before."""

    wire: Far
    core: Service
    chat: Chat

    async def says(self, text: str) -> Answer:
        """Ana says something to the bot, in the same talk."""
        return await self.chat.say(self.core, text, thread=self.chat.thread("far", shared=False))


@pytest.fixture
async def bot(database_url: str, openai: OpenAIServer, clock: Clock) -> AsyncIterator[Distant]:
    """Ana has three tasks."""
    async with far(database_url) as wire:
        database = Database(wire.url, direct_url=database_url)
        chat, online = Chat(), online_for(openai)
        core = Service(database, {chat.name: chat}, online, default_zone="UTC", clock=clock)
        distant = Distant(wire, core, chat)
        for title in ("Buy milk tomorrow 5pm", "Call Ben friday", "Water the plants"):
            await chat.command(core, f"add {title}")
        await distant.says("hello")
        yield distant
        await database.close()


@pytest.mark.parametrize(
    ("call", "most"),
    [
        ('add_task {"tasks":[{"title":"Call the dentist","due":"tomorrow 5pm"}]}', 2),
        ('list_tasks {"status":"open","text":"milk"}', 2),
        ('complete_task {"numbers":[1]}', 3),
        ('update_task {"changes":[{"number":2,"due":"next friday","priority":1}]}', 3),
        ('delete_task {"numbers":[3]}', 4),
        ("undo {}", 3),
    ],
)
async def test_a_turn_with_one_tool_waits_for_the_database_three_times(bot: Distant, call: str, most: int) -> None:
    """Once to begin, once or twice for what the tool does; a deletion looks at the tasks before."""
    with bot.wire.counted() as wire:
        answer = await bot.says(f"tool:{call}")
    assert answer.receipts or answer.listed, answer.text
    assert wire.trips == most, [" ".join(sql.split())[:90] for sql in wire.sent]
    assert wire.connections == 0


@pytest.mark.parametrize(
    ("command", "trips"), [("list", 2), ("add Pay rent friday", 2), ("done 1", 3), ("done 1, 2", 3), ("undo", 3)]
)
async def test_a_command_waits_for_the_database_twice(bot: Distant, command: str, trips: int) -> None:
    """Once for who it is, once for what it says; what is changed is locked before it is written."""
    with bot.wire.counted() as wire:
        answer = await bot.chat.command(bot.core, command)
    assert answer.receipts or answer.listed, answer.text
    assert wire.trips == trips, [" ".join(sql.split())[:90] for sql in wire.sent]


async def test_a_button_waits_for_the_database_three_times(bot: Distant) -> None:
    """Who it is, the task locked, the task written."""
    with bot.wire.counted() as wire:
        async for _ in bot.core.act(Action(ANA, ActionName.DONE, (1,))):
            pass
    assert wire.trips == 3, wire.sent


async def test_a_new_connection_is_asked_nothing(bot: Distant, database_url: str) -> None:
    """Neither a ping nor a setting: the first statement on it is the person's."""
    database = Database(bot.wire.url)
    with bot.wire.counted() as wire:
        await database.read(lambda session: session.execute("SELECT 7"))
    assert (wire.connections, wire.sent) == (1, ["SELECT 7"])
    await database.close()
