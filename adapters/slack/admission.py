"""Who may use the bot in a workspace: judged once for all that is said, typed, pressed or opened.

Whoever may not is told so by one sentence: at each command and press, which ask for an answer, and once a day where
they merely speak. A process that starts anew may tell it once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from cachetools import TTLCache
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.shared.admission import Standing, Verdict
from adapters.slack import whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, Place, text_of
from adapters.slack.render.home import unavailable

log = structlog.get_logger()

_WORDS = frozenset({"message", "app_mention"})
"""Events that are judged once it is known that they are for the bot: who talks to others is told nothing."""
_OPENED = frozenset({"app_home_opened", "assistant_thread_started"})


class Told:
    """Who was told lately that they may not."""

    def __init__(self) -> None:
        self._told: TTLCache[tuple[str, Verdict, str], bool] = TTLCache(10_000, 24 * 3600.0)

    def first(self, user: str, verdict: Verdict, channel: str = "") -> bool:
        """Whether the person is still to be told; from now on they have been."""
        key = user, verdict, channel if verdict is Verdict.NO_CHANNEL else ""
        told, self._told[key] = key in self._told, True
        return not told


async def verdict(desk: Desk, user: str, channel: str, home: str = "") -> Verdict:
    """What a person may do in a channel; `home` is the workspace that the event says they belong to."""
    standing = Standing.MEMBER
    if desk.rules.asks_standing:
        standing = await desk.people.standing(user, home)
    return desk.rules.judge(
        user, workspace=desk.me.team, channel="" if channel.startswith("D") else channel, standing=standing
    )


async def of_message(desk: Desk, event: Event, place: Place) -> Verdict:
    """What the author of a message to the bot may do; what they may not they are told, for their eyes, once."""
    user = text_of(event, "user")
    home = text_of(event, "user_team") or text_of(event, "source_team")
    judgement = await verdict(desk, user, place.channel, home)
    if judgement is not Verdict.ALL and desk.told.first(user, judgement, place.channel):
        await whisper.say(desk, "", judgement.value, user=user, channel=place.channel, thread=place.ts)
    if judgement.refused:
        log.info("slack.not_admitted", verdict=judgement.name)
    return judgement


async def admitted(request: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
    """A middleware that lets through what comes from somebody who may."""
    desk, user = request.context.get("desk"), request.context.user_id or ""
    event = request.body.get("event")
    kind = text_of(event, "type") if isinstance(event, Mapping) else ""
    if isinstance(desk, Desk) and user and kind not in _WORDS:
        judgement = await verdict(desk, user, request.context.channel_id or "")
        if judgement.refused:
            log.info("slack.not_admitted", verdict=judgement.name)
            return _refusal(desk, user, judgement, request, kind)
    await next_()
    return None


def _refusal(desk: Desk, user: str, judgement: Verdict, request: AsyncBoltRequest, kind: str) -> BoltResponse:
    if "command" in request.body:
        return BoltResponse(status=200, body=judgement.value)
    if kind in _OPENED:
        _later(desk, _home(desk, user, judgement))
    elif not kind or desk.told.first(user, judgement):
        _later(desk, whisper.say(desk, text_of(request.body, "response_url"), judgement.value, user=user))
    return BoltResponse(status=200, body="")


async def _home(desk: Desk, user: str, judgement: Verdict) -> None:
    try:
        await desk.api.read.views_publish(user_id=user, view=unavailable(judgement.value))
    except REFUSED as error:
        log.info("slack.home_refused", error=code(error) or type(error).__name__)


def _later(desk: Desk, work: Awaitable[object]) -> None:
    """Slack waits three seconds for an answer, and a sentence may take longer."""
    desk.running.keep(asyncio.ensure_future(work))
