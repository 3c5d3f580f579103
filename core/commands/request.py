"""One command and everything it acts with."""

from __future__ import annotations

import dataclasses
import datetime as dt

from core.database import Database
from core.users import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One command and everything it acts with."""

    database: Database
    actor: Actor
    now: dt.datetime
    """Aware, in the actor's zone."""
    source: str | None = None
    """A link kept on the tasks it adds."""
    source_shared: bool = False
    """Whether the link is of a message in which several people read what the command says."""
