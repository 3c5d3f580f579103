"""The Bolt app: everything Slack sends goes through here, once."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable

import structlog
from cachetools import LRUCache
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.desk import Desk
from adapters.slack.listeners import buttons, changes, commands, home, messages, modals, reactions, shortcuts, talks
from adapters.slack.settings import SlackSettings

log = structlog.get_logger()

_REMEMBERED = 20_000


def build(desk: Desk, settings: SlackSettings) -> AsyncApp:
    """The app with all its listeners; the same for Socket Mode and HTTP."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=desk.me.team,
        bot_user_id=desk.me.user,
        bot_id=desk.me.bot,
        bot_token=desk.api.read.token,
    )

    async def authorize() -> AuthorizeResult:
        return known

    app = AsyncApp(
        name="task-bot",
        logger=_quiet(),
        client=desk.api.read,
        authorize=authorize,
        # what comes over HTTP has been verified before it gets here
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(_once())
    for subject in (changes, messages, commands, buttons, modals, home, shortcuts, reactions, talks):
        subject.register(app, desk)
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


def _once() -> Callable[..., Awaitable[BoltResponse | None]]:
    """A middleware that acknowledges what this process has had already, and drops it."""
    seen: LRUCache[str, bool] = LRUCache(_REMEMBERED)

    async def once(request: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
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
