"""Whom something is said to unasked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.chat import Author
from core.database import Row
from core.users.actor import Actor
from core.users.zones import known_zone

PERSON = ", ".join(
    f"person.{name} AS person_{name}"
    for name in (
        *("id", "account_id", "platform", "workspace", "external_id", "name", "timezone"),
        *("morning", "digest", "reminder_lead_minutes"),
    )
)
"""The columns of `Person`, of a row called `person`, for a SELECT or RETURNING."""

REACHED = "(CAST(:workspaces AS text[]) IS NULL OR users.workspace = ANY(CAST(:workspaces AS text[])))"
"""Whether a person of `users` is in one of the workspaces that the platform reaches: see `reached`."""


def reached(workspaces: Collection[str] | None) -> list[str] | None:
    """The value of `:workspaces`; None for all there are."""
    return None if workspaces is None else sorted(workspaces)


@dataclass(frozen=True, slots=True)
class Person:
    """An identity as the platform knows it, and as the operations do."""

    author: Author
    actor: Actor

    @classmethod
    def from_row(cls, row: Row, default_zone: str) -> Person:
        """Read the row's `PERSON` columns; `default_zone` (IANA) stands in when nobody told any."""
        zone = known_zone(row["person_timezone"])
        return cls(
            author=Author(
                platform=row["person_platform"],
                workspace=row["person_workspace"],
                external_id=row["person_external_id"],
                name=row["person_name"],
                timezone=row["person_timezone"],
            ),
            actor=Actor(
                user_id=row["person_id"],
                account_id=row["person_account_id"],
                name=row["person_name"],
                timezone=zone or ZoneInfo(default_zone),
                timezone_known=zone is not None,
                morning=row["person_morning"],
                digest=row["person_digest"],
                reminder_lead_minutes=row["person_reminder_lead_minutes"],
            ),
        )
