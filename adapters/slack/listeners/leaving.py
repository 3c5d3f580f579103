"""The app is taken out of a workspace, or its tokens are taken back: whatever comes late, Slack's word decides.

Slack tells of both, in any order, and again where nobody confirms it
(https://docs.slack.dev/reference/events/app_uninstalled, https://docs.slack.dev/reference/events/tokens_revoked). By
then the app may have been installed anew. So the token that is kept is tried, once: one that is good stays.
"""

from __future__ import annotations

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltContext

from adapters.slack.api import REFUSED, code
from adapters.slack.directory import Directory
from adapters.slack.installed.installation import Key
from adapters.slack.installed.store import StoreError

log = structlog.get_logger()


def register(app: AsyncApp, directory: Directory) -> None:
    """Listen to `app_uninstalled` and `tokens_revoked`, which come with no desk."""

    async def left(context: AsyncBoltContext) -> None:
        await leave(
            directory,
            Key(context.enterprise_id or "", "" if context.is_enterprise_install else context.team_id or ""),
        )

    for event in ("app_uninstalled", "tokens_revoked"):
        app.event(event)(left)


async def leave(directory: Directory, key: Key) -> None:
    """Find out whether the workspace can still be called; the refusal itself has it removed (`Rotating.refused`)."""
    try:
        desk = await directory.of(key)
        if desk is not None:
            async with desk.running.counted():
                await desk.api.now.auth_test()
    except StoreError as error:
        log.error("slack.workspace_unread", workspace=key.workspace, reason=str(error))
    except REFUSED as error:
        log.info("slack.workspace_left", workspace=key.workspace, error=code(error) or type(error).__name__)
