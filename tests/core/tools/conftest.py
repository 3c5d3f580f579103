"""Calling a tool as a model does: by name, with arguments as JSON, in the context of a turn."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pytest

from core.chat import Receipt, Status, Task, TaskList, TaskQuery
from core.database import Database
from core.tasks import find
from core.tools import discover
from core.tools.context import TurnContext
from core.users import Actor


@dataclass(slots=True)
class Hands:
    """The tools in a turn of Ana's."""

    turn: TurnContext

    async def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool; returns its decoded result."""
        return await self.call_raw(name, json.dumps(arguments))

    async def call_raw(self, name: str, arguments: str) -> dict[str, Any]:
        """Call it with whatever a model wrote."""
        (tool,) = [tool for tool in discover() if tool.name == name]
        result = json.loads(await tool.call(self.turn, arguments))
        assert isinstance(result, dict)
        return result

    @property
    def receipts(self) -> list[Receipt]:
        """What the person was shown of changes."""
        return [part for part in self.turn.parts if isinstance(part, Receipt)]

    @property
    def lists(self) -> list[TaskList]:
        """What the person was shown of lists."""
        return [part for part in self.turn.parts if isinstance(part, TaskList)]

    async def tasks(self) -> list[Task]:
        """What the database holds, by number."""
        query = TaskQuery(status=Status.ALL, size=100)
        async with self.turn.database.transaction() as session:
            page = await find(session, self.turn.actor, query, now=self.turn.now)
        return sorted(page.tasks, key=lambda task: task.number)


@pytest.fixture
def hands(database: Database, actor: Actor, now: dt.datetime) -> Hands:
    """Ana's turn on Monday 23 November 2026, 9:00 in Berlin."""
    return Hands(TurnContext(database, actor, now, source="https://chat/m1"))
