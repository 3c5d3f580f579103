"""Hands that do one operation a transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from core import tasks
from core.chat import Status, Task, TaskPage, TaskQuery
from core.database import Database, Session
from core.tasks import Change, NewTask
from core.users import Actor

P = ParamSpec("P")
T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Hand:
    """Does operations for one actor, at one time, each in a transaction of its own."""

    database: Database
    actor: Actor
    now: dt.datetime

    async def do(
        self, operation: Callable[Concatenate[Session, Actor, P], Awaitable[T]], *args: P.args, **named: P.kwargs
    ) -> T:
        """Run the operation, at this hand's time unless another is given."""
        named.setdefault("now", self.now)
        async with self.database.transaction() as session:
            return await operation(session, self.actor, *args, **named)

    async def add(self, *new: NewTask | str) -> Change:
        """Add tasks, given as such or by their titles."""
        return await self.do(tasks.add, [NewTask(one) if isinstance(one, str) else one for one in new], now=self.now)

    async def numbers(self, **query: object) -> list[int]:
        """Return the numbers a query finds, in its order."""
        return [task.number for task in (await self.find(**query)).tasks]

    async def find(self, **query: object) -> TaskPage:
        """Return the page a query finds."""
        return await self.do(tasks.find, TaskQuery(**query), now=self.now)  # type: ignore[arg-type]

    async def all(self) -> tuple[Task, ...]:
        """Return every task that isn't deleted, as it is."""
        return (await self.find(status=Status.ALL, size=100)).tasks

    async def one(self, number: int) -> Task:
        """Return one task."""
        (task,) = await self.do(tasks.get, [number], now=self.now)
        return task

    def later(self, **span: float) -> Hand:
        """Return the same hand, some time later."""
        return dataclasses.replace(self, now=self.now + dt.timedelta(**span))


@pytest.fixture
def ana(database: Database, actor: Actor, now: dt.datetime) -> Hand:
    """Ana, in Berlin, on a Monday at nine."""
    return Hand(database, actor, now)


@pytest.fixture
def ben(database: Database, other_actor: Actor, now: dt.datetime) -> Hand:
    """Ben, in New York, at the same moment."""
    return Hand(database, other_actor, now)
