"""The Bolt app: everything Slack sends goes through here, once, to the desk of the workspace that it comes from."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable

import structlog
from cachetools import LRUCache
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import admission
from adapters.slack.api import Api
from adapters.slack.directory import Directory, addressed
from adapters.slack.installed.installation import Key
from adapters.slack.installed.store import StoreError
from adapters.slack.listeners import (
    buttons,
    changes,
    commands,
    home,
    leaving,
    messages,
    modals,
    reactions,
    shortcuts,
    talks,
)

log = structlog.get_logger()

_REMEMBERED = 20_000
_LATER = 503
_NOT_HERE = "I am not installed in this workspace any more. Whoever manages its apps can install me again."
_AWAY = "away"
"""What the context has in place of a desk where nobody can tell for now whether there is one."""

Next = Callable[[], Awaitable[BoltResponse]]
Middleware = Callable[..., Awaitable[BoltResponse | None]]


def build(directory: Directory, api: Api) -> AsyncApp:
    """The app with all its listeners; the same for Socket Mode and HTTP, for one workspace and for many.

    `api` is what Bolt itself would call with, which it never does.
    """

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        key = Key(context.enterprise_id or "", "" if context.is_enterprise_install else context.team_id or "")
        try:
            desk = await directory.of(key)
        except StoreError as error:
            log.error("slack.workspace_unread", workspace=key.workspace, reason=str(error))
            context["desk"] = _AWAY
            return AuthorizeResult(enterprise_id=None, team_id=None)
        context["desk"] = desk
        me = desk.me if desk else None
        return AuthorizeResult(
            enterprise_id=key.enterprise or None,
            team_id=me.team if me else None,
            bot_user_id=me.user if me else None,
            bot_id=me.bot if me else None,
        )

    app = AsyncApp(
        name="task-bot",
        logger=_quiet(),
        client=api.read,
        authorize=authorize,
        # what comes over HTTP has been verified before it gets here
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(_placed(directory))
    app.middleware(_once())
    app.middleware(admission.admitted)
    for subject in (changes, messages, commands, buttons, modals, home, shortcuts, reactions, talks):
        subject.register(app)
    leaving.register(app, directory)
    _acknowledge_the_rest(app)

    @app.error
    async def failed(error: Exception) -> None:
        log.error("slack.listener_failed", error=type(error).__name__, exc_info=error)

    return app


def _quiet() -> logging.Logger:
    """Bolt logs whole payloads with its warnings; what matters is logged here, without a word of anybody's."""
    logger = logging.getLogger("slack.quiet")
    logger.setLevel(logging.CRITICAL)
    return logger


def _placed(directory: Directory) -> Middleware:
    """A middleware that drops what comes from where the app is not installed; what it can't tell it wants again."""

    async def placed(request: AsyncBoltRequest, next_: Next) -> BoltResponse | None:
        context = request.context
        if "desk" in context:
            if context["desk"] == _AWAY:
                # nobody has confirmed it, so that Slack sends it again
                return BoltResponse(status=_LATER, body="")
            context["desk"] = addressed(directory.desks, request.body) or context["desk"]
            if context["desk"] is None:
                log.info("slack.workspace_unknown", workspace=context.team_id or context.enterprise_id)
                # the answer to a command is shown to whoever typed it
                return BoltResponse(status=200, body=_NOT_HERE if "command" in request.body else "")
        await next_()
        return None

    return placed


def _once() -> Middleware:
    """A middleware that acknowledges what this process has had already, and drops it."""
    seen: LRUCache[str, bool] = LRUCache(_REMEMBERED)

    async def once(request: AsyncBoltRequest, next_: Next) -> BoltResponse | None:
        name = request.body.get("event_id") or request.body.get("trigger_id")
        if isinstance(name, str):
            if name in seen:
                log.info("slack.duplicate")
                return BoltResponse(status=200, body="")
            seen[name] = True
        await next_()
        return None

    return once


def _acknowledge_the_rest(app: AsyncApp) -> None:
    """Slack sends again what nobody acknowledges, so that what is of no use is acknowledged too."""
    anything = re.compile("")

    @app.event(anything)
    async def event() -> None:
        log.debug("slack.event_ignored")

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    for rest in (app.action, app.options, app.view, app.shortcut, app.command):
        rest(anything)(acknowledge)
