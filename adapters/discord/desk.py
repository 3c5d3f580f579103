"""What every listener works with, built once the bot knows who it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import discord
from cachetools import LRUCache

from adapters.discord.api import Api
from adapters.discord.inbound import Place
from adapters.discord.pace import Edits
from adapters.discord.threads import Threads
from adapters.shared.admission import Rules
from adapters.shared.meant import Talkers
from adapters.shared.running import Running
from core.chat import Core


@dataclass(frozen=True, slots=True)
class Desk:
    """Discord on one side, the core on the other."""

    api: Api
    me: discord.ClientUser
    core: Core
    threads: Threads
    running: Running[Place]
    reads: bool
    """Whether the app may read messages that don't mention it."""
    heard: LRUCache[int, bool] = field(default_factory=lambda: LRUCache(20_000))
    """Messages that this process has in hand or has answered: catching up leaves them alone."""
    talkers: Talkers[Place] = field(default_factory=Talkers)
    edits: Edits = field(default_factory=Edits)
    erased: LRUCache[int, bool] = field(default_factory=lambda: LRUCache(10_000))
    """Threads whose messages this process has taken, or takes, a forgotten conversation's id off."""
    asked: LRUCache[str, bool] = field(default_factory=lambda: LRUCache(10_000))
    """Who was asked for a time zone, or told that they may not."""
    rules: Rules = field(default_factory=Rules)
    """Who may use the bot where."""
