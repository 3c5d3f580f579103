"""The workspaces that the bot is in, each with its desk: that of the settings' token, or all that installed it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from weakref import WeakValueDictionary

import structlog
from cachetools import TTLCache

from adapters.slack.access import Access
from adapters.slack.desk import Desk
from adapters.slack.inbound import mentions, text_of, where
from adapters.slack.installed.installation import Installation, Key
from adapters.slack.installed.oauth import OAuth
from adapters.slack.installed.rotating import Rotating
from adapters.slack.installed.store import Installations, StoreError
from core.chat import Reach

log = structlog.get_logger()

_UNKNOWN = 30.0
"""Seconds for which a workspace that has not installed the app is not looked for again."""
_MANY = 10_000

Body = Mapping[str, object]


class Directory(Protocol):
    """Finds the desk of a workspace."""

    @property
    def desks(self) -> Sequence[Desk]:
        """Those of all workspaces that are known to be there."""
        ...

    def at(self, workspace: str) -> Desk | None:
        """The desk of the workspace that `Thread.workspace` and `Author.workspace` name, if it is known to be there."""
        ...

    async def of(self, key: Key) -> Desk | None:
        """The desk of the workspace that a request comes from. Raises StoreError where that can't be told now."""
        ...


class Single:
    """The one workspace of the token in the settings: whatever comes is from there."""

    def __init__(self, desk: Desk) -> None:
        self.desks: Sequence[Desk] = (desk,)

    def at(self, workspace: str) -> Desk | None:
        """The only one."""
        return self.desks[0]

    async def of(self, key: Key) -> Desk | None:
        """The only one."""
        return self.desks[0]


class Installed:
    """All workspaces that have installed the app, as far as one hears: from the store at the start, then by events."""

    def __init__(
        self,
        installations: Installations,
        oauth: OAuth,
        make: Callable[[Installation, Access], Desk],
        reach: Reach,
        admits: Callable[[str], bool],
    ) -> None:
        """`admits`: whether a workspace, by its id, may use the bot at all."""
        self.installations = installations
        self._oauth = oauth
        self._make = make
        self._reach = reach
        self._admits = admits
        self._desks: dict[str, Desk] = {}
        self._accesses: dict[str, Rotating] = {}
        self._order: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._unknown: TTLCache[Key, bool] = TTLCache(_MANY, _UNKNOWN)
        self.joined: Callable[[Desk], None] = lambda _: None
        """Told of each workspace that is there after the start."""

    @property
    def desks(self) -> Sequence[Desk]:
        """See `Directory`."""
        return tuple(self._desks.values())

    def at(self, workspace: str) -> Desk | None:
        """See `Directory`."""
        return self._desks.get(workspace)

    async def load(self) -> list[str]:
        """Know all that is kept; sentences about what can't be read. Raises StoreError where nothing can."""
        await self._renew_encryption()
        keys = [key for key in await self.installations.all() if self._admits(key.workspace)]
        found = await asyncio.gather(*map(self.installations.find, keys), return_exceptions=True)
        unread = []
        for key, installation in zip(keys, found, strict=True):
            if isinstance(installation, Installation):
                self._open(installation)
            elif isinstance(installation, StoreError):
                log.error("slack.installation_unread", workspace=key.workspace, reason=str(installation))
                unread.append(str(installation))
            elif installation is not None:
                raise installation
        self._reach.set(self._desks)
        return unread

    async def of(self, key: Key) -> Desk | None:
        """See `Directory`: another process may have installed it, so that the store is asked of whom nobody knows."""
        if (known := self._desks.get(key.workspace)) or key in self._unknown or not key.valid:
            return known
        lock = self._order.get(key)
        if lock is None:
            lock = self._order[key] = asyncio.Lock()
        async with lock:
            if (known := self._desks.get(key.workspace)) or key in self._unknown:
                return known
            installation = await self._kept(key) if self._admits(key.workspace) else None
            if installation is None:
                self._unknown[key] = True
                return None
            return self._join(installation)

    async def install(self, installation: Installation) -> Desk:
        """Keep a new installation, in place of an older one, and begin with the workspace. Raises StoreError."""
        async with self.installations.locked(installation.key):
            await self.installations.save(installation)
        self._unknown.pop(installation.key, None)
        return self._join(installation)

    async def settled(self) -> None:
        """Return once no token is being refreshed."""
        await asyncio.gather(*(access.settled() for access in self._accesses.values()))

    async def _kept(self, key: Key) -> Installation | None:
        """The workspace's own installation, or that of its organisation."""
        found = await self.installations.find(key)
        if found is None and key.enterprise and key.team:
            found = await self.installations.find(Key(team=key.team)) or await self.installations.find(
                Key(enterprise=key.enterprise)
            )
        return found

    def _join(self, installation: Installation) -> Desk:
        access = self._accesses.get(installation.workspace)
        if access is not None and _same(access.installation, installation):
            access.installation = installation
            desk = self._desks[installation.workspace]
        else:
            desk = self._open(installation)
        self._reach.set(self._desks)
        log.info("slack.workspace_joined", workspace=installation.workspace)
        self.joined(desk)
        return desk

    def _open(self, installation: Installation) -> Desk:
        access = Rotating(installation, self.installations, self._oauth.refresh, self._gone)
        self._accesses[installation.workspace] = access
        desk = self._desks[installation.workspace] = self._make(installation, access)
        return desk

    def _gone(self, installation: Installation, error: str) -> None:
        """The workspace can't be called any more: from here on it costs nothing."""
        access = self._accesses.get(installation.workspace)
        if access is None or access.installation.token != installation.token:
            return  # it was installed anew meanwhile
        del self._accesses[installation.workspace], self._desks[installation.workspace]
        self._unknown[installation.key] = True
        self._reach.set(self._desks)
        log.warning("slack.workspace_gone", workspace=installation.workspace, error=error)

    async def _renew_encryption(self) -> None:
        try:
            await self.installations.renew_encryption()
        except StoreError as error:
            log.warning("slack.encryption_kept", reason=str(error))


def _same(one: Installation, other: Installation) -> bool:
    """Whether the bot is the same, so that what is known of the workspace stays true."""
    return (one.key, one.bot, one.user) == (other.key, other.bot, other.user)


def addressed(desks: Sequence[Desk], body: Body) -> Desk | None:
    """The desk that an event in a channel of several organisations is meant for, where that has to be looked for.

    Slack tells an app of it once, in the name of one of the workspaces that see it
    (https://docs.slack.dev/apis/events-api#authorizations). The bot that is called, or that takes part in the thread as
    far as this process knows, may be another one's.
    """
    event = body.get("event")
    if body.get("is_ext_shared_channel") is not True or not isinstance(event, Mapping):
        return None
    called, place = mentions(text_of(event)), where(event)
    meant = [desk for desk in desks if desk.me.user in called]
    meant += [desk for desk in desks if desk.threads.takes_part(place)]
    return meant[0] if meant else None
