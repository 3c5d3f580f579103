"""From a typed line to what it is: a message, a command, or the wish to leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

from adapters.console.settings import PLATFORM, ConsoleSettings
from core.chat import Author, Command, Message, Thread

WORKSPACE = "local"
THREAD = Thread(PLATFORM, WORKSPACE, "terminal", shared=False)
_LEAVE = ("/quit", "/exit", "/q")


@dataclass(frozen=True, slots=True)
class Leave:
    """The person wants to go."""


def author(settings: ConsoleSettings) -> Author:
    """Who sits at this terminal."""
    return Author(PLATFORM, WORKSPACE, settings.user, settings.user, settings.timezone, settings.locale)


def inbound(line: str, who: Author) -> Message | Command | Leave:
    """A line that begins with `/` is a command; anything else is said to the agent.

    `/task buy milk` adds, as on other platforms; `/list` is short for `/task list`, but `/lst` is a slip and no task.
    """
    text = line.strip()
    if text.lower() in _LEAVE:
        return Leave()
    if text.startswith("/") and not text.startswith("//"):
        verb, _, rest = text[1:].partition(" ")
        if verb.lower() == "task":
            return Command(who, rest.strip() or "help", THREAD)
        return Command(who, text[1:].strip() or "help", THREAD, adds=False)
    return Message(uuid4().hex, THREAD, who, text, dt.datetime.now(dt.UTC))
