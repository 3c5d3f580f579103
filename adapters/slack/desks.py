"""Setting up a workspace: everything that knows one team, one bot and one token is made here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from adapters.shared.running import Running
from adapters.slack.access import Access
from adapters.slack.admission import Told
from adapters.slack.api import Api, api
from adapters.slack.confirming import Confirming
from adapters.slack.contexts import Contexts
from adapters.slack.desk import Desk
from adapters.slack.earlier import Earlier
from adapters.slack.erasing import Erasing
from adapters.slack.home import Homes
from adapters.slack.inbound import Place
from adapters.slack.installed.installation import Installation
from adapters.slack.me import Me
from adapters.slack.opening import Openings
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.roots import Roots
from adapters.slack.settings import SlackSettings
from adapters.slack.threads import Threads
from adapters.slack.unasked import Unasked
from core.chat import Core


@dataclass(frozen=True, slots=True)
class Desks:
    """What all workspaces share, and how one is set up."""

    core: Core
    settings: SlackSettings
    session: aiohttp.ClientSession
    running: Running[Place]
    pace: Callable[[], Pace]
    """New budgets: Slack counts the calls in each workspace."""
    confirming: Confirming = field(default_factory=Confirming)

    def installed(self, installation: Installation, access: Access) -> Desk:
        """A workspace that has installed the app; asks nobody."""
        me = Me(
            team=installation.workspace,
            url=installation.url or "https://slack.com/",
            user=installation.user,
            bot=installation.bot,
            name=installation.handle or installation.user,
            team_name=installation.name or installation.workspace,
            app=installation.app,
            enterprise=installation.key.enterprise,
            wide=installation.wide,
        )
        return self.make(api(self.session, self.settings.api_url, access), me, several=True)

    def make(self, api: Api, me: Me, *, several: bool = False) -> Desk:
        """The desk of the workspace in which the bot is `me`."""
        pace = self.pace()
        people = People(api.now, me, pace.people)
        return Desk(
            api=api,
            me=me,
            core=self.core,
            people=people,
            threads=Threads(
                api.now,
                Earlier(api.read, me, people, pace.history),
                Roots(api.now, me, pace.history),
                pace.replies,
                me.user,
                lambda where: self.core.written_elsewhere(where.thread(me.team)),
            ),
            pace=pace,
            running=self.running,
            confirming=self.confirming,
            homes=Homes(),
            openings=Openings(),
            contexts=Contexts(me),
            erasing=Erasing(),
            unasked=Unasked(),
            told=Told(),
            rules=self.settings.rules,
            several=several,
        )
