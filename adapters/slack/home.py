"""App Home: published when a person opens it, and again when their tasks change."""

from __future__ import annotations

import asyncio

import structlog
from cachetools import LRUCache

from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.patience import UNTIL_SIGN
from adapters.slack.render.blocks import Block
from adapters.slack.render.home import HomeState, home, on_its_way, unavailable
from core.chat import RefusedError

log = structlog.get_logger()

_KEPT = 10_000
_AT_MOST = 60.0
"""Seconds after which tasks that don't come are said not to."""
_LATE = "Your tasks can't be read right now. Please open this tab again in a moment; nothing is lost."
_APART = 1.0
"""Seconds between two looks at the same Home: of quick changes only the last one is shown."""


class Homes:
    """Who has opened their Home since this process began, and what they look at."""

    def __init__(self) -> None:
        self._seen: LRUCache[str, HomeState] = LRUCache(_KEPT)
        self._publishing: dict[str, asyncio.Task[None]] = {}
        self._stale: set[str] = set()

    async def show(self, desk: Desk, user: str, state: HomeState | None = None) -> None:
        """Publish the person's Home: what is given to look at, or what they looked at last."""
        chosen = state or self._seen.get(user) or HomeState()
        self._seen[user] = chosen
        coming = asyncio.create_task(self._view(desk, user, chosen))
        try:
            done, _ = await asyncio.wait([coming], timeout=UNTIL_SIGN)
            if not done:
                await self.wait(desk, user)
                done, _ = await asyncio.wait([coming], timeout=_AT_MOST)
            await self._put(desk, user, coming.result() if done else unavailable(_LATE))
        finally:
            coming.cancel()

    async def wait(self, desk: Desk, user: str) -> None:
        """Show that what is to be shown is on its way."""
        await self._put(desk, user, on_its_way())

    async def _view(self, desk: Desk, user: str, chosen: HomeState) -> Block:
        author = await desk.people.author(user)
        try:
            page = await desk.core.find(author, chosen.query())
            kept = await desk.core.preferences(author)
        except RefusedError as error:
            return unavailable(str(error), chosen)
        return home(chosen, page, kept, user, sorted({tag for task in page.tasks for tag in task.tags}))

    async def _put(self, desk: Desk, user: str, view: Block) -> None:
        """Publish it; done twice it is the same, so that a lost answer is asked for again."""
        try:
            await desk.api.read.views_publish(user_id=user, view=view)
        except REFUSED as error:
            log.warning("slack.home_refused", error=code(error) or type(error).__name__)

    def changed(self, desk: Desk, user: str) -> None:
        """The person's tasks have changed: show it soon, if they have their Home."""
        if user not in self._seen:
            return
        self._stale.add(user)
        if user not in self._publishing:
            task = self._publishing[user] = asyncio.create_task(self._publish(desk, user))
            task.add_done_callback(lambda _: self._publishing.pop(user, None))

    async def _publish(self, desk: Desk, user: str) -> None:
        while user in self._stale:
            self._stale.discard(user)
            await self.show(desk, user)
            await asyncio.sleep(_APART)
