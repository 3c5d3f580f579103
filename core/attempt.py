"""What a turn has of OpenAI, and how far it has come. Nothing here needs the SDK, which takes long to import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.agent.failure import Failure
from core.chat import Recall

if TYPE_CHECKING:
    from core.agent.assistant import Assistant
    from core.agent.conversations import Conversations
    from core.agent.servers.decisions import Decisions


@dataclass(frozen=True, slots=True)
class Online:
    """OpenAI's side of a turn; a process without a key has none."""

    assistant: Assistant
    conversations: Conversations
    patience: float
    """Seconds without a sign of OpenAI after which a turn goes on without it."""
    decisions: Decisions | None = None
    """What people decide about calls of other services, where any are connected."""


@dataclass(slots=True)
class Attempt:
    """How far one turn has come."""

    conversation: str | None
    recall: Recall | None
    about: tuple[int, ...] = ()
    """The tasks that the thread is about."""
    asks: str = ""
    """What a mere `yes` stands for."""
    answered: frozenset[str] | None = None
    """The messages of the thread that were answered, where that is known."""
    failure: Failure | None = None
    spoke: bool = False
    healed: set[Failure] = field(default_factory=set)
    waits: int = 0
    refusals: int = 0
    """How many tools of other services OpenAI has not taken."""
    aside: bool = False
    """Whether the thread can't be read for now: the answer does without its memory, and leaves that as it is."""
