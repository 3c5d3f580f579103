"""What every listener works with, built once the bot knows who it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.slack.api import Api
from adapters.slack.me import Me
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.running import Running
from adapters.slack.status import Sessions
from adapters.slack.threads import Threads
from core.chat import Core


@dataclass(frozen=True, slots=True)
class Desk:
    """Slack on one side, the core on the other."""

    api: Api
    me: Me
    core: Core
    people: People
    threads: Threads
    pace: Pace
    running: Running
    sessions: Sessions = field(default_factory=Sessions)


def desk(api: Api, me: Me, core: Core, running: Running) -> Desk:
    """The desk of one connection."""
    pace = Pace()
    people = People(api.read, me.team)
    return Desk(api, me, core, people, Threads(api.read, api.write, me, people, pace.look), pace, running)
