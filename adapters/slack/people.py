"""Who writes: names, time zones and locales, asked of Slack once and kept for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import structlog
from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from adapters.shared.admission import Standing
from adapters.slack.api import REFUSED, code, retry_after
from adapters.slack.me import Me
from adapters.slack.pace import Budget
from adapters.slack.settings import PLATFORM
from core.chat import Author

log = structlog.get_logger()

_KEPT = 10_000
_HOUR = 3600.0
_PATIENCE = 1.5
"""Seconds that an answer waits for a name and a zone."""
_AT_ONCE = 0.7
"""The same, before Slack is told that a command or a press has arrived, for which it gives three seconds."""
_MANY = 10
"""People who are not asked for one by one."""
_PAGE = 1_000
_PAGES = 5
_PAUSE = 60.0
"""Seconds between two readings of the list of everybody."""


class People:
    """The workspace's people, one by one (https://docs.slack.dev/reference/methods/users.info), or many in one call.

    The list of everybody (https://docs.slack.dev/reference/methods/users.list) is read where many are unknown at once.
    """

    def __init__(self, web: AsyncWebClient, me: Me, budget: Budget) -> None:
        """`web` is a client that never waits; `budget` is that of `users.info`."""
        self._web = web
        self._team = me.team
        self._enterprise = me.enterprise
        self._wide = me.wide
        self._budget = budget
        self._known: TTLCache[str, Author] = TTLCache(_KEPT, _HOUR)
        self._last: LRUCache[str, Author] = LRUCache(_KEPT)
        self._teams: LRUCache[str, str] = LRUCache(_KEPT)
        self._standings: LRUCache[str, Standing] = LRUCache(_KEPT)
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._read = -_PAUSE

    async def author(self, user: str) -> Author:
        """The person of that id. Slack not answering, or not soon, costs the zone and the name, never the message."""
        if known := self._known.get(user):
            return known
        await asyncio.wait([self._asked(user)], timeout=_PATIENCE)
        return self._last.get(user) or Author(PLATFORM, self._team, user, user)

    def _asked(self, user: str) -> asyncio.Task[None]:
        """One question to Slack at a time."""
        asking = self._asking.get(user)
        if asking is None:
            asking = self._asking[user] = asyncio.create_task(self._ask(user))
            asking.add_done_callback(lambda _: self._asking.pop(user, None))
        return asking

    async def names(self, users: set[str]) -> dict[str, str]:
        """The names of these people, asked for side by side; of many, by one call."""
        if len([user for user in users if user not in self._last]) > _MANY:
            await asyncio.wait([self._everybody()], timeout=_PATIENCE)
        authors = await asyncio.gather(*(self.author(user) for user in users))
        return {author.external_id: author.name for author in authors}

    async def standing(self, user: str, home: str = "") -> Standing:
        """How the person belongs to the workspace; as `home`, the team they are of, says where Slack doesn't soon.

        Who says nothing of their team is in no channel that is shared, and a member or a guest: nobody is left without
        an answer because Slack is slow.
        """
        if user not in self._standings:
            await asyncio.wait([self._asked(user)], timeout=_AT_ONCE)
        unknown = Standing.STRANGER if home and home not in (self._team, self._enterprise) else Standing.MEMBER
        return self._standings.get(user, unknown)

    def team(self, user: str) -> str:
        """The workspace that the person belongs to, if it is known already, else the bot's own."""
        return self._teams.get(user, self._team)

    def name(self, user: str) -> str:
        """The name if it is known already, else the id."""
        known = self._last.get(user)
        return known.name if known else user

    async def _ask(self, user: str) -> None:
        if len(self._asking) > _MANY or not self._budget.take():
            await asyncio.wait([self._everybody()])
            if user in self._known:
                return
            await self._budget.taken()
        try:
            told = await self._web.users_info(user=user, include_locale=True)
        except REFUSED as error:
            if code(error) == "ratelimited":
                self._budget.refused(retry_after(error))
            log.warning("slack.person_unknown", error=code(error) or type(error).__name__)
        else:
            self._note(told["user"], user)

    def _everybody(self) -> asyncio.Task[None]:
        """One reading of the list at a time, and not again for a while."""
        if self._reading is None or (self._reading.done() and time.monotonic() >= self._read + _PAUSE):
            self._reading = asyncio.create_task(self._read_all())
        return self._reading

    async def _read_all(self) -> None:
        cursor = ""
        if self._wide:
            return  # Slack lists the people of one workspace, and not those of an organisation
        try:
            for _ in range(_PAGES):
                page = await self._web.users_list(limit=_PAGE, include_locale=True, cursor=cursor or None)
                for told in page.get("members") or ():
                    self._note(told, str(told.get("id")))
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    break
        except REFUSED as error:
            log.warning("slack.people_unknown", error=code(error) or type(error).__name__)
        self._read = time.monotonic()

    def _note(self, told: dict[str, object], user: str) -> None:
        self._known[user] = self._last[user] = _author(told, self._team, user)
        if isinstance(team := told.get("team_id"), str) and team:
            self._teams[user] = team
        self._standings[user] = self._standing(told)

    def _standing(self, told: Mapping[str, object]) -> Standing:
        """From https://docs.slack.dev/reference/objects/user-object: people of one organisation are no strangers."""
        member = told.get("enterprise_user")
        organisation = member.get("enterprise_id") if isinstance(member, Mapping) else None
        ours = told.get("team_id") in (None, "", self._team) or bool(organisation and organisation == self._enterprise)
        if told.get("is_stranger") is True or not ours:
            return Standing.STRANGER
        guest = told.get("is_restricted") is True or told.get("is_ultra_restricted") is True
        return Standing.GUEST if guest else Standing.MEMBER


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
