"""`bot workspaces`: where the Slack app is installed, and taking it out again. No token is ever shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from bot.settings import Chats, Settings
from core.errors import TaskBotError


@dataclass(frozen=True, slots=True)
class Workspace:
    """One row."""

    id: str
    name: str = ""
    since: dt.date | None = None
    missing: tuple[str, ...] = ()
    """Scopes that the manifest wants and the workspace has not granted: install again there."""
    problem: str = ""
    """Why nothing more can be told of it."""


class WorkspacesError(TaskBotError):
    """The workspaces can't be read or changed; the sentence says why, and what to do."""


async def listed(settings: Settings, chats: Chats) -> list[Workspace]:
    """All workspaces, by their names; asks the store and not Slack. Raises WorkspacesError."""
    from adapters.slack.installed.bucket import NoS3Error
    from adapters.slack.installed.storage import installations
    from adapters.slack.installed.store import StoreError
    from adapters.slack.manifest import bot_scopes

    _several(chats)
    rows = []
    try:
        store = installations(chats.slack, settings.data_dir)
        for key in await store.all():
            try:
                one = await store.find(key)
            except StoreError as error:
                rows.append(Workspace(key.workspace, problem=str(error)))
                continue
            if one is not None:
                missing = tuple(scope for scope in bot_scopes() if scope not in one.scopes)
                since = dt.datetime.fromtimestamp(one.since, dt.UTC).date()
                rows.append(Workspace(one.workspace, one.name, since, missing))
    except (StoreError, NoS3Error) as error:
        raise WorkspacesError(str(error)) from error
    return sorted(rows, key=lambda one: (one.name.casefold(), one.id))


async def remove(settings: Settings, chats: Chats, workspace: str) -> str:
    """Take the app out of a workspace, at Slack and here; a sentence about what was done. Raises WorkspacesError."""
    from adapters.slack.api import REFUSED, REVOKED, code, connected
    from adapters.slack.installed.bucket import NoS3Error
    from adapters.slack.installed.oauth import OAuth
    from adapters.slack.installed.storage import installations
    from adapters.slack.installed.store import StoreError

    _several(chats)
    try:
        store = installations(chats.slack, settings.data_dir)
        key = next((one for one in await store.all() if one.workspace == workspace), None)
        if key is None:
            raise WorkspacesError(f"There is no installation of {workspace}: `bot workspaces` lists those there are.")
        try:
            one = await store.find(key)
        except StoreError:
            one = None  # nobody can open it any more, so that it can only be thrown away
        if one is not None:
            async with connected() as session:
                try:
                    await OAuth.of(session, chats.slack).uninstall(one.token)
                except REFUSED as error:
                    if code(error) not in REVOKED:
                        why = code(error) or type(error).__name__
                        raise WorkspacesError(
                            f"Slack did not take the app out ({why}); nothing was changed. Please try again."
                        ) from error
        async with store.locked(key):
            await store.remove(key)
    except (StoreError, NoS3Error) as error:
        raise WorkspacesError(str(error)) from error
    if one is None:
        return f"{workspace} is removed here. No key opens its token, so that Slack was told nothing."
    return f"{one.name or workspace} is removed. Tasks stay, and are there again when the app is."


def table(rows: Sequence[Workspace]) -> Table:
    """The rows for a terminal."""
    grid = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("workspace", "id", "since", ""):
        grid.add_column(column)
    for one in rows:
        missing = f"scopes missing: {', '.join(one.missing)}" if one.missing else ""
        grid.add_row(
            Text(one.name),
            Text(one.id),
            Text(f"{one.since:%Y-%m-%d}" if one.since else ""),
            Text(one.problem or missing),
        )
    return grid


def _several(chats: Chats) -> None:
    if chats.slack.client_id is None:
        raise WorkspacesError(
            "There are workspaces to list with SLACK_CLIENT_ID alone; SLACK_BOT_TOKEN is that of a single one."
        )
