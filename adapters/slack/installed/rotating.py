"""The token of an installation: refreshed before it ends, by one process of all, and given up when Slack takes it back.

A refresh token is good once. So it is spent under a lock, by whoever has it first, after it was read anew; the others
find the new one. What Slack gave is used at once and written until it is stored, as nothing else can be refreshed with.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from adapters.slack.api import REFUSED, code
from adapters.slack.installed.installation import Installation
from adapters.slack.installed.store import Installations, StoreError

log = structlog.get_logger()

AHEAD = 2 * 3600.0
"""Seconds before its end when a token is refreshed: Slack's last twelve hours."""
_PATIENCE = 10.0
"""Seconds that a call waits for a new token while the old one is good; where it isn't, as long as it takes."""
_PAUSE = 60.0
_WRITES = (0.2, 1.0, 3.0)
_DEAD = frozenset({"token_revoked", "account_inactive"})
"""What Slack says of a token that will never be good again."""
_SPENT = frozenset({"invalid_refresh_token", "token_revoked", "account_inactive"})

Refresh = Callable[[Installation], Awaitable[Installation]]
Gone = Callable[[Installation, str], None]


class Rotating:
    """One installation's `Access`."""

    def __init__(
        self,
        installation: Installation,
        installations: Installations,
        refresh: Refresh,
        gone: Gone,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`gone` hears that the workspace can't be called any more, and a word for why."""
        self.installation = installation
        self._installations = installations
        self._refresh = refresh
        self._gone = gone
        self._clock = clock
        self._renewing: asyncio.Task[None] | None = None
        self._unwritten: Installation | None = None
        self._not_before = 0.0

    @property
    def current(self) -> str:
        """See `Access`."""
        return self.installation.token

    async def token(self) -> str:
        """See `Access`."""
        if self._due or self._unwritten:
            await self._renewed(_PATIENCE if self._left > 0 else None)
        return self.current

    async def refused(self, token: str, error: str) -> bool:
        """See `Access`: another process may have refreshed it, or somebody may have installed the app again."""
        if token != self.current:
            return True
        try:
            stored = await self._installations.find(self.installation.key)
        except StoreError as failure:
            log.warning("slack.installation_unread", reason=str(failure))
            return False
        if stored is not None and stored.token != token:
            self.installation = stored
            return True
        if stored is not None and error == "token_expired" and stored.refresh:
            await self._renewed(None, expired=True)
            return token != self.current
        self._gone(self.installation, error if stored else "removed")
        if stored is not None and error in _DEAD:
            await self._forgotten(token)
        return False

    def accepted(self) -> None:
        """See `Access`."""

    async def settled(self) -> None:
        """Return once nothing is being refreshed: what Slack has given has to be written down."""
        if self._renewing is not None:
            await asyncio.wait([self._renewing])

    @property
    def _left(self) -> float:
        """Seconds until the token ends."""
        return self.installation.expires - self._clock() if self.installation.expires else float("inf")

    @property
    def _due(self) -> bool:
        return self._left < AHEAD

    async def _renewed(self, patience: float | None, *, expired: bool = False) -> None:
        """Have it refreshed, by one task for all who wait, which nobody's being cancelled ends."""
        if self._renewing is None or self._renewing.done():
            if self._left > 0 and not expired and time.monotonic() < self._not_before:
                return
            self._renewing = asyncio.create_task(self._renew(expired=expired))
        await asyncio.wait([self._renewing], timeout=patience)

    async def _renew(self, *, expired: bool) -> None:
        before = self.current
        self._not_before = time.monotonic() + _PAUSE
        try:
            async with self._installations.locked(self.installation.key):
                await self._renew_alone(before, expired=expired)
        except StoreError as failure:
            log.error("slack.token_not_refreshed", workspace=self.installation.workspace, reason=str(failure))
        except REFUSED as error:
            refused = code(error)
            log.error("slack.token_not_refreshed", workspace=self.installation.workspace, error=refused or "no answer")
            if refused in _SPENT and (self._left <= 0 or expired):
                self._gone(self.installation, refused)

    async def _renew_alone(self, before: str, *, expired: bool) -> None:
        if self._unwritten is not None:
            await self._write(self._unwritten)
            return
        stored = await self._installations.find(self.installation.key)
        if stored is None:
            self._gone(self.installation, "removed")
            return
        self.installation = stored
        if (expired and stored.token == before) or self._due:
            # used at once, and written before anything else: there is no other copy of what Slack gives
            self.installation = self._unwritten = await self._refresh(stored)
            log.info("slack.token_refreshed", workspace=stored.workspace)
            await self._write(self.installation)

    async def _write(self, installation: Installation) -> None:
        """Raises StoreError where that has failed several times; it is tried again with a later call."""
        for pause in _WRITES:
            try:
                await self._installations.save(installation)
            except StoreError as failure:
                log.error("slack.token_unwritten", workspace=installation.workspace, reason=str(failure))
                await asyncio.sleep(pause)
            else:
                self._unwritten = None
                return
        raise StoreError("A new token could not be written.")

    async def _forgotten(self, token: str) -> None:
        """Remove what Slack has taken back, unless the app was installed anew meanwhile."""
        key = self.installation.key
        try:
            async with self._installations.locked(key):
                stored = await self._installations.find(key)
                if stored is not None and stored.token == token:
                    await self._installations.remove(key)
        except StoreError as failure:
            log.warning("slack.installation_kept", workspace=key.workspace, reason=str(failure))
