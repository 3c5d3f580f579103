"""One intent's surroundings: who asks, when, where, and the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.database import Database
from core.model import Task
from core.users import Actor


@dataclass(slots=True)
class Request:
    """Who asks, when and where. The actor comes from the platform's verified event, and from nowhere else."""

    database: Database
    actor: Actor
    """As they are now: setting preferences changes it, and the zone of `now` with it."""
    now: dt.datetime
    """Aware, in the actor's zone; the same instant all through."""
    source: str | None = None
    """A permanent link to the message that asks, kept on the tasks it adds."""
    shared: bool = False
    """Whether several people read what is said there."""
    open_tasks: tuple[Task, ...] = ()
    """Of the actor's open tasks those that were read already, as they are now: what they spare is not read again."""

    def learn(self, tasks: Sequence[Task]) -> None:
        """Know what a change has made of tasks that were read before it."""
        changed = {task.number: task for task in tasks}
        self.open_tasks = tuple(changed.get(task.number, task) for task in self.open_tasks)
