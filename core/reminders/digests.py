"""The digest: each morning what is overdue, what is due, and what was done yesterday. Nothing when there is nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

import structlog

from core.chat.metrics import Delivery, Notice
from core.database import Session, statement
from core.reminders.clock import NOW
from core.reminders.messages import digest, saying
from core.reminders.person import PERSON, REACHED, Person, reached
from core.reminders.sender import Sender, Write
from core.tasks import today

log = structlog.get_logger()

SOON = dt.timedelta(hours=12)
"""When the next digest comes so soon, one that is late isn't sent any more: that one tells all."""

_CLAIM = f"""
    WITH first AS (
        SELECT id, next_digest_at AS at, digest_lease IS NOT NULL AS again FROM users
        WHERE next_digest_at <= {NOW} AND platform = :platform AND {REACHED}
          AND (digest_lease IS NULL OR digest_lease <= statement_timestamp())
        ORDER BY next_digest_at LIMIT :people
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE users AS person
    SET digest_lease = statement_timestamp() + make_interval(secs => CAST(:lease AS double precision))
    FROM first
    WHERE person.id = first.id
    RETURNING first.at, first.again, {NOW} AS now, {PERSON}
"""

# Whoever has turned it off meanwhile, or moved their morning, is left as they are.
_RECORD = """
    UPDATE users
    SET digest_lease = NULL, next_digest_at = :next
    WHERE id = :person AND next_digest_at = :at
"""

_DEFER = """
    UPDATE users SET digest_lease = statement_timestamp() + make_interval(secs => CAST(:seconds AS double precision))
    WHERE id = :person AND digest_lease IS NOT NULL
"""

_RELEASE = "UPDATE users SET digest_lease = NULL WHERE id = ANY(CAST(:people AS bigint[]))"


@dataclass(frozen=True, slots=True)
class DueDigest:
    """Somebody's digest that is due."""

    person: Person
    at: dt.datetime
    again: bool
    """Whether somebody has tried to send it before, and may have."""
    now: dt.datetime
    """When it was claimed, by the database's clock: it is of that day."""

    @property
    def key(self) -> str:
        """What the platform may know the message by, should it be sent twice."""
        return f"d{self.person.actor.user_id}-{self.at:%y%m%d}"

    @property
    def following(self) -> dt.datetime:
        """The next morning of the person's."""
        actor = self.person.actor
        local = self.now.astimezone(actor.timezone)
        day = local.date() + dt.timedelta(days=local.time() >= actor.morning)
        return dt.datetime.combine(day, actor.morning, actor.timezone).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True)
class DigestBox:
    """The digests of one platform that are due."""

    sender: Sender
    default_zone: str

    async def claim(self, people: int) -> list[DueDigest]:
        """Claim the digests that are due by now, of so many people who have waited longest. One statement."""
        sender = self.sender
        values = {
            "platform": sender.platform.name, "people": people, "lease": sender.lease, "now": sender.clock.put,
            "workspaces": reached(sender.reach.workspaces),
        }  # fmt: skip
        rows = await sender.database.write(lambda session: session.execute(statement(_CLAIM), values, last=True))
        found = [
            DueDigest(Person.from_row(row, self.default_zone), row["at"], row["again"], row["now"]) for row in rows
        ]
        sender.claimed(Notice.DIGEST, found)
        return sorted(found, key=lambda one: one.at)

    async def release(self, batches: Sequence[DueDigest]) -> None:
        """Give back what nobody has tried to send."""
        await self.sender.database.write(lambda session: _release(session, batches))

    async def deliver(self, batch: DueDigest) -> float:
        """Send one digest, where there is something to say; the seconds that the platform asks to wait, mostly 0."""

        async def tell() -> Write:
            if batch.following - batch.now > SOON:
                await self._tell(batch)
            return lambda session: _record(session, batch)

        def uncertain(session: Session) -> Awaitable[None]:
            return _defer(session, batch, self.sender.patience(batch.now - batch.at))

        return await self.sender.attempt(
            Notice.DIGEST,
            tell,
            lambda session: _release(session, [batch]),
            uncertain,
            lambda seconds: lambda session: _defer(session, batch, seconds),
        )

    async def _tell(self, batch: DueDigest) -> None:
        """Say it, if there is something to say; where the platform refuses, the next morning is soon enough."""
        actor = batch.person.actor
        found = await self.sender.database.read(lambda session: today(session, actor, now=batch.now))
        if found.empty:
            self.sender.note(Notice.DIGEST, Delivery.NOTHING)
            return
        parts = digest(found, actor, batch.now)
        if await self.sender.say(batch.person.author, saying(parts), batch.key, again=batch.again):
            self.sender.sent(Notice.DIGEST, batch.at)
        else:
            self.sender.note(Notice.DIGEST, Delivery.KEPT)


async def _record(session: Session, batch: DueDigest) -> None:
    values = {"person": batch.person.actor.user_id, "at": batch.at, "next": batch.following}
    await session.execute(statement(_RECORD), values, last=True)


async def _defer(session: Session, batch: DueDigest, seconds: float) -> None:
    await session.execute(statement(_DEFER), {"person": batch.person.actor.user_id, "seconds": seconds}, last=True)


async def _release(session: Session, batches: Sequence[DueDigest]) -> None:
    await session.execute(statement(_RELEASE), {"people": [one.person.actor.user_id for one in batches]}, last=True)
