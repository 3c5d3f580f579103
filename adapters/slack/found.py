"""What a thread's messages add up to, read oldest first."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from adapters.slack.earlier import RECENT
from adapters.slack.inbound import Event
from core.chat import Notes, Stamp, StampKind


@dataclass(slots=True)
class Found:
    """What a thread's messages tell, read oldest first."""

    notes: Notes = field(default_factory=Notes)
    last: deque[Event] = field(default_factory=lambda: deque(maxlen=RECENT))
    """Since the conversation was last ended."""
    messages: list[Event] = field(default_factory=list)
    named: list[Event] = field(default_factory=list)
    """The bot's messages that name a conversation."""
    forgotten: list[Event] = field(default_factory=list)
    """Those of them that were to name none any more: the conversation was forgotten after them."""
    over: bool = False
    """Whether a conversation was ever ended here."""
    at: float = field(default_factory=time.monotonic)
    """When it was read, by the monotonic clock."""

    def take(self, message: Event, stamp: Stamp | None) -> None:
        """Read the next message, and the bot's stamp on it."""
        self.last.append(message)
        self.messages.append(message)
        if stamp is None:
            return
        if stamp.conversation:
            self.named.append(message)
        if stamp.kind is StampKind.FORGOTTEN:
            self.forgotten = list(self.named)
        if self.notes.take(stamp):
            self.last.clear()
            self.over = True
