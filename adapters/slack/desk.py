"""What every listener works with in one workspace, built once the bot knows who it is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachetools import LRUCache

from adapters.shared.admission import Rules
from adapters.shared.meant import Talkers
from adapters.shared.running import Running
from adapters.slack.api import Api
from adapters.slack.confirming import Confirming
from adapters.slack.contexts import Contexts
from adapters.slack.inbound import Place
from adapters.slack.me import Me
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.status import Sessions
from adapters.slack.threads import Threads
from core.chat import Core

if TYPE_CHECKING:
    from adapters.slack.admission import Told
    from adapters.slack.erasing import Erasing
    from adapters.slack.home import Homes
    from adapters.slack.opening import Openings
    from adapters.slack.unasked import Unasked


@dataclass(frozen=True, slots=True)
class Desk:
    """One workspace of Slack on one side, the core on the other."""

    api: Api
    me: Me
    core: Core
    people: People
    threads: Threads
    pace: Pace
    running: Running[Place]
    confirming: Confirming
    homes: Homes
    openings: Openings
    contexts: Contexts
    erasing: Erasing
    unasked: Unasked
    told: Told
    rules: Rules = field(default_factory=Rules)
    several: bool = False
    """Whether there may be other workspaces beside this one."""
    sessions: Sessions = field(default_factory=Sessions)
    talkers: Talkers[Place] = field(default_factory=Talkers)
    heard: LRUCache[tuple[str, str], bool] = field(default_factory=lambda: LRUCache(20_000))
    """Messages that this process has in hand or has answered: catching up leaves them alone."""
