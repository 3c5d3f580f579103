"""Who writes: names, time zones and locales, asked of Slack once and kept for a while."""

from __future__ import annotations

import asyncio

import structlog
from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import REFUSED, code
from adapters.slack.settings import PLATFORM
from core.chat import Author

log = structlog.get_logger()

_KEPT = 10_000
_HOUR = 3600.0


class People:
    """The workspace's people, by `users.info` (https://docs.slack.dev/reference/methods/users.info)."""

    def __init__(self, web: AsyncWebClient, team: str) -> None:
        self._web = web
        self._team = team
        self._known: TTLCache[str, Author] = TTLCache(_KEPT, _HOUR)
        self._last: LRUCache[str, Author] = LRUCache(_KEPT)
        self._asking: dict[str, asyncio.Task[Author]] = {}

    async def author(self, user: str) -> Author:
        """The person of that id. Slack not answering costs the zone and the name, never the message."""
        if known := self._known.get(user):
            return known
        asking = self._asking.get(user)
        if asking is None:
            asking = self._asking[user] = asyncio.create_task(self._ask(user))
            asking.add_done_callback(lambda _: self._asking.pop(user, None))
        return await asyncio.shield(asking)

    async def names(self, users: set[str]) -> dict[str, str]:
        """The names of these people, asked for side by side."""
        authors = await asyncio.gather(*(self.author(user) for user in users))
        return {author.external_id: author.name for author in authors}

    def name(self, user: str) -> str:
        """The name if it is known already, else the id."""
        known = self._last.get(user)
        return known.name if known else user

    async def _ask(self, user: str) -> Author:
        try:
            told = await self._web.users_info(user=user, include_locale=True)
        except REFUSED as error:
            log.warning("slack.person_unknown", error=code(error) or type(error).__name__)
            return self._last.get(user) or Author(PLATFORM, self._team, user, user)
        author = _author(told["user"], self._team, user)
        self._known[user] = self._last[user] = author
        return author


def _author(told: dict[str, object], team: str, user: str) -> Author:
    profile = told.get("profile")
    shown = profile if isinstance(profile, dict) else {}
    names = (shown.get("display_name"), shown.get("real_name"), told.get("real_name"), told.get("name"))
    name = next((name for name in names if isinstance(name, str) and name.strip()), user)
    zone, locale = told.get("tz"), told.get("locale")
    return Author(
        PLATFORM,
        team,
        user,
        name,
        zone if isinstance(zone, str) and zone else None,
        locale if isinstance(locale, str) and locale else None,
    )
