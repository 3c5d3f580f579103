"""Several workspaces, put together: the store, Slack's side, the pages and the directory."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from adapters.shared.admission import Verdict
from adapters.slack.api import REFUSED, code
from adapters.slack.desks import Desks
from adapters.slack.directory import Installed
from adapters.slack.installed.installation import Installation
from adapters.slack.installed.oauth import OAuth
from adapters.slack.installed.pages import NotAdmittedError, Pages
from adapters.slack.installed.state import States
from adapters.slack.installed.storage import installations
from adapters.slack.installed.store import StoreError
from adapters.slack.settings import SlackSettings
from adapters.slack.troubles import Troubles
from core.chat import Reach

log = structlog.get_logger()

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0


async def begun(
    desks: Desks, settings: SlackSettings, data_dir: Path | None, reach: Reach, troubles: Troubles
) -> tuple[Installed, Pages]:
    """All workspaces that have installed the app, and the pages on which others do; waits until they can be read."""
    kept = installations(settings, data_dir or Path.cwd())
    oauth = OAuth.of(desks.session, settings)
    directory = Installed(kept, oauth, desks.installed, reach, settings.rules.workspaces.admit)
    pages = Pages(oauth, States(kept.fernet), _Installing(directory, oauth, settings), pkce=settings.pkce)
    wait = _FIRST_WAIT
    while True:
        try:
            unread = await directory.load()
        except StoreError as error:
            troubles.say("start", str(error))
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)
        else:
            troubles.say("start", None)
            troubles.say("installations", " ".join(unread) or None)
            return directory, pages


class _Installing:
    """Keeps an installation, unless its workspace may not use the bot: then the app is taken out again at once."""

    def __init__(self, directory: Installed, oauth: OAuth, settings: SlackSettings) -> None:
        self._directory = directory
        self._oauth = oauth
        self._workspaces = settings.rules.workspaces

    async def __call__(self, installation: Installation) -> None:
        if not self._workspaces.admit(installation.workspace):
            log.warning("slack.workspace_not_admitted", workspace=installation.workspace)
            try:
                await self._oauth.uninstall(installation.token)
            except REFUSED as error:
                log.warning("slack.not_taken_out", error=code(error) or type(error).__name__)
            raise NotAdmittedError(Verdict.NO_WORKSPACE.value)
        await self._directory.install(installation)
