"""Reminders from their claim to their record: to the person, else to where a task was said openly, else kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from core.chat import Thread
from core.chat.metrics import Delivery, Notice
from core.database import Session
from core.reminders.claims import Batch, DueTask, claim, defer, record, release
from core.reminders.messages import reminder, saying
from core.reminders.sender import GIVEN_UP, Sender, Write

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReminderBox:
    """The reminders of one platform that are due."""

    sender: Sender
    default_zone: str

    async def claim(self, people: int) -> list[Batch]:
        """Claim what is due by now, of so many people who have waited longest."""
        sender = self.sender
        batches = await sender.database.write(
            lambda session: claim(
                session,
                sender.platform.name,
                people=people,
                lease=sender.lease,
                now=sender.clock.put,
                default_zone=self.default_zone,
                workspaces=sender.reach.workspaces,
            )
        )
        sender.claimed(Notice.REMINDER, batches)
        return batches

    async def release(self, batches: Sequence[Batch]) -> None:
        """Give back what nobody has tried to send."""
        await self.sender.database.write(lambda session: release(session, batches))

    async def deliver(self, batch: Batch) -> float:
        """Deliver one message and record it; the seconds that the platform asks to wait, mostly 0."""

        async def tell() -> Write:
            due = [task for task in batch.due if not task.told(batch.now)]
            kept = await self._tell(batch, due) if due else ()
            if not due:
                self.sender.note(Notice.REMINDER, Delivery.NOTHING)
            elif len(kept) == len(due):
                self.sender.note(Notice.REMINDER, Delivery.KEPT)
            else:
                self.sender.sent(Notice.REMINDER, due[0].at)
            log.info("reminder.told", platform=self.sender.platform.name, tasks=len(due), kept=len(kept))
            return lambda session: record(session, batch, kept=kept)

        late = batch.now - batch.due[0].at

        async def uncertain(session: Session) -> None:
            if late < GIVEN_UP:
                await defer(session, batch, self.sender.patience(late))
            else:
                await record(session, batch, kept=batch.due)

        return await self.sender.attempt(
            Notice.REMINDER,
            tell,
            lambda session: release(session, [batch]),
            uncertain,
            lambda seconds: lambda session: defer(session, batch, seconds),
        )

    async def _tell(self, batch: Batch, due: Sequence[DueTask]) -> Sequence[DueTask]:
        """Tell of the tasks; returns those that nobody would take."""
        parts = reminder(due, batch.person.actor, batch.now)
        if await self.sender.say(batch.person.author, saying(parts), batch.key, again=batch.again):
            return ()
        kept: list[DueTask] = []
        for number, (thread, tasks) in enumerate(self._threads(due).items()):
            if thread is None or not await self._say_there(thread, batch, tasks, f"{batch.key}-{number}"):
                kept += tasks
        return kept

    def _threads(self, due: Sequence[DueTask]) -> Mapping[Thread | None, list[DueTask]]:
        """The tasks by the threads in which they were said; those that were not said openly have none."""
        found: dict[Thread | None, list[DueTask]] = {}
        for task in due:
            source = task.row.source if task.row.source_shared else None
            thread = self.sender.platform.thread_at(source) if source else None
            found.setdefault(thread, []).append(task)
        return found

    async def _say_there(self, thread: Thread, batch: Batch, due: Sequence[DueTask], key: str) -> bool:
        parts = reminder(due, batch.person.actor, batch.now, fallback=True)
        return await self.sender.say(
            thread, saying(parts), key, again=batch.again, mention=batch.person.author if thread.shared else None
        )
